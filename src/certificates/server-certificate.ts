/** A server's certificate with its key, read and found to belong together. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificateFacts } from "./certificate-facts.ts";

/** What signs for it: who knows RSA alone can't make use of another one. */
export type KeyKind = "ec" | "other";

export interface ServerCertificate {
  /** The names it is for, in lower case, like `www.example.com` and `*.example.com`; addresses as they are written. */
  readonly names: readonly string[];
  /** In PEM: its own first, then those that lead to the root. */
  readonly chain: string;
  /** In PEM. */
  readonly privateKey: string;
  /** SHA-256 of the certificate, 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly keyKind: KeyKind;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Whether a server may show it: false where it says what it is for, and servers are not among that (RFC 5280 §4.2.1.12). */
  readonly isForServers: boolean;
}

const serverAuthentication = "1.3.6.1.5.5.7.3.1";
const anyUse = "2.5.29.37.0";

/** @throws Error, saying what is wrong with which of the two */
export function readServerCertificate(chain: string, privateKey: string): ServerCertificate {
  const certificate = parse("certificate", () => new X509Certificate(chain));
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(privateKey)) {
    const remedy = "write it without one, by openssl pkey -in FILE -out FILE.key";
    throw new Error(
      `The private key is encrypted, and nobody is asked for its passphrase: ${remedy}`,
    );
  }
  const key = parse("private key", () => createPrivateKey(privateKey));
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(`The private key is not that of the certificate of ${certificate.subject}`);
  }
  return {
    names: namesOf(certificate),
    chain,
    privateKey,
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    keyKind: key.asymmetricKeyType === "ec" ? "ec" : "other",
    validFrom: certificate.validFromDate,
    validTo: certificate.validToDate,
    isForServers: isForServers(certificate),
  };
}

function parse<Parsed>(what: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (error) {
    throw new Error(`The ${what} is none in PEM: ${(error as Error).message}`, { cause: error });
  }
}

function isForServers(certificate: X509Certificate): boolean {
  const { uses } = parse("certificate", () => certificateFacts(certificate));
  return uses === undefined || uses.includes(serverAuthentication) || uses.includes(anyUse);
}

/** Its alternative names; the common name counts no more (RFC 9110 §4.3.4). */
function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return subjectAltName.split(", ").flatMap((entry) => {
    const [, name] = /^(?:DNS|IP Address):(.+)$/.exec(entry) ?? [];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}

/** Whether a certificate's name is for a host's: a star stands for one label (RFC 9525 §6.3). */
export function coversName(certificateName: string, host: string): boolean {
  if (certificateName === host) return true;
  if (!certificateName.startsWith("*.")) return false;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot) === certificateName.slice(1);
}
