/** Versions and cipher suites by a distribution's security policy (data-plane 7.2), each in a handshake of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecureVersion } from "node:tls";
import { CertificateSet } from "../../src/certificates/certificate-set.ts";
import { certificateFor, standardCertificate, startSecureScene } from "./secure-scene.ts";

const www = await certificateFor("www.example.com");
const certificates = new CertificateSet(standardCertificate, new Map(), [www]);
const servername = "www.example.com";

const versions: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
/** Suites of TLS 1.2 for a certificate with an ECDSA key, by how old a policy must be to have them. */
const suites = {
  "ECDHE-ECDSA-AES128-GCM-SHA256": 2025,
  "ECDHE-ECDSA-CHACHA20-POLY1305": 2021,
  "ECDHE-ECDSA-AES256-SHA384": 2019,
  "ECDHE-ECDSA-AES128-SHA": 2016,
} as const;

const policies: readonly (readonly [string, SecureVersion, number])[] = [
  ["SSLv3", "TLSv1", 2016],
  ["TLSv1", "TLSv1", 2016],
  ["TLSv1_2016", "TLSv1", 2016],
  ["TLSv1.1_2016", "TLSv1.1", 2016],
  ["TLSv1.2_2018", "TLSv1.2", 2018],
  ["TLSv1.2_2019", "TLSv1.2", 2019],
  ["TLSv1.2_2021", "TLSv1.2", 2021],
  ["TLSv1.2_2025", "TLSv1.2", 2025],
  ["TLSv1.3_2025", "TLSv1.3", 2026],
];

for (const [policy, minimum, year] of policies) {
  test(`${policy}: ${minimum} and later`, async (t) => {
    const config = {
      Aliases: { Quantity: 1, Items: [servername] },
      ViewerCertificate: {
        IAMCertificateId: "none-in-the-table",
        MinimumProtocolVersion: policy as "TLSv1",
      },
    };
    const scene = await startSecureScene(t, { config }, () => certificates);
    const isTaken = async (options: object): Promise<boolean> => {
      try {
        (await scene.connect({ servername, ...options })).destroy();
        return true;
      } catch {
        return false;
      }
    };
    for (const version of versions) {
      const only = { minVersion: version, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" };
      const expected = versions.indexOf(version) >= versions.indexOf(minimum);
      assert.equal(await isTaken(only), expected, version);
    }
    for (const [ciphers, until] of Object.entries(suites)) {
      const only = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers } as const;
      assert.equal(await isTaken(only), year <= until, ciphers);
    }
  });
}

test("a distribution without a certificate of its own takes TLS 1.0, whatever its policy says", async (t) => {
  const scene = await startSecureScene(t);
  const options = { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" } as const;
  const socket = await scene.connect({ ...options, servername: "d1.cloudfront.localhost" });
  assert.equal(socket.getProtocol(), "TLSv1");
});
