/**
 * A folder of certificates with their keys, as operators and their tools leave them there:
 *
 *   NAME.crt (or .pem, .cer) beside NAME.key        the chain, and its key
 *   NAME.pem                                        both in one
 *   NAME/fullchain.pem and NAME/privkey.pem         as Certbot has them below `live/`
 *   certificates.json                               which of them a configuration means by an ARN or id: {"arn:aws:acm:…": "NAME"}
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
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

/** A folder as it was read. */
export interface ReadFolder {
  readonly content: FolderContent;
  /** By the chain's file: two of a NAME are two. */
  readonly pairs: ReadonlyMap<string, ReadPair>;
  /** Of certificates.json. */
  readonly tableMark: string;
}

interface ReadPair {
  readonly name: string;
  /** Of its files, as they were just before they were read. */
  readonly mark: string;
  /** In its place, why there is none. */
  readonly certificate: ServerCertificate | string;
}

const tableName = "certificates.json";
const chainEndings = [".crt", ".pem", ".cer"];

/** @throws Error, when there is no such folder */
export function readCertificateFolder(folder: string): FolderContent {
  return atOnce(readInSteps(folder)).content;
}

/** Takes all steps of a reading, one right after the other. */
export function atOnce<Read>(steps: Generator<void, Read>): Read {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/**
 * Reads a folder, a certificate a step: to read one takes some 0.2 ms, and to look whether it has changed some 10 µs.
 *
 * @param before what was read last: whatever has not changed since, as far as times and sizes tell, is not read again
 * @returns `before` itself where nothing has changed
 * @throws Error, when there is no such folder
 */
export function* readInSteps(folder: string, before?: ReadFolder): Generator<void, ReadFolder> {
  const pairs = new Map<string, ReadPair>();
  let isSame = true;
  for (const pair of yield* pairsIn(folder)) {
    const { name, chainFile, keyFile } = pair;
    const known = before?.pairs.get(chainFile);
    const mark = `${markOfFile(chainFile)}\n${markOfFile(keyFile)}`;
    const read = known?.mark === mark ? known : { name, mark, certificate: readPair(pair) };
    isSame &&= read === known;
    pairs.set(chainFile, read);
    yield;
  }
  const tableMark = markOfFile(join(folder, tableName));
  isSame &&= tableMark === before?.tableMark && pairs.size === before.pairs.size;
  if (isSame && before !== undefined) return before;
  return { content: contentOf(folder, pairs), pairs, tableMark };
}

function readPair({ chainFile, keyFile }: Pair): ServerCertificate | string {
  try {
    const chain = readFileSync(chainFile, "utf8");
    const key = keyFile === chainFile ? chain : readFileSync(keyFile, "utf8");
    return readServerCertificate(chain, key);
  } catch (error) {
    return `${chainFile}: ${(error as Error).message}`;
  }
}

function contentOf(folder: string, pairs: ReadFolder["pairs"]): FolderContent {
  const certificates = new Map<string, ServerCertificate>();
  const unreadable = new Set<string>();
  const problems: string[] = [];
  for (const { name, certificate } of pairs.values()) {
    if (typeof certificate === "string") {
      problems.push(certificate);
      unreadable.add(name);
    } else certificates.set(name, certificate);
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

/** A text that is another one when a file was changed, as far as times and sizes tell; it need not be there. */
export function markOfFile(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return `${file} -`;
  // Whose permissions have changed may be readable now.
  return `${file} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}`;
}

interface Pair {
  readonly name: string;
  readonly chainFile: string;
  readonly keyFile: string;
}

/** It is looked into each of its folders, a step each: Certbot's may be links. */
function* pairsIn(folder: string): Generator<void, Pair[]> {
  const names = new Set(readdirSync(folder));
  const pairs: Pair[] = [];
  for (const name of names) {
    const pair = pairOf(name, folder, names);
    if (pair !== undefined) pairs.push(pair);
    yield;
  }
  return pairs;
}

function pairOf(file: string, folder: string, names: ReadonlySet<string>): Pair | undefined {
  const path = join(folder, file);
  const ending = extname(file);
  if (chainEndings.includes(ending)) {
    const name = file.slice(0, -ending.length);
    const keyName = `${name}.key`;
    const isAlone = !names.has(keyName);
    return { name, chainFile: path, keyFile: isAlone ? path : join(folder, keyName) };
  }
  if (ending === ".key" && hasChain(file.slice(0, -ending.length), names)) return undefined;
  const chainFile = join(path, "fullchain.pem");
  if (statSync(chainFile, { throwIfNoEntry: false }) === undefined) return undefined;
  return { name: file, chainFile, keyFile: join(path, "privkey.pem") };
}

function hasChain(name: string, names: ReadonlySet<string>): boolean {
  return chainEndings.some((ending) => names.has(`${name}${ending}`));
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
