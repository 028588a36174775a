/**
 * One host, as the process that started it sees it: a child that does one job at a time, is killed
 * when a job takes too long, and may die of one.
 */
import { fork, type ChildProcess } from "node:child_process";
import { constants, getPriority, setPriority } from "node:os";
import { extname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { KeyValuePair } from "../../model/key-value-store.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type { KeyValueContents } from "../function-runtime.ts";
import { HostFailure } from "./host-failure.ts";
import type { FromHost, HostAnswer, HostSettings, Job, ToHost } from "./host-messages.ts";

/** Longest wait for a process to be up; one takes 0.2 to 1 s on a machine that is not overloaded. */
const startTimeoutMs = 60_000;
/** Copies and stores that a host keeps; the one that was used longest ago makes room. */
const knownCopiesMax = 32;
const knownStoresMax = 2;
/** Characters of a store that are sent in one turn of the event loop: a millisecond's work. */
const sliceLength = 262_144;
/** Characters kept of what a host printed, to say what it died of. */
const printedMax = 2000;

/** A deadline for a process that has worked for less than half of its own. */
export interface StarvedDeadline {
  readonly deadlineMs: number;
  /** How long a process has worked, in milliseconds; undefined where the system does not tell. */
  readonly workedMs: (pid: number) => number | undefined;
}

export interface HostProcessOptions {
  readonly settings: HostSettings;
  /** By how much its niceness is above that of this process, which it gives way to. */
  readonly niceness?: number;
  /** How many milliseconds a job may take, from when the process has it. */
  readonly deadlineMs: number;
  /** What it may take beyond that where others have the processor; nothing unless given. */
  readonly starved?: StarvedDeadline;
  /** Called once, when the process has ended. */
  readonly onEnd: (host: HostProcess) => void;
}

/** A job before it is sent: with the copy and the store themselves. */
export type Order =
  | Extract<Job, { readonly type: "check" }>
  | (Omit<Extract<Job, { readonly type: "test" }>, "copy" | "store"> & Sent)
  | (Omit<Extract<Job, { readonly type: "test-both-ways" }>, "copy" | "store"> & Sent)
  | (Omit<Extract<Job, { readonly type: "costs" }>, "copy" | "store"> & Sent)
  | (Omit<Extract<Job, { readonly type: "run" }>, "copy" | "store"> & Sent);

interface Sent {
  readonly copy: FunctionCopy;
  readonly store: KeyValueContents | undefined;
}

export class HostProcess {
  readonly #options: HostProcessOptions;
  readonly #child: ChildProcess;
  readonly #started = Promise.withResolvers<void>();
  readonly #copies = new Map<FunctionCopy, number>();
  readonly #stores = new Map<KeyValueContents, number>();
  #lastId = 0;
  #current: PromiseWithResolvers<HostAnswer> | undefined;
  #end: HostFailure | undefined;
  #printed = "";

  constructor(options: HostProcessOptions) {
    this.#options = options;
    const file = new URL(`host-child${extname(import.meta.url)}`, import.meta.url);
    this.#child = fork(fileURLToPath(file), [JSON.stringify(options.settings)], {
      execArgv: ["--no-node-snapshot"],
      env: plainEnvironment(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
    });
    if (options.niceness !== undefined) this.#lowerPriority(options.niceness);
    this.#started.promise.catch(() => {});
    const timer = setTimeout(() => this.#finish("unavailable", "did not start"), startTimeoutMs);
    this.#started.promise.finally(() => clearTimeout(timer)).catch(() => {});
    this.#child.on("message", (message: FromHost) => this.#hear(message));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#printed = (this.#printed + text).slice(-printedMax);
    });
    this.#child.once("error", (error) => this.#finish("unavailable", "cannot be started", error));
    this.#child.once("exit", (code, signal) => this.#finish("died", `ended (${signal ?? code})`));
  }

  /** The end of what the process printed to stderr, such as V8's last words. */
  get printed(): string {
    return this.#printed;
  }

  /**
   * Has one job done. To be called when the one before is answered.
   *
   * @throws HostFailure, when the process did not survive it
   */
  async perform(order: Order): Promise<HostAnswer> {
    await this.#started.promise;
    const job = order.type === "check" ? order : await this.#prepare(order);
    if (this.#end !== undefined) throw this.#end;
    const current = Promise.withResolvers<HostAnswer>();
    this.#current = current;
    const end = this.#endWhenLate();
    this.#tell({ type: "job", job });
    try {
      return await current.promise;
    } finally {
      end();
      this.#current = undefined;
    }
  }

  /** @returns what is called when it is done */
  #endWhenLate(): () => void {
    const { deadlineMs, starved } = this.#options;
    const longestMs = starved?.deadlineMs ?? deadlineMs;
    const worked = (): number => starved?.workedMs(this.#child.pid ?? 0) ?? Infinity;
    const workedBefore = worked();
    let takenMs = deadlineMs;
    const look = (): void => {
      const isStarved = worked() - workedBefore < deadlineMs / 2;
      if (takenMs >= longestMs || !isStarved) {
        this.#finish("deadline", `took over ${takenMs} ms, and was ended`);
        return;
      }
      const nextMs = Math.min(deadlineMs / 2, longestMs - takenMs);
      takenMs += nextMs;
      timer = setTimeout(look, nextMs);
    };
    let timer = setTimeout(look, deadlineMs);
    return () => clearTimeout(timer);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#finish("unavailable", "was stopped");
  }

  #finish(reason: HostFailure["reason"], what: string, cause?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = new HostFailure(reason, `The process that runs functions ${what}`, { cause });
    this.#child.kill("SIGKILL");
    this.#started.reject(this.#end);
    this.#current?.reject(this.#end);
    this.#options.onEnd(this);
  }

  #hear(message: FromHost): void {
    if (message.type === "ready") this.#started.resolve();
    else this.#current?.resolve(message);
  }

  async #prepare(order: Exclude<Order, { readonly type: "check" }>): Promise<Job> {
    const copy = this.#knownId(this.#copies, order.copy, knownCopiesMax, (id) => {
      this.#tell({ type: "copy", id, copy: order.copy });
    });
    const store = order.store === undefined ? undefined : await this.#sendStore(order.store);
    return { ...order, copy, store };
  }

  async #sendStore(store: KeyValueContents): Promise<number> {
    const { id: storeId, createdTime, lastUpdatedTime } = store;
    let isNew = false;
    const id = this.#knownId(this.#stores, store, knownStoresMax, (newId) => {
      this.#tell({
        type: "store",
        id: newId,
        store: { id: storeId, createdTime, lastUpdatedTime },
      });
      isNew = true;
    });
    if (!isNew) return id;
    let pairs: KeyValuePair[] = [];
    let length = 0;
    for (const pair of store.entries()) {
      pairs.push(pair);
      length += pair[0].length + pair[1].length;
      if (length < sliceLength) continue;
      this.#tell({ type: "pairs", id, pairs });
      [pairs, length] = [[], 0];
      await nextTurn();
    }
    if (pairs.length > 0) this.#tell({ type: "pairs", id, pairs });
    return id;
  }

  /** The number by which the host knows a thing, which it is sent when it is new to it. */
  #knownId<Thing>(
    known: Map<Thing, number>,
    thing: Thing,
    max: number,
    send: (id: number) => void,
  ): number {
    let id = known.get(thing);
    if (id === undefined) {
      this.#lastId += 1;
      id = this.#lastId;
      send(id);
    }
    known.delete(thing);
    known.set(thing, id);
    if (known.size > max) {
      const [oldest, oldId] = known.entries().next().value!;
      known.delete(oldest);
      this.#tell({ type: "forget", id: oldId });
    }
    return id;
  }

  #tell(message: ToHost): void {
    // One that has just died cannot be told; its end is noticed by itself.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #lowerPriority(niceness: number): void {
    try {
      if (this.#child.pid === undefined) return;
      const lowest = constants.priority.PRIORITY_LOW;
      setPriority(this.#child.pid, Math.min(lowest, getPriority() + niceness));
    } catch {
      // It ended already, or the system does not allow it: the lane is then only apart, not slower.
    }
  }
}

/** A host needs no secrets, and what Node reads from the environment is not for it. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^(?:FOOTLIGHT_|AWS_|NODE_(?!COMPILE_CACHE$))/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
