/** What is told of a client's certificate, and how it is written. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { certificatesOf, makeClient, makeClientRoot } from "../../test/tls/client-authority.ts";
import { ClientCertificate } from "./client-certificate.ts";

test("a client's certificate is told of as CloudFront's headers have it", async () => {
  const root = await makeClientRoot();
  const client = await makeClient(root, {
    subject: "C=US, O=Example\\, Inc., OU=Ärger, CN=device 7",
    period: {
      notBefore: new Date("2023-09-21T01:50:17Z"),
      notAfter: new Date("2024-09-20T01:50:17Z"),
    },
  });
  const [certificate] = certificatesOf(client);
  const told = new ClientCertificate(certificate!);
  assert.equal(told.serialNumber, "4a:3f:5c:92");
  assert.equal(told.subject, "CN=device 7,OU=\\C3\\84rger,O=Example\\, Inc.,C=US");
  assert.match(told.issuer, /^O=Footlight,CN=Footlight local authority [0-9a-f]+$/);
  assert.equal(told.notBefore, "2023-09-21T01:50:17Z");
  assert.equal(told.notAfter, "2024-09-20T01:50:17Z");
  assert.equal(told.fingerprint.length, 32);
  assert.match(told.pem, /^-----BEGIN CERTIFICATE-----\n[^]+\n-----END CERTIFICATE-----\n$/);
  assert.match(told.field, /^:[A-Za-z0-9+/]+=*:$/);
});
