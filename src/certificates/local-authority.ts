/**
 * The local authority: a root certificate that a node makes for itself once and keeps, and what it signs, so that
 * `https://d….cloudfront.localhost` works for whoever trusts that root.
 *
 * Its key stays in the folder it was made in, readable for its owner alone.
 */
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { isIP, SocketAddress } from "node:net";
import { dirname, join } from "node:path";
import { makeFolderNow } from "../base/make-folder.ts";
import type { writeWhole } from "../base/write-whole.ts";
import { readServerCertificate, type ServerCertificate } from "./server-certificate.ts";

export interface LocalAuthority {
  /** The root, in PEM: what browsers and clients are to trust. */
  readonly root: string;
  /** For the names that it was asked for. */
  readonly certificate: ServerCertificate;
}

const day = 86_400_000;
const rootDays = 3650;
/** What Apple's systems take at most is 825; short-lived is safer, and renewing costs nothing. */
const leafDays = 90;
/** Renewed when so much of it is left. */
const renewalDays = 30;
/** Clocks of machines nearby differ. */
const earlyMs = 3_600_000;
/** A root is good for a clock that was set back by two years, too: it is trusted by hand, and not made anew for that. */
const rootEarlyMs = 2 * 366 * day;
/** So far from now the one before counts for the period of the next: both together are less than the 825 days that Apple takes. */
const reachMs = 400 * day;

/** Where a data folder has it. */
export function authorityFolder(data: string): string {
  return join(data, "ca");
}

export const rootFile = "root.crt";
const rootKeyFile = "root.key";
/** With its key, so that of two processes that write it one has written both. */
const leafFile = "local.pem";

/** Where what {@link readLeaf} reads is. */
export function leafPath(folder: string): string {
  return join(folder, leafFile);
}

/** @returns the root in PEM; undefined where none was made */
export function readRoot(folder: string): string | undefined {
  return readIfThere(join(folder, rootFile));
}

/**
 * @returns why nobody whose clock goes as this one can trust the root, in a sentence; undefined where all is well, or there is none
 * @throws Error, when its file is damaged
 */
export function findRootTrouble(folder: string, now: Date): string | undefined {
  const root = readRoot(folder);
  if (root === undefined) return undefined;
  const { validFromDate: from, validToDate: to } = new X509Certificate(root);
  if (from <= now && now <= to) return undefined;
  return `the root of the local authority is good from ${from.toISOString()} to ${to.toISOString()}, and this machine's clock says ${now.toISOString()}. Set the clock; where it is right, delete ${folder}, start the node, and trust its new root: footlight ca`;
}

/**
 * Several processes may do this in one folder at once: all come to the same root. A certificate that must be made anew is for
 * what the one before it was for too, since another process may have asked for that.
 *
 * @throws Error, when a file is damaged, or the folder can't be written
 */
export async function localAuthority(
  folder: string,
  names: readonly string[],
  now: Date,
): Promise<LocalAuthority> {
  const good = keptFor(folder, names, now);
  if (good !== undefined) return good;
  const kept = readLeaf(folder);
  // Reading and writing certificates takes a library that only those who make one load.
  const { makeLeaf, makeRoot } = await import("./make-certificate.ts");
  const { writeWhole: write } = await import("../base/write-whole.ts");
  const authority =
    readAuthority(folder) ??
    keepAuthority(folder, await makeRoot(rootPeriod(now), serial()), write);
  const allNames = [...new Set([...names, ...(kept?.names ?? [])].map(plainName))];
  const made = await makeLeaf(authority, allNames, leafPeriod(now, kept), serial());
  write(leafPath(folder), made.certificate + made.privateKey, 0o600);
  const certificate = readServerCertificate(made.certificate, made.privateKey);
  return { root: authority.certificate, certificate };
}

/**
 * @param daysLeft how long it must be good yet: less than that, and it is to be renewed
 * @returns what is kept, where it is for these names and is good for as long
 */
export function keptFor(
  folder: string,
  names: readonly string[],
  now: Date,
  daysLeft = renewalDays,
): LocalAuthority | undefined {
  const certificate = readLeaf(folder);
  const root = readRoot(folder);
  if (root === undefined || certificate === undefined) return undefined;
  return isGoodFor(certificate, names, now, daysLeft) ? { root, certificate } : undefined;
}

/** @returns what {@link localAuthority} has kept, for processes that only serve by it; undefined where there is none */
export function readLeaf(folder: string): ServerCertificate | undefined {
  const both = readIfThere(leafPath(folder));
  if (both === undefined) return undefined;
  const at = both.indexOf(keyMark);
  return readServerCertificate(both.slice(0, at), both.slice(at));
}

const keyMark = "-----BEGIN PRIVATE KEY-----";

function readAuthority(folder: string): PemPair | undefined {
  const certificate = readRoot(folder);
  const privateKey = readIfThere(join(folder, rootKeyFile));
  return certificate === undefined || privateKey === undefined
    ? undefined
    : { certificate, privateKey };
}

/**
 * Made beside its place and moved there: of two that come at once one wins, with its root and its key.
 *
 * @returns what is kept
 */
function keepAuthority(folder: string, made: PemPair, write: typeof writeWhole): PemPair {
  makeFolderNow(dirname(folder), 0o700);
  const draft = `${folder}.${process.pid}.${randomBytes(4).toString("hex")}`;
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeRoot(draft, made, write);
    renameSync(draft, folder);
    return made;
  } catch (error) {
    if (!isThere(error)) throw error;
    const theirs = readAuthority(folder);
    if (theirs !== undefined) return theirs;
    writeRoot(folder, made, write);
    return made;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function isThere(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOTEMPTY" || code === "EEXIST";
}

function writeRoot(folder: string, root: PemPair, write: typeof writeWhole): void {
  write(join(folder, rootKeyFile), root.privateKey, 0o600);
  write(join(folder, rootFile), root.certificate, 0o644);
}

/** An address in the form that it is asked for by. */
function plainName(name: string): string {
  return isIP(name) === 6 ? new SocketAddress({ address: name, family: "ipv6" }).address : name;
}

export interface PemPair {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Period {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function rootPeriod(now: Date): Period {
  const notBefore = new Date(now.getTime() - rootEarlyMs);
  return { notBefore, notAfter: new Date(now.getTime() + rootDays * day) };
}

/**
 * Good whenever the one before was, as far as a year and a month from now. So a clock that was set, wrongly or right at last, shuts nobody
 * out whose own clock goes by the other time.
 */
function leafPeriod(now: Date, before: ServerCertificate | undefined): Period {
  const time = now.getTime();
  const [from, to] = [time - earlyMs, time - earlyMs + leafDays * day];
  const { validFrom = now, validTo = now } = before ?? {};
  return {
    notBefore: new Date(Math.min(from, Math.max(validFrom.getTime(), time - reachMs))),
    notAfter: new Date(Math.max(to, Math.min(validTo.getTime(), time + reachMs))),
  };
}

/** Positive, and with enough that nobody can foresee (RFC 5280 §4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function isGoodFor(
  { chain, validFrom, validTo }: ServerCertificate,
  names: readonly string[],
  now: Date,
  daysLeft: number,
): boolean {
  if (validFrom > now || validTo.getTime() - now.getTime() < daysLeft * day) return false;
  const certificate = new X509Certificate(chain);
  return names.every(
    (name) =>
      (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined,
  );
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
