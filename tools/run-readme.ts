/** Runs the README's blocks that ask for it, against a node of its own, as a reader would. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "..");
const pattern = /<!-- run: (\S+) -->\s*```(\w+)\n([\s\S]*?)```/g;

interface Block {
  readonly program: string;
  readonly language: string;
  readonly code: string;
}

/** @returns a line for each block that fails, with what it printed */
export async function runReadme(path: string): Promise<string[]> {
  const blocks: Block[] = [...readFileSync(path, "utf8").matchAll(pattern)].map((match) => ({
    program: match[1]!,
    language: match[2]!,
    code: match[3]!,
  }));
  const folder = mkdtempSync(join(tmpdir(), "footlight-readme-"));
  installInto(folder);
  const node = await startNode(folder);
  try {
    return blocks.flatMap((block) => runBlock(block, folder, node));
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
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
  readonly stop: () => Promise<void>;
  /** Where the README's own origin is to listen. */
  readonly originPort: number;
}

async function startNode(folder: string): Promise<Node> {
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

function runBlock({ program, language, code }: Block, folder: string, node: Node): string[] {
  if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) {
    console.log(`docs: ${program} is not installed, so a README block was not run`);
    return process.env["CI"] === "true" ? [`README.md: CI must run its ${program} block`] : [];
  }
  const here = code
    .replaceAll("127.0.0.1:4580", new URL(node.api).host)
    .replaceAll(":8080", `:${new URL(node.edge).port}`)
    .replaceAll(/\b3000\b/g, String(node.originPort));
  const [command, args] =
    language === "js"
      ? [process.execPath, ["--input-type=module", "-e", here]]
      : ["bash", ["-euo", "pipefail", "-c", here]];
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  const missing = status === 0 ? promised(code).find((line) => !takeLine(stdout, line)) : undefined;
  if (status === 0 && missing === undefined) return [];
  const what = missing === undefined ? "failed" : `did not print "${missing}"`;
  return [`README.md: this ${language} block ${what}:\n${code}\n${stdout}${stderr}`];
}

/** What a block's comments say it prints: `# → LINE`, up to two blanks. */
function promised(code: string): string[] {
  return [...code.matchAll(/# → (.*?)(?: {2}|$)/gm)].map((match) => match[1]!);
}

function takeLine(stdout: string, line: string): boolean {
  return stdout.split(/\r?\n/).includes(line);
}
