/**
 * Where copies in quarantine run: processes of their own, of lower priority, that may be held and may die
 * without anybody else noticing.
 *
 * What waits is bounded, and viewers take turns, so that one whose requests hold a process up leaves
 * another to the rest; see fair-queue.ts. A run there gives what it gives elsewhere. It gets more time,
 * because a process that gives way to others uses the clock without working.
 */
import type { Logger } from "../../base/logger.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type {
  FunctionEvent,
  Invocation,
  KeyValueContents,
  NotRun,
  RunRequest,
} from "../function-runtime.ts";
import { FairQueue, type QueueEntry } from "./fair-queue.ts";
import { HostFailure } from "./host-failure.ts";
import type { HostAnswer, HostSettings } from "./host-messages.ts";
import { HostPool } from "./host-pool.ts";
import { viewerNetwork } from "./viewer-network.ts";

export interface SlowLaneOptions {
  /** Processes at once. */
  readonly processes: number;
  /** Runs that wait at once. */
  readonly queueMax: number;
  readonly settings: HostSettings;
  readonly logger: Logger;
  /** A run was ended, or cost its process. */
  readonly onOffence: (key: string, offence: "ended" | "lost", name: string) => void;
  /** How long a run may hold its process before that is killed, in milliseconds: 2000 unless given. */
  readonly deadlineMs?: number;
  /** How long a process without work is kept, in milliseconds: 30,000 unless given. */
  readonly idleMs?: number;
}

const niceness = 19;
/** Isolates that a process keeps, some 5 MB each; there are not many copies in quarantine. */
const isolatesMax = 16;

interface Waiting extends QueueEntry {
  readonly request: RunRequest;
  readonly start: () => void;
  readonly answer: (answer: NotRun) => void;
}

/** What a viewer sees of a run that did not end by itself. */
const ended: Invocation = {
  outcome: { type: "execution-error", message: "InternalError: compute limit exceeded" },
  logs: [],
  computeUtilization: 100,
};

export class SlowLane {
  readonly #options: SlowLaneOptions;
  readonly #pool: HostPool;
  readonly #queue: FairQueue<Waiting>;
  #running = 0;

  constructor(options: SlowLaneOptions) {
    const { processes, queueMax, settings, deadlineMs = 2000, idleMs = 30_000 } = options;
    this.#options = options;
    this.#queue = new FairQueue(queueMax);
    this.#pool = new HostPool({
      settings: { watchdogMs: 250, maxIsolates: isolatesMax, ...settings, isReadyToRun: true },
      max: processes,
      waitingMax: 0,
      niceness,
      deadlineMs,
      idleMs,
    });
  }

  /** Runs a copy when its turn comes. @param key the copy's */
  run(
    key: string,
    copy: FunctionCopy,
    event: FunctionEvent,
    store: KeyValueContents | undefined,
    request: RunRequest,
  ): Promise<Invocation | NotRun> {
    return new Promise((answer, reject) => {
      const waiting: Waiting = {
        group: key,
        member: viewerNetwork(event.viewerIp),
        request,
        start: () => void this.#perform(waiting, copy, event, store).then(answer, reject),
        answer,
      };
      const out = this.#queue.add(waiting);
      out?.answer({ type: "throttled" });
      this.#next();
    });
  }

  close(): void {
    for (const waiting of this.#queue.clear()) waiting.answer({ type: "unwanted" });
    this.#pool.close();
  }

  #next(): void {
    while (this.#running < this.#options.processes) {
      const waiting = this.#queue.take();
      if (waiting === undefined) return;
      if (waiting.request.viewer.isOver) {
        waiting.answer({ type: "unwanted" });
        this.#queue.done(waiting);
        continue;
      }
      this.#running += 1;
      waiting.start();
    }
  }

  async #perform(
    waiting: Waiting,
    copy: FunctionCopy,
    event: FunctionEvent,
    store: KeyValueContents | undefined,
  ): Promise<Invocation | NotRun> {
    const { logger, onOffence } = this.#options;
    const { group: key, request } = waiting;
    try {
      const answer = await this.#pool.perform({ type: "run", copy, event, store });
      const invocation = invocationOf(answer, event);
      if (invocation.wasEnded !== undefined) onOffence(key, "ended", request.name);
      return invocation;
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
      logger.warn({ err: error, function: request.name }, "a function's run cost its process");
      if (!error.isOfTheJob) return { type: "throttled" };
      onOffence(key, "lost", request.name);
      return ended;
    } finally {
      this.#running -= 1;
      this.#queue.done(waiting);
      this.#next();
    }
  }
}

/** The event's own headers, where the function left them alone: that is how the edge can tell. */
function invocationOf(answer: HostAnswer, event: FunctionEvent): Invocation {
  if (answer.type !== "ran") {
    const what = answer.type === "failed" ? answer.message : `it answered "${answer.type}"`;
    throw new Error(`The slow lane could not run a function: ${what}`);
  }
  const { invocation, keepsHeaders } = answer;
  const { outcome } = invocation;
  if (!keepsHeaders) return invocation;
  if (outcome.type === "request") {
    const request = { ...outcome.request, headers: event.request.headers };
    return { ...invocation, outcome: { ...outcome, request } };
  }
  if (outcome.type === "response" && event.response !== undefined) {
    const response = { ...outcome.response, headers: event.response.headers };
    return { ...invocation, outcome: { ...outcome, response } };
  }
  return invocation;
}
