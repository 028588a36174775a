/**
 * As much as a server can take by TLS: h2load with 32 connections, in HTTP/2 with 10 streams of each at once. Each asks again as
 * soon as it is answered.
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bench } from "../bench.ts";
import { pinned } from "../pinning.ts";
import { browserHeaders, type Asked } from "../workloads/workload.ts";
import type { Served } from "./closed-load.ts";

export interface SecureLoad {
  readonly port: number;
  /** In the handshake, and of every request. */
  readonly host: string;
  /** In turn by each connection, with the headers of the first. */
  readonly asked: readonly Asked[];
  readonly secure: "http/1.1" | "h2";
  readonly seconds: number;
}

/** @throws Error, when h2load fails, or does not say what we read */
export async function loadSecurely(
  bench: Bench,
  { port, host, asked, secure, seconds }: SecureLoad,
): Promise<Served> {
  const urls = join(bench.folder, `urls-${port}.txt`);
  writeFileSync(urls, asked.map(({ path }) => `https://${host}${path}\n`).join(""));
  const headers = Object.entries({ ...browserHeaders, ...asked[0]?.headers });
  const args = [
    ...["-t1", "-c32", `-D${seconds}`, `--connect-to=127.0.0.1:${port}`, "-i", urls],
    // The same suite for all, since servers differ in which they prefer.
    "--tls13-ciphers=TLS_AES_128_GCM_SHA256",
    ...(secure === "h2" ? ["-m10"] : ["--h1", "-m1"]),
    ...headers.map(([name, value]) => `-H${name}: ${value}`),
  ];
  const [program, ...rest] = pinned(bench.cores?.loading, ["h2load", ...args]);
  const { stdout } = await promisify(execFile)(program, rest);
  return readReport(stdout, secure);
}

function readReport(text: string, secure: string): Served {
  const [, perSecond] = /^finished in [^,]+, ([\d.]+) req\/s/m.exec(text) ?? [];
  const [, done, failed, errored, timeout] =
    /(\d+) done, \d+ succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(text) ?? [];
  const [, protocol] = /^Application protocol: (\S+)$/m.exec(text) ?? [];
  if (perSecond === undefined || done === undefined || protocol !== secure) {
    throw new Error(`h2load's report is not understood, or it is not of ${secure}:\n${text}`);
  }
  // What failed has errored and timed out in it.
  return {
    requests: Number(done),
    perSecond: Number(perSecond),
    failed: Math.max(Number(failed), Number(errored) + Number(timeout)),
  };
}
