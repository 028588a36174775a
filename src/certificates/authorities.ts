/** The authorities of a trust store: whose certificates viewers may have. */
import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { certificateFacts, type CertificateFacts } from "./certificate-facts.ts";
import { derTags, writeDer } from "./der.ts";

export interface Authority {
  readonly certificate: X509Certificate;
  readonly facts: CertificateFacts;
}

export class Authorities {
  /** 64 hexadecimal digits: the same for the same certificates in the same order. */
  readonly fingerprint: string;
  readonly #all: readonly Authority[];
  readonly #bySubject = new Map<string, Authority[]>();
  #names: readonly string[] | undefined;

  constructor(certificates: readonly X509Certificate[]) {
    this.#all = certificates.map((certificate) => ({
      certificate,
      facts: certificateFacts(certificate),
    }));
    const hash = createHash("sha256");
    for (const authority of this.#all) {
      const { raw, subject } = authority.certificate;
      hash.update(raw);
      const others = this.#bySubject.get(subject);
      if (others === undefined) this.#bySubject.set(subject, [authority]);
      else others.push(authority);
    }
    this.fingerprint = hash.digest("hex");
  }

  /** Those that have the name of a certificate's issuer; whether one of them has signed it is another question. */
  named(issuer: string): readonly Authority[] {
    return this.#bySubject.get(issuer) ?? [];
  }

  /**
   * Certificates in PEM that have the authorities' names and a key that nobody has: what OpenSSL is given so that it tells viewers
   * the names, and nothing that it could trust. The key is of a kind that signs nothing (X25519), so that OpenSSL takes none of
   * them for who signed a viewer's certificate: the error of a signature that it could not verify would stay with the connection,
   * and end the handshake wherever that has to wait for more bytes.
   */
  get names(): readonly string[] {
    this.#names ??= this.#all.map(({ facts }) => nameAlone(facts.subject));
    return this.#names;
  }
}

const pem = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** @throws Error, saying what is wrong with it */
export function readAuthorities(bundle: string): X509Certificate[] {
  const certificates = bundle.match(pem) ?? [];
  if (certificates.length === 0) throw new Error("it holds no certificate in PEM");
  return certificates.map((text, index) => {
    const which = `its certificate ${index + 1}`;
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(text);
    } catch (error) {
      throw new Error(`${which} is none in PEM`, { cause: error });
    }
    if (!isAuthority(certificate)) throw new Error(`${which} is not an authority's`);
    return certificate;
  });
}

function isAuthority(certificate: X509Certificate): boolean {
  try {
    return certificateFacts(certificate).isAuthority;
  } catch {
    return false;
  }
}

/** ecdsa-with-SHA256. */
const someAlgorithm = writeDer(derTags.sequence, Buffer.from("06082a8648ce3d040302", "hex"));
const utcTimeTag = 0x17;
let someKey: Buffer | undefined;

function nameAlone(subject: Buffer): string {
  someKey ??= generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "der" });
  const time = writeDer(utcTimeTag, Buffer.from("700101000000Z"));
  const signed = writeDer(
    derTags.sequence,
    writeDer(derTags.integer, Buffer.from([1])),
    someAlgorithm,
    subject,
    writeDer(derTags.sequence, time, time),
    subject,
    someKey,
  );
  const signature = writeDer(derTags.bitString, Buffer.from([0, 0]));
  const whole = writeDer(derTags.sequence, signed, someAlgorithm, signature);
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
