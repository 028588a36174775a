/** A server that does a workload: Footlight, or one that it is compared with. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { request as requestSecurely } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { whenProcessEnds } from "../../test/support/leftovers.ts";
import type { Bench } from "../bench.ts";
import { pinned } from "../pinning.ts";
import type { Asked, Workload } from "../workloads/workload.ts";

export interface RunningRival {
  readonly name: string;
  /** That of HTTPS where the workload is by that. */
  readonly port: number;
  /** All its processes are this one's and its children's. */
  readonly pid: number;
  /** What viewers call the workload's sites, by their index. */
  readonly hosts: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface RivalInput {
  readonly bench: Bench;
  readonly workload: Workload;
  readonly originPort: number;
  /** How many processes serve. */
  readonly workers: number;
}

export interface Rival {
  readonly name: string;
  /** How a comparison with it could be unfair. */
  readonly caveat: string;
  /** Whether it keeps what origins answer. */
  readonly canKeep: boolean;
  /** What it does instead of what the others do, where that is what they are compared with. */
  readonly instead?: Workload;
  /** @returns why it cannot run here, or does not do this workload; undefined when it can */
  readonly missing: (bench: Bench, workload: Workload) => string | undefined;
  readonly start: (input: RivalInput) => Promise<RunningRival>;
}

/** What viewers call a site where the server does not choose the names. */
export function hostOf(site: number): string {
  return `site-${site}.example.com`;
}

/** Ends with the benchmark, however that ends. */
export function spawnServer(
  bench: Bench,
  command: readonly [string, ...string[]],
): { readonly child: ChildProcess; readonly stop: () => Promise<void> } {
  const [program, ...args] = pinned(bench.cores?.serving, command);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  whenProcessEnds(() => void child.kill("SIGTERM"));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return { child, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until it serves. @throws Error, when an answer is not the one that the workload expects */
export async function checkAnswers(rival: RunningRival, workload: Workload): Promise<void> {
  const { asked, isKept } = workload;
  // What is kept is so from here on.
  for (const each of isKept ? asked : [asked[0]!, asked[asked.length >> 1]!, asked.at(-1)!]) {
    const answer = await askPatiently(rival, each, workload);
    const { status, location, body } = each.expected;
    const isRight =
      answer.status === status &&
      (location === undefined || answer.location === location) &&
      (body === undefined || answer.body === body);
    if (isRight) continue;
    const [given, expected] = [answer, each.expected].map((one) =>
      JSON.stringify(one).slice(0, 500),
    );
    throw new Error(`${rival.name} answers ${each.path} with ${given} instead of ${expected}`);
  }
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

async function askPatiently(
  rival: RunningRival,
  asked: Asked,
  workload: Workload,
): Promise<Answer> {
  const patienceMs = 20_000;
  const start = performance.now();
  for (;;) {
    try {
      return await ask(rival, asked, workload);
    } catch (error) {
      if (performance.now() - start > patienceMs) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
}

function ask(
  { port, hosts }: RunningRival,
  { site, path, headers }: Asked,
  { secure }: Workload,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const host = hosts[site] ?? "";
    const options = {
      ...{ host: "127.0.0.1", port, path, agent: false },
      headers: { host, ...headers },
    };
    // Whose certificate it is matters to nobody here.
    const securely = { ...options, servername: host, rejectUnauthorized: false };
    const send = secure === undefined ? request : requestSecurely;
    const outgoing = send(secure === undefined ? options : securely, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, location: headers.location, body });
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
