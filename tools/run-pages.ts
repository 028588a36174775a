/**
 * Runs the blocks of pages that ask for it, as a reader would: `<!-- run: PROGRAM -->` where the program
 * is installed, `<!-- start: PROGRAM -->` as what goes on in another terminal, in the place of the one before,
 * and in a tutorial `<!-- until: PROGRAM -->`, which looks at something only, until it is as the page says.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

const root = resolve(import.meta.dirname, "..");
const pattern = /<!-- (run|until|start): (\S+) -->\s*```(\w+)\n([\s\S]*?)```/g;

interface Block {
  readonly page: string;
  readonly kind: "run" | "until" | "start";
  readonly program: string;
  readonly language: string;
  readonly code: string;
}

/**
 * Runs pages one after the other in one folder, with a node that was started beforehand.
 *
 * @returns a line for each block that fails, with what it printed
 */
export async function runPages(pages: readonly string[]): Promise<string[]> {
  return inFolder(async (folder) => {
    const node = await startNode(folder);
    try {
      return pages
        .flatMap(blocksOf)
        .flatMap((block) => runBlock(block, folder, node, { FOOTLIGHT_API: node.api }));
    } finally {
      await node.stop();
    }
  });
}

/**
 * Runs a page that starts nodes itself, in an empty folder.
 *
 * @returns a line for the first block that fails, with what it printed
 */
export async function runTutorial(page: string): Promise<string[]> {
  return inFolder(async (folder) => {
    const apiPort = await freePort();
    const api = `http://127.0.0.1:${apiPort}`;
    const edgePort = await freePort();
    const node = { api, edge: `http://127.0.0.1:${edgePort}`, originPort: await freePort() };
    const env = {
      FOOTLIGHT_API: api,
      FOOTLIGHT_API_PORT: String(apiPort),
      FOOTLIGHT_EDGE_PORT: String(edgePort),
      FOOTLIGHT_EDGE_HTTPS_PORT: "0",
      FOOTLIGHT_WORKERS: "1",
    };
    let end = async (): Promise<void> => {};
    try {
      for (const block of blocksOf(page)) {
        if (block.kind === "start") {
          await end();
          end = startBlock(block.code, folder, env);
          if (!(await answers(api)))
            return [`${page}: what this starts does not answer:\n${block.code}`];
          continue;
        }
        const problems = await eventually(block, () => runBlock(block, folder, node, env));
        if (problems.length > 0) return problems;
      }
      return [];
    } finally {
      await end();
    }
  });
}

function blocksOf(page: string): Block[] {
  return [...readFileSync(join(root, page), "utf8").matchAll(pattern)].map((match) => ({
    page,
    kind: match[1] as Block["kind"],
    program: match[2]!,
    language: match[3]!,
    code: match[4]!,
  }));
}

async function inFolder(run: (folder: string) => Promise<string[]>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "footlight-readme-"));
  try {
    installInto(folder);
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A reader takes longer to go on than `dev` to publish a file and traces to be written: half a minute here. */
async function eventually({ kind }: Block, run: () => string[]): Promise<string[]> {
  let problems = run();
  for (let attempt = 0; problems.length > 0 && kind === "until" && attempt < 100; attempt++) {
    await wait(300);
    problems = run();
  }
  return problems;
}

/** @returns what ends it, and waits for all that it started itself: they hold its output open */
function startBlock(code: string, cwd: string, env: NodeJS.ProcessEnv): () => Promise<void> {
  const child = spawn("bash", ["-euc", code], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.resume();
  const closed = once(child, "close");
  return async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await closed;
  };
}

/** Whether a node answers at `api` within half a minute. */
async function answers(api: string): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${api}/footlight/v1/health`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    await wait(100);
  }
  return false;
}

/** What `npm install footlight` would leave there, with links in place of copies. */
function installInto(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), `{ "private": true }`);
  symlinkSync(root, join(modules, "footlight"));
  symlinkSync("../footlight/bin/footlight.mjs", join(modules, ".bin/footlight"));
  symlinkSync(join(root, "node_modules/@aws-sdk"), join(modules, "@aws-sdk"));
}

interface Node {
  readonly api: string;
  readonly edge: string;
  /** Where the README's own origin is to listen. */
  readonly originPort: number;
}

async function startNode(folder: string): Promise<Node & { readonly stop: () => Promise<void> }> {
  const args = ["--ready-json", "--api-port", "0", "--edge-port", "0", "--workers", "1"];
  const child = spawn(process.execPath, [join(root, "bin/footlight.mjs"), "start", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { api, edge } = JSON.parse(value as string) as {
    readonly api: string;
    readonly edge: string;
  };
  const stop = async (): Promise<void> => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return { api, edge, stop, originPort: await freePort() };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

function runBlock(block: Block, folder: string, node: Node, env: NodeJS.ProcessEnv = {}): string[] {
  const { page, program, language, code } = block;
  if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) {
    console.log(`docs: ${program} is not installed, so a block of ${page} was not run`);
    return process.env["CI"] === "true" ? [`${page}: CI must run its ${program} block`] : [];
  }
  const here = code
    .replaceAll("127.0.0.1:4580", new URL(node.api).host)
    .replaceAll(":8080", `:${new URL(node.edge).port}`)
    .replaceAll(/\b3000\b/g, String(node.originPort));
  const [command, args] =
    language === "js"
      ? [process.execPath, ["--input-type=module", "-e", here]]
      : ["bash", ["-euo", "pipefail", "-c", here]];
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  const missing = status === 0 ? promised(here).find((line) => !takeLine(stdout, line)) : undefined;
  if (status === 0 && missing === undefined) return [];
  const what = missing === undefined ? "failed" : `did not print "${missing}"`;
  return [`${page}: this ${language} block ${what}:\n${code}\n${stdout}${stderr}`];
}

/** What a block's comments say it prints: `# → LINE`, up to two blanks. */
function promised(code: string): string[] {
  return [...code.matchAll(/# → (.*?)(?: {2}|$)/gm)].map((match) => match[1]!);
}

function takeLine(stdout: string, line: string): boolean {
  return stdout.split(/\r?\n/).includes(line);
}
