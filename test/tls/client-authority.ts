/** An authority of tests, and what it signs for clients: good certificates, and each kind of bad one. */
import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Extension,
} from "@peculiar/x509";
import { Authorities } from "../../src/certificates/authorities.ts";
import type { PemPair, Period } from "../../src/certificates/local-authority.ts";
import { makeRoot, sign } from "../../src/certificates/make-certificate.ts";

const hour = 3_600_000;

/** @returns a period that begins and ends so many hours from now */
export function hoursFromNow(from: number, to: number): Period {
  const at = (hours: number) => new Date(Date.now() + hours * hour);
  return { notBefore: at(from), notAfter: at(to) };
}

export const validNow = hoursFromNow(-1, 1);
export const expired = hoursFromNow(-3, -2);
export const notYetValid = hoursFromNow(2, 3);

let serial = 0x10;

export function makeClientRoot(period = validNow): Promise<PemPair> {
  serial += 1;
  return makeRoot(period, `77${serial.toString(16)}`, "any");
}

export interface ClientLeaf {
  readonly subject?: string;
  readonly period?: Period;
  readonly uses?: readonly ExtendedKeyUsage[];
  readonly usages?: KeyUsageFlags;
  readonly extensions?: readonly Extension[];
}

export function makeClient(authority: PemPair, leaf: ClientLeaf = {}): Promise<PemPair> {
  const { subject = "CN=device 7, O=Example", period = validNow, extensions = [] } = leaf;
  const { uses = [ExtendedKeyUsage.clientAuth], usages = KeyUsageFlags.digitalSignature } = leaf;
  return sign(authority, {
    ...{ subject, period, serialNumber: "4a3f5c92" },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(usages, true),
      ...(uses.length === 0 ? [] : [new ExtendedKeyUsageExtension([...uses])]),
      ...extensions,
    ],
  });
}

export interface Between {
  readonly period?: Period;
  readonly pathLengthMax?: number;
  readonly isAuthority?: boolean;
  readonly extensions?: readonly Extension[];
}

/** An authority that another one vouches for. */
export function makeBetween(authority: PemPair, between: Between = {}): Promise<PemPair> {
  const { period = validNow, pathLengthMax, isAuthority = true, extensions = [] } = between;
  serial += 1;
  return sign(authority, {
    ...{ subject: `CN=between ${serial}`, period, serialNumber: `66${serial.toString(16)}` },
    extensions: [
      new BasicConstraintsExtension(isAuthority, pathLengthMax, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
      ...extensions,
    ],
  });
}

export function certificatesOf(...pairs: readonly PemPair[]): X509Certificate[] {
  return pairs.map(({ certificate }) => new X509Certificate(certificate));
}

export function authoritiesOf(...pairs: readonly PemPair[]): Authorities {
  return new Authorities(certificatesOf(...pairs));
}
