/**
 * Judges the certificates that a client shows by the authorities of a trust store.
 *
 * Node leaves it to OpenSSL, which says of what it doesn't like the last thing alone: a certificate that is expired and of an
 * unknown authority would be "expired", and could not be let through for that. So the way to an authority is gone here, step by
 * step; each signature is verified by OpenSSL.
 *
 * What is not understood is refused: critical extensions that nobody here knows, and authorities that restrict names.
 *
 * Source: RFC 5280 §6.1; CloudFront Developer Guide, "Trust stores and certificate management" (kinds of keys and signatures,
 * length of chains).
 */
import type { KeyObject, X509Certificate } from "node:crypto";
import type { Authorities, Authority } from "./authorities.ts";
import { certificateFacts, type CertificateFacts } from "./certificate-facts.ts";

/** As the connection log calls them. */
export type CertificateFault =
  | "ClientCertMaxChainDepthExceeded"
  | "ClientCertMaxSizeExceeded"
  | "ClientCertUntrusted"
  | "ClientCertNotYetValid"
  | "ClientCertExpired"
  | "ClientCertTypeUnsupported"
  | "ClientCertInvalid"
  | "ClientCertIntentInvalid";

export interface Verifying {
  readonly authorities: Authorities;
  readonly now: Date;
  readonly ignoresExpiry: boolean;
}

/** From the client's own to the authority's, both among them. */
export const chainLengthMax = 4;
/** Of all certificates that are shown, in bytes. */
const chainBytesMax = 64 * 1024;

const clientAuthentication = "1.3.6.1.5.5.7.3.2";
const anyUse = "2.5.29.37.0";

const signatureAlgorithms: ReadonlySet<string> = new Set([
  "1.2.840.113549.1.1.10", // RSASSA-PSS
  "1.2.840.113549.1.1.11", // RSA with SHA-256, SHA-384, SHA-512
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.2.840.10045.4.3.2", // ECDSA with SHA-256, SHA-384, SHA-512
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4",
]);
const curves: ReadonlySet<string | undefined> = new Set(["prime256v1", "secp384r1"]);
const rsaBits = { min: 2048, max: 4096 };
/** Larger ones make verifying slow, and whoever shows certificates chooses their keys. */
const rsaExponentMax = 2n ** 32n;
/** Signatures that are verified for one client. */
const verificationsMax = 10;

/** @returns undefined where they are no more and no longer than is taken */
export function faultOfSize(shown: readonly X509Certificate[]): CertificateFault | undefined {
  if (shown.length > chainLengthMax) return "ClientCertMaxChainDepthExceeded";
  const bytes = shown.reduce((sum, { raw }) => sum + raw.length, 0);
  return bytes > chainBytesMax ? "ClientCertMaxSizeExceeded" : undefined;
}

/**
 * @param shown the client's own certificate first
 * @returns undefined where it is to be trusted
 */
export function verifyClient(
  shown: readonly X509Certificate[],
  verifying: Verifying,
): CertificateFault | undefined {
  const tooLarge = faultOfSize(shown);
  if (tooLarge !== undefined) return tooLarge;
  try {
    const links = shown.map((certificate) => ({
      certificate,
      facts: certificateFacts(certificate),
    }));
    return new Way(links, verifying).judge();
  } catch {
    // What can't be read, or has a key that OpenSSL makes nothing of.
    return "ClientCertInvalid";
  }
}

class Way {
  readonly #own: Authority | undefined;
  readonly #others: readonly Authority[];
  readonly #verifying: Verifying;
  /** What was wrong with an authority that has signed what is below it. */
  #fault: CertificateFault | undefined;
  #verifications = 0;

  constructor([own, ...others]: readonly Authority[], verifying: Verifying) {
    this.#own = own;
    this.#others = others;
    this.#verifying = verifying;
  }

  judge(): CertificateFault | undefined {
    const own = this.#own;
    if (own === undefined) return "ClientCertUntrusted";
    if (!this.#isTrusted(own, 1)) return this.#fault ?? "ClientCertUntrusted";
    return this.#faultOf(own) ?? (own.facts.maySign ? undefined : "ClientCertIntentInvalid");
  }

  /** Whether a certificate is signed by an authority of the store, or by one that is. */
  #isTrusted({ certificate, facts }: Authority, length: number): boolean {
    const { authorities } = this.#verifying;
    if (!signatureAlgorithms.has(facts.signatureAlgorithm)) {
      return this.#note("ClientCertTypeUnsupported");
    }
    for (const authority of authorities.named(certificate.issuer)) {
      if (this.#hasSigned(authority, certificate, length)) return true;
    }
    return this.#others.some(
      (between) =>
        between.certificate !== certificate &&
        this.#hasSigned(between, certificate, length) &&
        this.#isTrusted(between, length + 1),
    );
  }

  /** @param length how many certificates there are below it */
  #hasSigned(authority: Authority, signed: X509Certificate, length: number): boolean {
    if (!signed.checkIssued(authority.certificate)) return false;
    const { publicKey } = authority.certificate;
    if (!isSupported(publicKey)) return this.#note("ClientCertTypeUnsupported");
    this.#verifications += 1;
    if (this.#verifications > verificationsMax || !signed.verify(publicKey)) return false;
    if (length >= chainLengthMax) return this.#note("ClientCertMaxChainDepthExceeded");
    const { isAuthority, pathLengthMax = Infinity, restrictsNames } = authority.facts;
    if (!isAuthority || restrictsNames) return this.#note("ClientCertInvalid");
    if (length - 1 > pathLengthMax) return this.#note("ClientCertMaxChainDepthExceeded");
    const fault = this.#faultOf(authority);
    return fault === undefined || this.#note(fault);
  }

  #note(fault: CertificateFault): false {
    this.#fault ??= fault;
    return false;
  }

  /** What is wrong with a certificate by itself, whoever has signed it. */
  #faultOf({ certificate, facts }: Authority): CertificateFault | undefined {
    const { now, ignoresExpiry } = this.#verifying;
    if (facts.unknownCritical !== undefined) return "ClientCertInvalid";
    if (!isSupported(certificate.publicKey)) return "ClientCertTypeUnsupported";
    if (!isForClients(facts)) return "ClientCertIntentInvalid";
    if (certificate.validFromDate > now) return "ClientCertNotYetValid";
    return !ignoresExpiry && certificate.validToDate < now ? "ClientCertExpired" : undefined;
  }
}

function isSupported({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === "ec") return curves.has(namedCurve);
  if (asymmetricKeyType !== "rsa" && asymmetricKeyType !== "rsa-pss") return false;
  const { min, max } = rsaBits;
  return modulusLength >= min && modulusLength <= max && publicExponent < rsaExponentMax;
}

/** One that doesn't say what it is for is for everything (RFC 5280 §4.2.1.12). */
function isForClients({ uses }: CertificateFacts): boolean {
  return uses === undefined || uses.includes(clientAuthentication) || uses.includes(anyUse);
}
