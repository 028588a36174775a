import assert from "node:assert/strict";
import { test } from "node:test";
import type { CertificateHeader } from "../../runtime/function-runtime.ts";
import { checkCertificateHeaders } from "../function/check-certificate-headers.ts";
import { withCertificateHeaders } from "./certificate-headers.ts";

const sent = [
  "Host",
  "origin.example",
  "Client-Cert",
  ":TEVBRg==:",
  "Client-Cert-Chain",
  ":T05F:, :VFdP:",
  "X-Cert",
  "forged",
];
const after = (...changes: CertificateHeader[]) => withCertificateHeaders(sent, changes);

test("a certificate's header gets its new name, and no viewer's own stands under it", () => {
  assert.deepEqual(after({ from: ["client-cert"], to: "X-Cert" }), [
    "Host",
    "origin.example",
    "Client-Cert-Chain",
    ":T05F:, :VFdP:",
    "X-Cert",
    ":TEVBRg==:",
  ]);
  assert.ok(!after({ from: ["cloudfront-viewer-cert-issuer"], to: "x-cert" }).includes("forged"));
});

test("each certificate is enclosed in the header, the footer and the end marker", () => {
  const form = ["<", ">", ";"] as const;
  const chain = after({ from: ["client-cert-chain"], to: "X-Chain", form });
  assert.equal(chain.at(-1), "<T05F>;, <VFdP>;");
  const all = after({ from: ["client-cert", "client-cert-chain"], to: "X-All", form });
  assert.equal(all.at(-1), "<TEVBRg==>;<T05F>;<VFdP>");
  assert.deepEqual(all.slice(0, -2), ["Host", "origin.example", "X-Cert", "forged"]);
});

test("PEM keeps its lines between the header and the footer, unless they are to be one", () => {
  const pem = "-----BEGIN%20CERTIFICATE-----%0ATEVB%0ARg==%0A-----END%20CERTIFICATE-----%0A";
  const name = "cloudfront-viewer-cert-pem";
  const written = (form: CertificateHeader["form"]) =>
    withCertificateHeaders([name, pem], [{ from: [name], to: "X-Cert", ...(form && { form }) }])[1];
  assert.equal(written(undefined), pem);
  assert.equal(written(["<", ">", ";"]), "<%0ATEVB%0ARg==%0A>;");
  assert.equal(written(["<", ">", ";", false]), "<TEVBRg==>;");
});

test("a new name that origin requests may not have is refused", () => {
  const refuse = (to: string, form?: [string, string, string]) => () => {
    checkCertificateHeaders([{ from: ["client-cert"], to, ...(form && { form }) }]);
  };
  for (const name of ["Host", "X-Amz-Cert", "Via", "a b", "a\r\nb", "Cookie"]) {
    assert.throws(refuse(name), { name: "InvalidOriginChange" }, name);
  }
  assert.throws(refuse("X-Cert", ["\n", "", ""]), { name: "InvalidOriginChange" });
  assert.doesNotThrow(refuse("X-Cert", ["-----BEGIN CERTIFICATE-----", "", ""]));
});
