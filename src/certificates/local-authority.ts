/**
 * The local authority: a root certificate that a node makes for itself once and keeps, and what it signs, so that
 * `https://d….cloudfront.localhost` works for whoever trusts that root.
 *
 * Its key stays in the folder it was made in, readable for its owner alone.
 */
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
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

/** Where a data folder has it. */
export function authorityFolder(data: string): string {
  return join(data, "ca");
}

export const rootFile = "root.crt";
const rootKeyFile = "root.key";
const leafFile = "local.crt";
const leafKeyFile = "local.key";

/** @returns the root in PEM; undefined where none was made */
export function readRoot(folder: string): string | undefined {
  return readIfThere(join(folder, rootFile));
}

/** @throws Error, when a file is damaged, or the folder can't be written */
export async function localAuthority(
  folder: string,
  names: readonly string[],
  now: Date,
): Promise<LocalAuthority> {
  const kept = readLeaf(folder);
  const root = readRoot(folder);
  if (root !== undefined && kept !== undefined && isGoodFor(kept, names, now)) {
    return { root, certificate: kept };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Reading and writing certificates takes a library that only those who make one load.
  const { makeLeaf, makeRoot } = await import("./make-certificate.ts");
  const rootKey = readIfThere(join(folder, rootKeyFile));
  const authority =
    root === undefined || rootKey === undefined
      ? keepRoot(folder, await makeRoot(period(now, rootDays), serial()))
      : { certificate: root, privateKey: rootKey };
  const made = await makeLeaf(authority, names, period(now, leafDays), serial());
  write(join(folder, leafKeyFile), made.privateKey, 0o600);
  write(join(folder, leafFile), made.certificate, 0o644);
  const certificate = readServerCertificate(made.certificate, made.privateKey);
  return { root: authority.certificate, certificate };
}

/** @returns what {@link localAuthority} has kept, for processes that only serve by it; undefined where there is none */
export function readLeaf(folder: string): ServerCertificate | undefined {
  const chain = readIfThere(join(folder, leafFile));
  const key = readIfThere(join(folder, leafKeyFile));
  return chain === undefined || key === undefined ? undefined : readServerCertificate(chain, key);
}

function keepRoot(folder: string, root: PemPair): PemPair {
  write(join(folder, rootKeyFile), root.privateKey, 0o600);
  write(join(folder, rootFile), root.certificate, 0o644);
  return root;
}

export interface PemPair {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Period {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function period(now: Date, days: number): Period {
  const from = now.getTime() - earlyMs;
  return { notBefore: new Date(from), notAfter: new Date(from + days * day) };
}

/** Positive, and with enough that nobody can foresee (RFC 5280 §4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function isGoodFor(
  { chain, validTo }: ServerCertificate,
  names: readonly string[],
  now: Date,
): boolean {
  if (validTo.getTime() - now.getTime() < renewalDays * day) return false;
  const certificate = new X509Certificate(chain);
  return names.every(
    (name) =>
      (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined,
  );
}

/** Whole or not at all: whoever reads it meanwhile gets the one before. */
function write(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, text, { mode, flag: "wx", flush: true });
  renameSync(draft, file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
