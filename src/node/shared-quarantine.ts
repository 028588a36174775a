/**
 * What one worker learnt about a function's copy at its own cost, for all workers of the node.
 *
 * A copy that a worker put in its slow lane goes there in the others too, and so does the copy that a
 * worker ran when it crashed or hung. A worker that starts is told of those that are still held.
 */
import type { Logger } from "../base/logger.ts";
import { FlightReader, newFlightPath } from "./flight-record.ts";
import type { ToWorker } from "./worker-messages.ts";

/** How long a worker that starts is told of a copy; the workers' own quarantine may last longer. */
const rememberedMs = 600_000;
/** Copies remembered: those told of last. */
const rememberedMax = 1000;

/** How a process ends that was aborted, by V8 or by the system; others are told to end. */
const crashes: ReadonlySet<string> = new Set([
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
  "SIGTRAP",
]);

type Message = Extract<ToWorker, { readonly type: "quarantine" }>;
type Tell = (message: Message) => void;

export class SharedQuarantine {
  /** Where workers note what they run; see flight-record.ts. */
  readonly flightPath = newFlightPath();
  readonly #logger: Logger;
  readonly #workers = new Map<number, { readonly tell: Tell; readonly record: FlightReader }>();
  readonly #known = new Map<string, { readonly message: Message; readonly at: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A worker has started, and hears. */
  join(pid: number, tell: Tell): void {
    this.#workers.set(pid, { tell, record: new FlightReader(this.flightPath, pid) });
    const now = performance.now();
    for (const [key, { message, at }] of this.#known) {
      if (now - at > rememberedMs) this.#known.delete(key);
      else tell(message);
    }
  }

  /** A worker has put a copy in quarantine. */
  share(pid: number, key: string): void {
    this.#tellOthers(pid, { type: "quarantine", key, offence: "ended" });
  }

  /**
   * A worker hangs, and is killed for it.
   *
   * @returns whether it ran a function
   */
  accuse(pid: number): boolean {
    const record = this.#workers.get(pid)?.record.read();
    if (record === undefined) return false;
    const { key, name } = record;
    const what = "a function cost its edge worker; it runs in the slow lane now";
    this.#logger.error({ worker: pid, function: name }, what);
    this.#tellOthers(pid, { type: "quarantine", key, offence: "lost" });
    return true;
  }

  /**
   * A worker has ended.
   *
   * @returns whether it crashed while it ran a function
   */
  leave(pid: number, signal: string | null): boolean {
    const isFunctions = signal !== null && crashes.has(signal) && this.accuse(pid);
    this.#workers.get(pid)?.record.close();
    this.#workers.delete(pid);
    return isFunctions;
  }

  #tellOthers(pid: number, message: Message): void {
    this.#known.delete(message.key);
    this.#known.set(message.key, { message, at: performance.now() });
    if (this.#known.size > rememberedMax) this.#known.delete(this.#known.keys().next().value!);
    for (const [other, { tell }] of this.#workers) if (other !== pid) tell(message);
  }
}
