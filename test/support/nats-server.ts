/** A nats-server of the test's own: on a free port, with JetStream in a folder that goes with it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { temporaryFolder, whenProcessEnds } from "./leftovers.ts";
import { skipWithout } from "./optional.ts";

export const natsServer = "nats-server";

/** @returns what `test()` takes as `skip` */
export function skipWithoutNats(): false | string {
  return skipWithout([natsServer, "--version"]);
}

export class NatsServer {
  readonly port: number;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  /** @param extra more of its arguments, and of its environment; without `-js` among them there is no JetStream */
  static async start(
    extra: readonly string[] = ["-js"],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), extra, environment);
    await server.start();
    return server;
  }

  private constructor(
    port: number,
    extra: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    this.port = port;
    this.#environment = environment;
    this.#folder = temporaryFolder();
    this.#arguments = extra;
    // A test that fails leaves it running.
    whenProcessEnds(() => void this.#child?.kill("SIGKILL"));
  }

  get address(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Where JetStream keeps its streams. */
  get store(): string {
    return join(this.#folder, "store");
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    // A file of settings says itself where the store is, and refuses to be told twice.
    const store = this.#arguments.includes("-c") ? [] : ["-sd", this.store];
    const args = ["-a", "127.0.0.1", "-p", String(this.port), ...store];
    const child = spawn(natsServer, [...args, ...this.#arguments], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, NATS_STORE: this.store, ...this.#environment },
    });
    this.#child = child;
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
    while (!lines.some((line) => line.includes("Server is ready"))) {
      if (child.exitCode !== null) throw new Error(`nats-server ended:\n${lines.join("\n")}`);
      await setTimeout(10);
    }
    await untilListening(this.port);
  }

  /** As a machine that loses its process does, unless another signal is named. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Stands still without letting go of its connections, as behind a cut link. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await setTimeout(10);
    } finally {
      socket.destroy();
    }
  }
}
