/**
 * A client's certificate as origins and functions are told of it.
 *
 * Source: CloudFront Developer Guide, "Viewer mTLS headers for cache policies and forwarded to origin"; RFC 2253 (names),
 * RFC 9440 §2.1 (Client-Cert).
 */
import type { X509Certificate } from "node:crypto";

export class ClientCertificate {
  /** Hexadecimal in pairs, like `4a:3f:5c`. */
  readonly serialNumber: string;
  /** Like `CN=authority,O=Example`, the most specific part first. */
  readonly issuer: string;
  readonly subject: string;
  /** ISO 8601, UTC, in seconds. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: Buffer;
  /** With a line end after each line. */
  readonly pem: string;
  /** As HTTP's structured fields have bytes: base64 between colons. */
  readonly field: string;

  constructor(certificate: X509Certificate) {
    const { serialNumber, fingerprint256, raw } = certificate;
    const even = serialNumber.length % 2 === 0 ? serialNumber : `0${serialNumber}`;
    this.serialNumber = even.toLowerCase().replaceAll(/..(?=.)/g, "$&:");
    this.issuer = nameText(certificate.issuer);
    this.subject = nameText(certificate.subject);
    this.notBefore = timeText(certificate.validFromDate);
    this.notAfter = timeText(certificate.validToDate);
    this.fingerprint = Buffer.from(fingerprint256.replaceAll(":", ""), "hex");
    this.pem = certificate.toString();
    this.field = `:${raw.toString("base64")}:`;
  }
}

function timeText(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Node has a part a line, the most general first, escaped as RFC 2253 says but for what is not ASCII. */
function nameText(name: string | undefined): string {
  return (name ?? "")
    .split("\n")
    .toReversed()
    .join(",")
    .replaceAll(/[^\x20-\x7e]+/g, (found) =>
      [...Buffer.from(found.toWellFormed())]
        .map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`)
        .join(""),
    );
}
