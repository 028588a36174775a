/**
 * What a certificate says that decides on whether it is trusted, beside what Node tells of it: its extensions, and how it was
 * signed.
 *
 * Source: RFC 5280 §4.1 and §4.2.
 */
import type { X509Certificate } from "node:crypto";
import { derTags, identifierText, readDer, readDerList, type DerElement } from "./der.ts";

export interface CertificateFacts {
  /** The subject's name, in DER. */
  readonly subject: Buffer;
  /** The object identifier of the algorithm that it was signed with. */
  readonly signatureAlgorithm: string;
  readonly isAuthority: boolean;
  /** How many authorities may stand between it and a certificate that is no authority's; undefined for any number. */
  readonly pathLengthMax: number | undefined;
  /** Whether it may sign in a handshake: false only where it says what its key is for, and leaves this out. */
  readonly maySign: boolean;
  /** What it may be used for, by object identifiers (extended key usage); undefined where it doesn't say. */
  readonly uses: readonly string[] | undefined;
  /** Whether it restricts the names that those below it may have. */
  readonly restrictsNames: boolean;
  /** A critical extension that nobody here knows. */
  readonly unknownCritical: string | undefined;
}

const extensionIds = {
  keyUsage: "2.5.29.15",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Those that are looked at here or by Node, or that say nothing against a certificate. */
const understood: ReadonlySet<string> = new Set([
  ...Object.values(extensionIds),
  "2.5.29.14", // subject key identifier
  "2.5.29.17", // subject alternative name
  "2.5.29.18", // issuer alternative name
  "2.5.29.31", // CRL distribution points
  "2.5.29.32", // certificate policies
  "2.5.29.35", // authority key identifier
  "1.3.6.1.5.5.7.1.1", // authority information access
]);

const versionTag = 0xa0;
const extensionsTag = 0xa3;

/** @throws MalformedDer */
export function certificateFacts({ raw }: X509Certificate): CertificateFacts {
  const [signed, algorithm] = readDerList(readDer(raw).content);
  const members = readDerList(signed?.content ?? Buffer.alloc(0));
  // A certificate of version 1 has no version.
  const subject = members[members[0]?.tag === versionTag ? 5 : 4];
  const list = members.find(({ tag }) => tag === extensionsTag);
  const [extensions] = readDerList(list?.content ?? Buffer.alloc(0));
  const facts = {
    subject: subject?.whole ?? Buffer.alloc(0),
    signatureAlgorithm: firstIdentifier(algorithm),
    isAuthority: false,
    pathLengthMax: undefined as number | undefined,
    maySign: true,
    uses: undefined as readonly string[] | undefined,
    restrictsNames: false,
    unknownCritical: undefined as string | undefined,
  };
  for (const extension of readDerList(extensions?.content ?? Buffer.alloc(0))) {
    readExtension(extension, facts);
  }
  return facts;
}

function firstIdentifier(sequence: DerElement | undefined): string {
  const [identifier] = readDerList(sequence?.content ?? Buffer.alloc(0));
  return identifier?.tag === derTags.identifier ? identifierText(identifier) : "";
}

function readExtension(
  extension: DerElement,
  facts: { -readonly [Name in keyof CertificateFacts]: CertificateFacts[Name] },
): void {
  const parts = readDerList(extension.content);
  const id = parts[0]?.tag === derTags.identifier ? identifierText(parts[0]) : "";
  const isCritical = parts[1]?.tag === derTags.boolean && parts[1].content[0] !== 0;
  const value = parts.at(-1)?.content ?? Buffer.alloc(0);
  if (isCritical && !understood.has(id)) facts.unknownCritical = id;
  switch (id) {
    case extensionIds.basicConstraints: {
      const [authority, length] = readDerList(readDer(value).content);
      facts.isAuthority = authority?.tag === derTags.boolean && authority.content[0] !== 0;
      if (length?.tag === derTags.integer) {
        facts.pathLengthMax = length.content.length === 1 ? length.content[0] : 0;
      }
      break;
    }
    case extensionIds.keyUsage: {
      // Behind a byte that tells how many bits of the last one don't count; digitalSignature is the first bit of all.
      const [, bits = 0] = readDer(value).content;
      facts.maySign = (bits & 0x80) !== 0;
      break;
    }
    case extensionIds.extendedKeyUsage:
      facts.uses = readDerList(readDer(value).content).map(identifierText);
      break;
    case extensionIds.nameConstraints:
      facts.restrictsNames = true;
  }
}
