/**
 * The edge's worker processes, as the primary sees them: started, fed, replaced, stopped.
 *
 * A change is visible when every worker that serves viewers has acknowledged it. A worker that
 * dies is no longer waited for, and the one that replaces it starts from the newest state. A
 * worker that does not acknowledge in time is killed, because it would go on serving what was
 * before.
 */
import cluster, { type Worker } from "node:cluster";
import type { Logger } from "../base/logger.ts";
import { secretKeyVariable } from "./secret-key.ts";
import { closeUntakenConnections } from "./untaken-connections.ts";
import type { SharedQuarantine } from "./shared-quarantine.ts";
import {
  settingsVariable,
  type FromWorker,
  type ToWorker,
  type WorkerSettings,
} from "./worker-messages.ts";

/** Longest wait for a worker to serve by a change; a busy one takes some milliseconds. */
const acknowledgeTimeoutMs = 5000;
const pingIntervalMs = 1000;
/** Pings in a row without an answer. Counted, not timed: a machine that slept is no stuck worker. */
const missedPingsMax = 10;
const firstRestartDelayMs = 50;
const longestRestartDelayMs = 5000;

export interface EdgeWorkersInput {
  readonly count: number;
  readonly settings: WorkerSettings;
  /** The module a worker runs. */
  readonly file: string;
  /** The newest state, encoded, for a worker that starts. */
  readonly snapshot: () => { readonly revision: number; readonly bytes: Uint8Array };
  /** Told how workers ended, and what they learnt of functions. */
  readonly quarantine: SharedQuarantine;
  readonly logger: Logger;
}

interface Seat {
  readonly worker: Worker;
  /** What it serves by; undefined until it is sent the state. */
  applied: number | undefined;
  ready: boolean;
  missedPings: number;
}

export class EdgeWorkers {
  readonly #input: EdgeWorkersInput;
  readonly #seats = new Set<Seat>();
  readonly #waiters = new Set<() => void>();
  #restartDelayMs = firstRestartDelayMs;
  #stopping = false;
  #pings: NodeJS.Timeout | undefined;

  constructor(input: EdgeWorkersInput) {
    this.#input = input;
  }

  /** How many serve viewers. */
  get readyCount(): number {
    return [...this.#seats].filter((seat) => seat.ready).length;
  }

  /** Resolves when all workers serve. @throws Error, when one cannot, with the system's code as a server has */
  async start(): Promise<void> {
    const started = Array.from({ length: this.#input.count }, () => this.#fork());
    try {
      await Promise.all(started);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#pings = setInterval(() => this.#ping(), pingIntervalMs);
  }

  /** Passes a log entry on to every worker. To be called once for each, in order. */
  apply(revision: number, bytes: Uint8Array): void {
    for (const seat of this.#seats) {
      if (seat.applied !== undefined) tell(seat.worker, { type: "entry", revision, bytes });
    }
  }

  /** Whether every worker serves by a revision, or a later one. */
  hasApplied(revision: number): boolean {
    return [...this.#seats].every(({ applied }) => applied === undefined || applied >= revision);
  }

  /** Resolves when every worker serves by a revision. Never rejects. */
  async whenApplied(revision: number): Promise<void> {
    if (this.hasApplied(revision)) return;
    const timer = setTimeout(() => this.#killLaggards(revision), acknowledgeTimeoutMs);
    while (!this.hasApplied(revision)) {
      await new Promise<void>((resolve) => {
        this.#waiters.add(resolve);
      });
    }
    clearTimeout(timer);
  }

  /** Lets the workers finish what they serve, and ends them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#pings);
    const exits = [...this.#seats].map(async ({ worker }) => {
      // It is seated until its channel has closed, which may be after its end.
      if (worker.isDead()) return;
      const exited = new Promise<void>((resolve) => {
        worker.once("exit", () => resolve());
      });
      tell(worker, { type: "drain" });
      const timer = setTimeout(
        () => worker.process.kill("SIGKILL"),
        this.#input.settings.drainMs + 2000,
      );
      await exited;
      clearTimeout(timer);
    });
    await Promise.all(exits);
  }

  #fork(): Promise<void> {
    const { file, settings } = this.#input;
    cluster.setupPrimary({
      exec: file,
      args: [],
      execArgv: ["--no-node-snapshot"],
      serialization: "advanced",
    });
    const worker = cluster.fork({
      [settingsVariable]: JSON.stringify(settings),
      // Access keys are the control plane's business; where viewers are served, nothing opens them.
      [secretKeyVariable]: undefined,
    });
    closeUntakenConnections(worker);
    const seat: Seat = { worker, applied: undefined, ready: false, missedPings: 0 };
    this.#seats.add(seat);

    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromWorker) => {
        if (message.type === "ready") resolve();
        if (message.type === "failed") {
          reject(Object.assign(new Error(message.message), { code: message.code }));
        }
        this.#hear(seat, message);
      });
      worker.on("error", (error) => this.#input.logger.warn({ err: error }, "edge worker channel"));
      const leave = (): void => {
        this.#seats.delete(seat);
        this.#wake();
      };
      // Only then does the cluster module hand it no more connections; its exit may come earlier.
      worker.once("disconnect", leave);
      // Node forgets to say so when a connection was on its way to a worker that died.
      worker.process.once("close", leave);
      worker.once("exit", (code, signal) => {
        this.#input.quarantine.leave(pidOf(seat), signal);
        reject(new Error(`An edge worker ended while it was starting (${signal ?? code})`));
        if (!this.#stopping && seat.ready) this.#replace(code, signal);
      });
    });
  }

  #hear(seat: Seat, message: FromWorker): void {
    switch (message.type) {
      case "hello": {
        if (this.#stopping) break;
        // In one turn: what is appended from now on is sent to it as entries.
        const { revision, bytes } = this.#input.snapshot();
        seat.applied = revision;
        tell(seat.worker, { type: "state", snapshot: bytes });
        this.#input.quarantine.join(pidOf(seat), (message) => tell(seat.worker, message));
        break;
      }
      case "ready":
        seat.ready = true;
        this.#restartDelayMs = firstRestartDelayMs;
        break;
      case "applied":
        seat.applied = message.revision;
        this.#wake();
        break;
      case "quarantined":
        this.#input.quarantine.share(pidOf(seat), message.key);
        break;
      case "alive":
        seat.missedPings = 0;
        break;
      case "failed":
        // Whoever started it is told by the promise.
        break;
    }
  }

  #replace(code: number, signal: string): void {
    this.#input.logger.error({ code, signal }, "edge worker died; starting another");
    setTimeout(() => {
      if (this.#stopping) return;
      this.#fork().catch((error: unknown) => {
        this.#input.logger.error({ err: error }, "edge worker could not be replaced");
        if (!this.#stopping) this.#replace(code, signal);
      });
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, longestRestartDelayMs);
  }

  /** The last defence against code that holds a worker's thread and that nothing in it can end. */
  #ping(): void {
    for (const seat of this.#seats) {
      if (!seat.ready) continue;
      seat.missedPings += 1;
      if (seat.missedPings > missedPingsMax) {
        const { pid } = seat.worker.process;
        this.#input.logger.error({ pid }, "edge worker is stuck; killing it");
        this.#input.quarantine.accuse(pidOf(seat));
        seat.worker.process.kill("SIGKILL");
      } else {
        tell(seat.worker, { type: "ping" });
      }
    }
  }

  #killLaggards(revision: number): void {
    for (const { worker, applied } of this.#seats) {
      if (applied === undefined || applied >= revision) continue;
      this.#input.logger.error(
        { pid: worker.process.pid, revision },
        "edge worker lags; killing it",
      );
      this.#input.quarantine.accuse(worker.process.pid ?? 0);
      worker.process.kill("SIGKILL");
    }
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
  }
}

function pidOf({ worker }: Seat): number {
  return worker.process.pid ?? 0;
}

/** A worker that died a moment ago cannot be told; its end is noticed by itself. */
function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
