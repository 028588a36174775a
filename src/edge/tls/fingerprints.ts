/**
 * JA3 and JA4: what a ClientHello looks like, as one short text each, by which clients are told apart.
 *
 * Source: "TLS Fingerprinting with JA3 and JA3S" (Salesforce); "JA4: TLS Client Fingerprinting" (FoxIO), whose JA4 alone is
 * free for all. Both leave GREASE values out.
 */
import { createHash } from "node:crypto";
import type { ViewerFingerprints } from "../viewer-request.ts";
import { isGrease, type ClientHello } from "./client-hello.ts";

/** Made when a policy asks for one: few do, and a connection that resumes a session is cheap beside three hashes. */
export class FingerprintsOf implements ViewerFingerprints {
  readonly #hello: ClientHello;
  #ja3: string | undefined;
  #ja4: string | undefined;

  constructor(hello: ClientHello) {
    this.#hello = hello;
  }

  get ja3(): string {
    return (this.#ja3 ??= ja3Of(this.#hello));
  }

  get ja4(): string {
    return (this.#ja4 ??= ja4Of(this.#hello));
  }
}

/** @returns 32 hexadecimal digits */
export function ja3Of(hello: ClientHello): string {
  const lists = [hello.cipherSuites, hello.extensions, hello.groups];
  const joined = lists.map((list) => withoutGrease(list).join("-"));
  const text = [hello.legacyVersion, ...joined, hello.pointFormats.join("-")].join(",");
  return createHash("md5").update(text).digest("hex");
}

const versions: Readonly<Record<number, string>> = {
  0x0304: "13",
  0x0303: "12",
  0x0302: "11",
  0x0301: "10",
  0x0300: "s3",
};

const serverNameType = 0;
const protocolsType = 16;

/** @returns like `t13d1516h2_8daaf6152771_b0da82dd1658` */
export function ja4Of(hello: ClientHello): string {
  const suites = withoutGrease(hello.cipherSuites);
  const extensions = withoutGrease(hello.extensions);
  const head = [
    "t",
    versions[hello.version] ?? "00",
    hello.serverName === undefined ? "i" : "d",
    count(suites),
    count(extensions),
    protocolOf(hello),
  ].join("");
  const hashed = extensions.filter((type) => type !== serverNameType && type !== protocolsType);
  const algorithms = withoutGrease(hello.signatureAlgorithms).map(hex).join(",");
  const sorted = sortedHex(hashed);
  return [
    head,
    shortHash(sortedHex(suites)),
    shortHash(algorithms === "" ? sorted : `${sorted}_${algorithms}`),
  ].join("_");
}

function withoutGrease(values: readonly number[]): number[] {
  return values.filter((value) => !isGrease(value));
}

function count(values: readonly number[]): string {
  return String(Math.min(values.length, 99)).padStart(2, "0");
}

/** The first protocol's first and last character, or of its bytes' hexadecimal form where one is no letter or digit. */
function protocolOf({ protocols }: ClientHello): string {
  const [first = ""] = protocols;
  if (first === "") return "00";
  const ends = (text: string) => text.slice(0, 1) + text.slice(-1);
  if (/^[0-9A-Za-z]{2}$/.test(ends(first))) return ends(first);
  return ends(Buffer.from(first, "latin1").toString("hex"));
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function sortedHex(values: readonly number[]): string {
  return values.map(hex).toSorted().join(",");
}

function shortHash(text: string): string {
  if (text === "") return "000000000000";
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
