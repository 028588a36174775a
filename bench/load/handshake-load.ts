/** As many handshakes as a server can take: four of openssl's `s_time`, each of which connects again as soon as it is through. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Bench } from "../bench.ts";
import { pinned } from "../pinning.ts";

export interface HandshakeLoad {
  readonly port: number;
  /** `full` in TLS 1.3; `resumed` in TLS 1.2, since s_time doesn't wait for TLS 1.3's tickets. */
  readonly kind: "full" | "resumed";
  readonly seconds: number;
}

export interface Handshakes {
  readonly count: number;
  readonly perSecond: number;
}

const atOnce = 4;
const kinds = { full: ["-new", "-tls1_3"], resumed: ["-reuse", "-tls1_2"] } as const;

/** @throws Error, when openssl fails, or what should be resumed is not */
export async function loadHandshakes(
  bench: Bench,
  { port, kind, seconds }: HandshakeLoad,
): Promise<Handshakes> {
  const args = ["s_time", ...kinds[kind], "-connect", `127.0.0.1:${port}`, "-time", `${seconds}`];
  const [program, ...rest] = pinned(bench.cores?.loading, ["openssl", ...args]);
  const run = promisify(execFile);
  const start = performance.now();
  const reports = await Promise.all(
    Array.from({ length: atOnce }, () => run(program, rest, { maxBuffer: 16 * 2 ** 20 })),
  );
  const spent = (performance.now() - start) / 1000;
  const count = reports
    .map(({ stdout }) => readReport(stdout, kind))
    .reduce((sum, each) => sum + each, 0);
  return { count, perSecond: count / spent };
}

/** For each that is resumed an `r` is printed. */
function readReport(text: string, kind: HandshakeLoad["kind"]): number {
  const [, count] = /(\d+) connections in \d+ real seconds/.exec(text) ?? [];
  const resumed = /^r+$/m.exec(text)?.[0].length ?? 0;
  if (count === undefined || (kind === "resumed" && resumed < Number(count))) {
    throw new Error(
      `s_time's report is not understood, or not all was resumed: ${text.slice(-500)}`,
    );
  }
  return Number(count);
}
