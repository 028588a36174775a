/**
 * Functions as an edge runs them: on its own thread, which is fastest, as long as they leave it to others
 * in time; in the slow lane when they don't.
 *
 * A run that the watchdog ends on the edge's thread is repeated in the slow lane: the machine may have been
 * at fault, and nobody else is to wait a second time.
 */
import type { Logger } from "../../base/logger.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type {
  EdgeFunctions,
  FunctionEvent,
  FunctionRuntime,
  Invocation,
  KeyValueContents,
  NotRun,
  RunRequest,
  RunWatcher,
} from "../function-runtime.ts";
import { copyKey } from "./copy-key.ts";
import { Quarantine, type Offence } from "./quarantine.ts";
import { SlowLane, type SlowLaneOptions } from "./slow-lane.ts";

export interface EdgeFunctionsOptions extends Omit<SlowLaneOptions, "onOffence"> {
  /** The sandbox on this thread. */
  readonly runtime: FunctionRuntime;
  /** Milliseconds of a clock that never goes back. */
  readonly uptimeMs: () => number;
  readonly logger: Logger;
  /** Told which copy is about to run, when it is another than ran before, or of none by empty texts; see flight-record.ts. */
  readonly noteRun?: (key: string, name: string) => void;
  /** Told when a copy comes into quarantine here, so that others can be. */
  readonly onQuarantine?: (key: string, name: string) => void;
}

export class LanedFunctions implements EdgeFunctions {
  readonly #options: EdgeFunctionsOptions;
  readonly #quarantine: Quarantine;
  readonly #lane: SlowLane;
  /** The copy that ran last on this thread, and its function's name. */
  #latest: FunctionCopy | undefined;
  #latestName = "";
  /** Others are new to the runtime, which reads their source before it runs them. */
  readonly #seen = new WeakSet<FunctionCopy>();
  /** The copy that is asked for, and its function's name. */
  #asked: FunctionCopy | undefined;
  #askedName = "";
  readonly #watcher: RunWatcher = {
    willRun: () => {
      const asked = this.#asked;
      if (asked !== undefined && asked !== this.#latest) this.#begin(asked, this.#askedName);
    },
  };

  constructor(options: EdgeFunctionsOptions) {
    this.#options = options;
    this.#quarantine = new Quarantine(options.uptimeMs);
    this.#lane = new SlowLane({
      ...options,
      onOffence: (key, offence, name) => this.#note(key, offence, name),
    });
  }

  run(
    copy: FunctionCopy,
    event: FunctionEvent,
    store: KeyValueContents | undefined,
    request: RunRequest,
  ): Invocation | Promise<Invocation | NotRun> {
    if (this.#isHeld(copy)) return this.#lane.run(copyKey(copy), copy, event, store, request);
    if (!this.#seen.has(copy)) this.#begin(copy, request.name);
    this.#asked = copy;
    this.#askedName = request.name;
    const invocation = this.#options.runtime.run(copy, event, store, this.#watcher, request.memory);
    if (invocation.tookRealm) this.#note(copyKey(copy), "realm", request.name);
    if (invocation.wasEnded === undefined) {
      const { heldMs } = invocation;
      if (heldMs !== undefined) this.#note(copyKey(copy), "held", request.name, heldMs);
      return invocation;
    }
    this.#note(copyKey(copy), "ended", request.name);
    if (invocation.wasEnded === "memory") return invocation;
    return this.#lane.run(copyKey(copy), copy, event, store, request);
  }

  /** Compiles ahead of the first request, unless that is what is feared. */
  prepare(copy: FunctionCopy, name: string): void {
    if (this.#isHeld(copy)) return;
    this.#begin(copy, name);
    this.#options.runtime.prepare(copy);
  }

  /**
   * Compiles what may be published next, unless that is what is feared: a step in a turn of the event loop, and requests
   * between two of them. See FunctionRuntime.foresee().
   */
  foresee(copy: FunctionCopy, name: string): void {
    const { runtime, logger } = this.#options;
    const steps = runtime.foresee(copy);
    const goOn = (): void => {
      if (this.#isHeld(copy)) return;
      const [latest, latestName] = [this.#latest, this.#latestName];
      this.#begin(copy, name);
      try {
        if (steps.next().done !== true) setImmediate(goOn);
      } catch (err) {
        // Viewers are served by what is published, and whoever publishes this is told.
        logger.warn({ err, function: name }, "a function could not be compiled before its publish");
      }
      // It is not at fault for what comes now.
      if (latest === undefined) this.#rest();
      else this.#begin(latest, latestName);
    };
    goOn();
  }

  forgo(copy: FunctionCopy): void {
    this.#options.runtime.forgo(copy);
  }

  retire(copy: FunctionCopy): void {
    this.#options.runtime.retire(copy);
  }

  /** Puts a copy in quarantine for what it did elsewhere. */
  hold(key: string, offence: "ended" | "lost"): void {
    this.#quarantine.note(key, offence);
    if (offence === "ended") this.#quarantine.note(key, offence);
  }

  async close(): Promise<void> {
    this.#lane.close();
    await this.#options.runtime.close();
  }

  #isHeld(copy: FunctionCopy): boolean {
    return !this.#quarantine.isEmpty && this.#quarantine.holds(copyKey(copy));
  }

  #begin(copy: FunctionCopy, name: string): void {
    this.#latest = copy;
    this.#latestName = name;
    this.#seen.add(copy);
    this.#options.noteRun?.(copyKey(copy), name);
  }

  #rest(): void {
    this.#latest = undefined;
    this.#options.noteRun?.("", "");
  }

  #note(key: string, offence: Offence, name: string, amount?: number): void {
    if (!this.#quarantine.note(key, offence, amount)) return;
    this.#options.logger.warn({ function: name, offence }, "a function runs in the slow lane now");
    this.#options.onQuarantine?.(key, name);
  }
}
