/** Every command of docs/runbook.md is run as it stands there, in an installation that comes to need it. */
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { freePort } from "../support/free-port.ts";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { skipWithoutNats } from "../support/nats-server.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const root = resolve(import.meta.dirname, "../..");
const password = "of-all";

suite("the runbook", { skip: skipWithoutNats() }, () => {
  test("has commands that do what it says", async (t) => {
    const book = await Runbook.open(t);
    let server = await book.startServer();
    const control = await book.startControl();
    const edge = await book.startEdge();
    book.names.set("API", control.url("api"));
    const { client } = control;
    const page = await createLiveFunction(client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    await untilViewerGets(edge, page.host, "one");

    await untilTold(book, "footlight nodes --api API", / edge +eu .* ready /);
    assert.match(await book.run("curl -s API/footlight/v1/health"), /"success":true/);
    assert.match(await book.run("footlight log verify ADDRESS"), /^Revisions 1 to 3 are whole/);

    assert.match(await book.run("footlight nodes hold eu --api API"), /stay at revision 4/);
    await page.update(pageOf("two"));
    await page.publish();
    await untilTold(book, "footlight nodes --api API", / edge +eu .* held /);
    assert.equal((await view(edge.url("edge"), page.host, "/")).body, "one");
    await book.run("footlight nodes release eu --api API");
    await untilViewerGets(edge, page.host, "two");

    assert.match(
      await book.run("footlight log copy ADDRESS sqlite:copy.db"),
      /^Copied 7 entries, up to revision 7/,
    );
    await book.run("footlight log verify sqlite:copy.db");
    await book.runOther(`footlight backup account.backup --api ${control.url("api")}`);

    await book.deleteStreams();
    await untilTold(book, "footlight nodes --api API", /The change log was deleted/);
    await untilTold(book, "curl -s API/footlight/v1/health", /Nothing can be changed/);
    book.names.set("FOLDER", edge.data);
    assert.match(
      await book.run("footlight log repair ADDRESS --from FOLDER"),
      /^Brought back 7 entries, up to revision 7/,
    );
    await book.run("footlight log verify ADDRESS");
    await untilDone(() => page.update(pageOf("lost")));

    // No node has it: the copy is brought back, and what was changed after it is lost.
    for (const one of [control, edge, server]) await one.end("SIGTERM");
    rmSync(book.store, { recursive: true });
    server = await book.startServer();
    await book.run("footlight log copy sqlite:copy.db ADDRESS");
    await book.run("footlight restore account.backup --data restored");
    // It is of the same history as the copy, and says nothing new.
    assert.match(
      await book.run("footlight log copy sqlite:restored/changes.db ADDRESS"),
      /^Copied 0 entries, up to revision 7/,
    );
    const again = await book.startControl();
    book.names.set("API", again.url("api"));

    const drained = await book.startDrained();
    await untilViewerGets(drained, page.host, "two");
    const health = "curl -i http://127.0.0.1:9090/footlight/v1/health";
    assert.match(await book.run(health), /^HTTP\/1\.1 200 /);
    const ended = drained.end("SIGTERM");
    await untilTold(book, health, /^HTTP\/1\.1 503 /);
    assert.equal((await view(drained.url("edge"), page.host, "/")).body, "two");
    await ended;
    assert.deepEqual(book.left(), []);
  });
});

/** A process that a command of the page started. */
class Started {
  readonly data: string;
  readonly #child: ChildProcess;
  readonly #urls: Readonly<Record<string, string>>;

  constructor(child: ChildProcess, data: string, urls: Readonly<Record<string, string>>) {
    this.#child = child;
    this.data = data;
    this.#urls = urls;
  }

  url(name: string): string {
    return this.#urls[name] ?? `no ${name}`;
  }

  get client(): CloudFrontClient {
    return new CloudFrontClient({
      ...{ endpoint: this.url("api"), region: "us-east-1", maxAttempts: 1 },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
  }
}

class Runbook {
  /** What stands for what, of the names that the page has. */
  readonly names = new Map<string, string>();
  readonly store = join(temporaryFolder(), "store");
  readonly #t: TestContext;
  readonly #commands: ReadonlySet<string>;
  readonly #left: Set<string>;
  readonly #folder = temporaryFolder();
  readonly #port: number;

  static async open(t: TestContext): Promise<Runbook> {
    return new Runbook(t, await freePort(), await freePort());
  }

  private constructor(t: TestContext, port: number, adminPort: number) {
    this.#t = t;
    this.#port = port;
    const page = readFileSync(join(root, "docs/runbook.md"), "utf8");
    const blocks = page.matchAll(/^```sh\n(?<lines>[^`]*)^```$/gm);
    const lines = [...blocks].flatMap(({ groups }) => groups!["lines"]!.trim().split("\n"));
    this.#commands = new Set(lines.map((line) => line.replace(/ +#.*$/, "")));
    this.#left = new Set(this.#commands);
    const footlight = join(this.#folder, "footlight");
    const bin = join(root, "bin/footlight.mjs");
    writeFileSync(footlight, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
    chmodSync(footlight, 0o755);
    const pairs = [
      ["ADDRESS", `nats://control:${password}@127.0.0.1:${port}`],
      ["…", password],
      ["127.0.0.1:4222", `127.0.0.1:${port}`],
      ["/var/lib/nats", this.store],
      ["examples/nats", join(root, "examples/nats")],
      ["9090", String(adminPort)],
      // Long enough for a busy machine to look at it meanwhile, which takes a process.
      ["--drain-wait 20", "--drain-wait 12"],
    ] as const;
    for (const [name, value] of pairs) this.names.set(name, value);
  }

  /** What the page has and was not run. */
  left(): readonly string[] {
    return [...this.#left];
  }

  run(command: string): Promise<string> {
    return this.runOther(this.#filled(command));
  }

  /** What is not of the page. */
  async runOther(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)("sh", ["-c", command], {
      ...{ cwd: this.#folder, env: this.#environment() },
    });
    return stdout;
  }

  startServer(): Promise<Started> {
    return this.#start(
      "NATS_LISTEN=127.0.0.1:4222 NATS_STORE=/var/lib/nats CONTROL_PASSWORD=… EDGE_PASSWORD=… nats-server -c examples/nats/one-server.conf",
      [],
    );
  }

  startControl(): Promise<Started> {
    const command = "FOOTLIGHT_LOG=nats://control:…@127.0.0.1:4222 footlight control";
    return this.#start(command, ["--api-port", "0"]);
  }

  startEdge(): Promise<Started> {
    return this.#start(
      "FOOTLIGHT_LOG=nats://edge:…@127.0.0.1:4222 footlight edge --edge-group eu",
      edgeArguments,
    );
  }

  startDrained(): Promise<Started> {
    return this.#start(
      "footlight edge --log ADDRESS --admin-port 9090 --drain-wait 20",
      edgeArguments,
    );
  }

  async deleteStreams(): Promise<void> {
    const connection = await connect({
      ...{ servers: `127.0.0.1:${this.#port}`, user: "control", pass: password },
    });
    const jsm = await jetstreamManager(connection, { checkAPI: false });
    for (const name of ["changes", "objects"]) await jsm.streams.delete(`footlight_${name}`);
    await connection.close();
  }

  /** @param more what a test must say beside it */
  async #start(command: string, more: readonly string[]): Promise<Started> {
    const data = temporaryFolder();
    const isServer = more.length === 0;
    const said = isServer ? [] : [...more, "--ready-json", "--data", data];
    const [, variables = "", program = ""] =
      /^((?:[A-Z_]+=\S* )*)(.*)$/.exec(this.#filled(command)) ?? [];
    const child = spawn("sh", ["-c", `${variables}exec ${[program, ...said].join(" ")}`], {
      ...{ cwd: this.#folder, env: this.#environment() },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#t.after(() => void child.kill("SIGKILL"));
    const ready = isServer ? /Server is ready/ : /^\{/;
    const lines: string[] = [];
    for await (const line of createInterface({ input: isServer ? child.stderr : child.stdout })) {
      lines.push(line);
      if (ready.test(line)) break;
    }
    const last = lines.at(-1) ?? "";
    assert.match(last, ready, `${command} ended: ${lines.join("\n")}`);
    child.stderr.resume();
    child.stdout.resume();
    const urls = isServer ? {} : (JSON.parse(last) as Record<string, string>);
    return new Started(child, data, urls);
  }

  #filled(command: string): string {
    assert.ok(this.#commands.has(command), `docs/runbook.md has no command "${command}"`);
    this.#left.delete(command);
    let text = command;
    for (const [name, value] of this.names) text = text.replaceAll(name, value);
    return text;
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${this.#folder}:${process.env["PATH"]}` };
  }
}

const edgeArguments = ["--edge-port", "0", "--edge-https-port", "off", "--workers", "1"];

async function untilViewerGets(edge: Started, host: string, body: string): Promise<void> {
  while ((await view(edge.url("edge"), host, "/")).body !== body) await setTimeout(20);
}

async function untilTold(book: Runbook, command: string, told: RegExp): Promise<void> {
  while (!told.test(await book.run(command))) await setTimeout(20);
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      assert.match(String(error), /ServiceUnavailable/);
      await setTimeout(50);
    }
  }
}
