/**
 * A folder of certificates with their keys, as operators and their tools leave them there:
 *
 *   NAME.crt (or .pem, .cer) beside NAME.key        the chain, and its key
 *   NAME.pem                                        both in one
 *   NAME/fullchain.pem and NAME/privkey.pem         as Certbot has them below `live/`
 *   certificates.json                               which of them a configuration means by an ARN or id: {"arn:aws:acm:…": "NAME"}
 */
import { readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { extname, join } from "node:path";
import { readServerCertificate, type ServerCertificate } from "./server-certificate.ts";

export interface FolderContent {
  /** By NAME. */
  readonly certificates: ReadonlyMap<string, ServerCertificate>;
  /** By the id or ARN that stands in certificates.json. */
  readonly byId: ReadonlyMap<string, ServerCertificate>;
  /** What could not be read, a sentence each: all else counts. */
  readonly problems: readonly string[];
  /** NAMEs whose files are there and can't be read. */
  readonly unreadable: ReadonlySet<string>;
  /** The NAMEs that certificates.json has, by id or ARN; undefined where it can't be read. */
  readonly table: ReadonlyMap<string, string> | undefined;
}

const tableName = "certificates.json";
const chainEndings = new Set([".crt", ".pem", ".cer"]);

/** @throws Error, when there is no such folder */
export function readCertificateFolder(folder: string): FolderContent {
  const certificates = new Map<string, ServerCertificate>();
  const unreadable = new Set<string>();
  const problems: string[] = [];
  for (const { name, chainFile, keyFile } of pairsIn(folder)) {
    try {
      const chain = readFileSync(chainFile, "utf8");
      const key = keyFile === chainFile ? chain : readFileSync(keyFile, "utf8");
      certificates.set(name, readServerCertificate(chain, key));
    } catch (error) {
      problems.push(`${chainFile}: ${(error as Error).message}`);
      unreadable.add(name);
    }
  }
  const table = readTable(folder, problems);
  const byId = certificatesById(table, certificates);
  for (const [id, name] of table ?? []) {
    if (byId.has(id)) continue;
    const what = `"${id}" names ${JSON.stringify(name)}, and there is no such certificate`;
    problems.push(`${join(folder, tableName)}: ${what}`);
  }
  return { certificates, byId, problems, unreadable, table };
}

export function certificatesById(
  table: FolderContent["table"],
  certificates: FolderContent["certificates"],
): Map<string, ServerCertificate> {
  const byId = new Map<string, ServerCertificate>();
  for (const [id, name] of table ?? []) {
    const certificate = certificates.get(name);
    if (certificate !== undefined) byId.set(id, certificate);
  }
  return byId;
}

/** A text that is another one when a file of the folder was changed, as far as times and sizes tell. */
export function markOfFolder(folder: string): string {
  const files = pairsIn(folder).flatMap(({ chainFile, keyFile }) => [chainFile, keyFile]);
  return [...files, join(folder, tableName)].map(markOfFile).join("\n");
}

/** The same of one file, which need not be there. */
export function markOfFile(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? `${file} -` : `${file} ${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

interface Pair {
  readonly name: string;
  readonly chainFile: string;
  readonly keyFile: string;
}

function pairsIn(folder: string): Pair[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = new Set(entries.map((entry) => entry.name));
  return entries.flatMap((entry) => pairOf(entry, folder, names));
}

function pairOf(entry: Dirent, folder: string, names: ReadonlySet<string>): Pair[] {
  const path = join(folder, entry.name);
  const ending = extname(entry.name);
  if (chainEndings.has(ending)) {
    const name = entry.name.slice(0, -ending.length);
    const keyName = `${name}.key`;
    const isAlone = !names.has(keyName);
    return [{ name, chainFile: path, keyFile: isAlone ? path : join(folder, keyName) }];
  }
  const chainFile = join(path, "fullchain.pem");
  if (statSync(chainFile, { throwIfNoEntry: false }) === undefined) return [];
  return [{ name: entry.name, chainFile, keyFile: join(path, "privkey.pem") }];
}

function readTable(folder: string, problems: string[]): FolderContent["table"] {
  const file = join(folder, tableName);
  let table: unknown = {};
  try {
    if (statSync(file, { throwIfNoEntry: false })) table = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
    return undefined;
  }
  if (typeof table !== "object" || table === null || Array.isArray(table)) {
    problems.push(
      `${file}: it must hold an object of ids and names, like {"arn:aws:acm:…": "www"}`,
    );
    return undefined;
  }
  return new Map(Object.entries(table).map(([id, name]) => [id, String(name)]));
}
