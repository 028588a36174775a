/** Which versions of TLS an origin is spoken to with, by its OriginSslProtocols. */
import assert from "node:assert/strict";
import { createServer } from "node:https";
import { test, type TestContext } from "node:test";
import type { SecureVersion, TLSSocket } from "node:tls";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import { listenOn, originConfig, startScene } from "../edge/viewer-scene.ts";

type Protocol = "SSLv3" | "TLSv1" | "TLSv1.1" | "TLSv1.2";

/** An HTTPS origin that speaks these versions only, and answers with the one that was chosen. */
function listenTls(
  t: TestContext,
  minVersion: SecureVersion,
  maxVersion: SecureVersion,
): Promise<number> {
  const options = {
    key: privateKey,
    cert: certificate,
    minVersion,
    maxVersion,
    ciphers: "DEFAULT:@SECLEVEL=0",
  };
  const server = createServer(options, (message, response) => {
    response.end((message.socket as TLSSocket).getProtocol());
  });
  return listenOn(t, server);
}

const rows: [list: Protocol[], min: SecureVersion, max: SecureVersion, chosen: string | 502][] = [
  [["TLSv1.2"], "TLSv1.2", "TLSv1.2", "TLSv1.2"],
  [["TLSv1.2"], "TLSv1", "TLSv1.3", "TLSv1.3"],
  [["TLSv1.2"], "TLSv1.3", "TLSv1.3", "TLSv1.3"],
  [["TLSv1.2"], "TLSv1", "TLSv1.1", 502],
  [["TLSv1.1", "TLSv1.2"], "TLSv1.1", "TLSv1.1", "TLSv1.1"],
  [["TLSv1.1", "TLSv1.2"], "TLSv1", "TLSv1", 502],
  [["TLSv1", "TLSv1.1", "TLSv1.2"], "TLSv1", "TLSv1", "TLSv1"],
  [["TLSv1", "TLSv1.1", "TLSv1.2"], "TLSv1", "TLSv1.3", "TLSv1.3"],
  [["TLSv1.2", "TLSv1"], "TLSv1.1", "TLSv1.1", "TLSv1.1"],
  [["TLSv1"], "TLSv1.2", "TLSv1.2", "TLSv1.2"],
  [["SSLv3"], "TLSv1", "TLSv1", "TLSv1"],
  [["SSLv3"], "TLSv1", "TLSv1.3", "TLSv1.3"],
];

for (const [list, min, max, chosen] of rows) {
  test(`${list.join(", ")} with an origin of ${min} to ${max} is ${chosen}`, async (t) => {
    const port = await listenTls(t, min, max);
    const { CustomOriginConfig } = originConfig(port);
    const scene = await startScene(t, {
      originPort: port,
      behavior: { OriginRequestPolicyId: undefined },
      originConfig: {
        DomainName: "localhost",
        ConnectionAttempts: 1,
        CustomOriginConfig: {
          ...CustomOriginConfig!,
          OriginProtocolPolicy: "https-only",
          OriginSslProtocols: { Quantity: list.length, Items: list },
        },
      },
      originCertificateAuthorities: [certificate],
    });
    const { status, body } = await scene.ask("GET / HTTP/1.1");
    if (chosen === 502) assert.equal(status, 502);
    else assert.deepEqual([status, body], [200, chosen]);
  });
}
