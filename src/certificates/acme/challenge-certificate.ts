/**
 * The certificate that TLS-ALPN-01 asks for: signed with its own key, for one name, with the hash of the key authorization
 * in an extension that nobody may overlook. And the request for a certificate, which an order ends with.
 *
 * Source: RFC 8737 §3, RFC 2986.
 */
import "reflect-metadata";
import { createHash, webcrypto } from "node:crypto";
import {
  Extension,
  PemConverter,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { PemPair, Period } from "../local-authority.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const { subtle } = webcrypto;

/** id-pe-acmeIdentifier. */
const acmeIdentifier = "1.3.6.1.5.5.7.1.31";
/** DER's head of a string of 32 bytes. */
const octets32 = Buffer.from([0x04, 0x20]);

export async function makeChallengeCertificate(
  name: string,
  keyAuthorization: string,
  period: Period,
): Promise<PemPair> {
  const keys = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const hash = createHash("sha256").update(keyAuthorization).digest();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...period,
    serialNumber: "01",
    name: "CN=Footlight ACME challenge",
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
      new Extension(acmeIdentifier, true, Buffer.concat([octets32, hash])),
    ],
  });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    privateKey: await exportKey(keys.privateKey),
  };
}

export interface CertificateRequest {
  /** PKCS #10, in DER. */
  readonly der: Uint8Array;
  /** A new one, in PEM. */
  readonly privateKey: string;
}

export async function makeCertificateRequest(name: string): Promise<CertificateRequest> {
  const keys = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: name }])],
  });
  return { der: new Uint8Array(request.rawData), privateKey: await exportKey(keys.privateKey) };
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}
