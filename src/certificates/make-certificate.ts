/** Makes certificates: a root that signs, and what it signs for servers. In a file of its own, since its library is large. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { PemPair, Period } from "./local-authority.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const { subtle } = webcrypto;

/** @param pathLengthMax how many authorities may stand below it */
export async function makeRoot(
  period: Period,
  serialNumber: string,
  pathLengthMax: number | "any" = 0,
): Promise<PemPair> {
  const keys = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...period,
    serialNumber,
    name: `CN=Footlight local authority ${serialNumber.slice(0, 8)}, O=Footlight`,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(
        true,
        pathLengthMax === "any" ? undefined : pathLengthMax,
        true,
      ),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pemOf(certificate), privateKey: await exportKey(keys.privateKey) };
}

/** @param names hosts, wildcards and addresses */
export async function makeLeaf(
  authority: PemPair,
  names: readonly string[],
  period: Period,
  serialNumber: string,
): Promise<PemPair> {
  return sign(authority, {
    ...{ period, serialNumber, subject: "CN=Footlight" },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
      ),
    ],
  });
}

export interface Signed {
  readonly period: Period;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** A name like `CN=device 7, O=Example`. */
  readonly subject: string;
  readonly extensions: readonly Extension[];
}

/** Makes a key pair, and a certificate of it that says what it is told to. */
export async function sign(
  authority: PemPair,
  { period, serialNumber, subject, extensions }: Signed,
): Promise<PemPair> {
  const issuer = new X509Certificate(authority.certificate);
  const signingKey = await subtle.importKey(
    "pkcs8",
    PemConverter.decodeFirst(authority.privateKey),
    algorithm,
    false,
    ["sign"],
  );
  const keys = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create({
    ...period,
    serialNumber,
    subject,
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: pemOf(certificate), privateKey: await exportKey(keys.privateKey) };
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}
