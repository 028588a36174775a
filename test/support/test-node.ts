/** A whole node as a process of its own, started the way a person starts it, for tests that cross rooms. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { temporaryFolder, whenProcessEnds } from "./leftovers.ts";
import { printedBy } from "./printed-by.ts";

export { temporaryFolder };

const ownRoot = resolve(import.meta.dirname, "../..");

export interface TestNode {
  readonly api: string;
  readonly edge: string;
  /** Only where the test asks for it. */
  readonly edgeHttps: string | undefined;
  /** Only where `args` ask for it. */
  readonly admin: string | undefined;
  readonly dataFolder: string;
  readonly client: CloudFrontClient;
  /** What it printed to stderr so far. */
  readonly stderr: () => string;
  /** Waits until stderr matches: an answer may overtake what was logged before it. Fails where the node has ended. */
  readonly logs: (pattern: RegExp) => Promise<void>;
  readonly process: ChildProcess;
  /** Ends it with SIGTERM and returns its exit code. */
  readonly stop: () => Promise<number | null>;
  /** Kills every process of it at once, as a power cut would; nothing where it has ended. */
  readonly kill: () => Promise<void>;
}

export interface TestNodeInput {
  /** Folder of the Footlight that is started, where it is another release than this one. */
  readonly root?: string;
  /** Which part of a node; both by default. */
  readonly command?: "start" | "control" | "edge";
  readonly workers?: number;
  /** A folder that outlives the node; by default one that is removed when the process ends. */
  readonly dataFolder?: string;
  readonly args?: readonly string[];
  /** What its environment has beside the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How many files each process may have open, connections among them. */
  readonly openFiles?: number;
  /** Whether viewers can come by HTTPS; to have a certificate made takes a moment. */
  readonly https?: boolean;
  /** Fixed ports, for a node that is started again in the place of another. */
  readonly apiPort?: number;
  readonly edgePort?: number;
  /** A network namespace to start it in. */
  readonly namespace?: string;
}

/** Starts `footlight start` on free ports and waits until it is ready. */
export async function startTestNode(input: TestNodeInput = {}): Promise<TestNode> {
  const dataFolder = input.dataFolder ?? temporaryFolder();
  const { command = "start", apiPort = 0, edgePort = 0, workers = 1, https = false } = input;
  const args = [
    ...[command, "--ready-json", "--data", dataFolder],
    ...(command === "edge" ? [] : ["--api-port", String(apiPort)]),
    ...(command === "control"
      ? []
      : [
          ...["--edge-port", String(edgePort), "--workers", String(workers)],
          ...["--edge-https-port", https ? "0" : "off"],
        ]),
    ...(input.args ?? []),
  ];
  // A group of its own, so that a kill reaches the workers as well.
  const { openFiles, namespace, root = ownRoot } = input;
  const entering = namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
  const limiting =
    openFiles === undefined ? [] : ["sh", "-c", `ulimit -n ${openFiles}; exec "$0" "$@"`];
  const [program = "", ...rest] = [
    ...entering,
    ...limiting,
    process.execPath,
    join(root, "bin/footlight.mjs"),
    ...args,
  ];
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...input.environment },
  });
  const printed = printedBy(child, [child.stderr]);
  // A test that fails leaves its node running.
  whenProcessEnds(() => {
    if (!hasEnded(child)) killGroup(child);
  });
  const ready = await firstLine(child, printed.text);
  const { api, edge, edgeHttps, admin } = JSON.parse(ready) as Pick<
    TestNode,
    "api" | "edge" | "edgeHttps" | "admin"
  >;

  const stop = async (): Promise<number | null> => {
    if (!hasEnded(child)) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    return child.exitCode;
  };
  const kill = async (): Promise<void> => {
    if (hasEnded(child)) return;
    const exited = once(child, "exit");
    killGroup(child);
    await exited;
  };
  return {
    api,
    edge,
    edgeHttps,
    admin,
    dataFolder,
    client: clientFor(api, dataFolder),
    stderr: printed.text,
    logs: printed.until,
    process: child,
    stop,
    kill,
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function killGroup(child: ChildProcess): void {
  process.kill(-child.pid!, "SIGKILL");
}

/** It trusts the node's local authority, where there is one. */
function clientFor(api: string, dataFolder: string): CloudFrontClient {
  const root = join(dataFolder, "ca/root.crt");
  return new CloudFrontClient({
    endpoint: api,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "any" },
    maxAttempts: 1,
    ...(existsSync(root) && { requestHandler: { httpsAgent: { ca: readFileSync(root) } } }),
  });
}

async function firstLine(child: ChildProcess, stderr: () => string): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  return new Promise((resolvePromise, reject) => {
    lines.once("line", resolvePromise);
    child.once("close", (code) => {
      reject(new Error(`The node ended with ${code} before it was ready:\n${stderr()}`));
    });
  });
}
