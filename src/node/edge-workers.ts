/**
 * The edge's worker processes, as the primary sees them: started, fed, replaced, stopped.
 *
 * A change is visible when every worker that serves viewers has acknowledged it. A worker that
 * dies is no longer waited for, and the one that replaces it starts from the newest state. A
 * worker that does not acknowledge in time is killed, because it would go on serving what was
 * before.
 */
import type { ChildProcess } from "node:child_process";
import type { Logger } from "../base/logger.ts";
import type { Entry } from "../log/change-log.ts";
import type { DifferenceSlice } from "../state/state-difference.ts";
import type { StepTally } from "../model/wave-counts.ts";
import { noteCacheWorkerEnd } from "./cache-folder.ts";
import { ClaimedPorts } from "./claimed-ports.ts";
import { mainThreadCpuMs } from "../base/main-thread-cpu.ts";
import type { PortSharing } from "./port-sharing.ts";
import type { AskWorkers } from "./cache-report.ts";
import type { SharedQuarantine } from "./shared-quarantine.ts";
import { WorkerAnswers } from "./worker-answers.ts";
import { Pulse, pulseIntervalMs } from "./worker-pulse.ts";
import type { Counted, FromWorker, ToWorker, WorkerSettings } from "./worker-messages.ts";

const defaultAcknowledgeTimeoutMs = 5000;
/** In so many looks: where this process stands still, what workers have said lies unread, and that counts as one of them. */
const acknowledgeLooks = 10;
/** Going over a cache of millions of objects takes some seconds. */
const answerTimeoutMs = 20_000;
const firstRestartDelayMs = 50;
/** Only where none can start: what nobody serves needs no more patience than that. */
const longestRestartDelayMs = 1000;

export interface EdgeWorkersInput {
  readonly count: number;
  readonly settings: Omit<WorkerSettings, "reusePort" | "isHeld">;
  readonly sharing: PortSharing;
  /** The module a worker runs. */
  readonly file: string;
  /** The newest state, encoded, for a worker that starts. */
  readonly snapshot: () => Promise<{ readonly revision: number; readonly bytes: Uint8Array }>;
  /** Told how workers ended, and what they learnt of functions. */
  readonly quarantine: SharedQuarantine;
  /** Told what visits workers have counted: each visit once. */
  readonly onCounted?: (told: Counted) => void;
  /** Told what they have counted of functions that are published in waves. */
  readonly onTallied?: (tallies: readonly StepTally[]) => void;
  /** Told when the process of each was started, which then loads for a while. */
  readonly onForked?: (() => void) | undefined;
  /** Whether they listen only when they are told to, by {@link EdgeWorkers.open}. */
  readonly isHeld?: boolean;
  readonly logger: Logger;
  /** Longest wait for a worker to serve by a change; a busy one takes some milliseconds. */
  readonly acknowledgeTimeoutMs?: number;
  /** How often each is looked at; one that says nothing is killed after 50 looks in vain. */
  readonly pulseMs?: number;
}

interface Seat {
  readonly child: ChildProcess;
  readonly pulse: Pulse;
  /** What it serves by; undefined until it is sent the state. */
  applied: number | undefined;
  /** What is appended while the state that it is to be sent is encoded; undefined at other times. */
  meanwhile: Entry[] | undefined;
  /** Whether what is encoded for it meanwhile has no entries that lead on. */
  isOvertaken: boolean;
  ready: boolean;
  /** Whether it has as many connections as it can. */
  full: boolean;
}

export class EdgeWorkers {
  readonly #input: EdgeWorkersInput;
  readonly #seats = new Set<Seat>();
  readonly #waiters = new Set<() => void>();
  readonly #listeners = new Set<() => void>();
  readonly #answers = new WorkerAnswers();
  readonly #ports: ClaimedPorts;
  #restartDelayMs = firstRestartDelayMs;
  #isHeld: boolean;
  #stopping = false;
  #ended = 0;
  #pulses: NodeJS.Timeout | undefined;

  constructor(input: EdgeWorkersInput) {
    this.#input = input;
    this.#isHeld = input.isHeld ?? false;
    this.#ports = new ClaimedPorts(input.sharing, input.settings);
  }

  get #pulseMs(): number {
    return this.#input.pulseMs ?? pulseIntervalMs;
  }

  /** How many serve viewers. */
  get readyCount(): number {
    return [...this.#seats].filter(({ ready, child }) => ready && !hasEnded(child)).length;
  }

  /** How many of those have as many connections as they can. */
  get fullCount(): number {
    return [...this.#seats].filter(({ full, child }) => full && !hasEnded(child)).length;
  }

  /** How many have ended though nobody asked them to. */
  get endedCount(): number {
    return this.#ended;
  }

  /** What all that serve viewers serve by, or later; undefined where none does. */
  get appliedRevision(): number | undefined {
    const serving = [...this.#seats].filter(({ ready, child }) => ready && !hasEnded(child));
    if (serving.length === 0) return undefined;
    return Math.min(...serving.map(({ applied }) => applied ?? 0));
  }

  /** Resolves when all workers serve. @throws Error, when one cannot, with the system's code as a server has */
  async start(): Promise<void> {
    const started = Array.from({ length: this.#input.count }, () => this.#startOne());
    try {
      await Promise.all(started);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#pulses = setInterval(() => this.#feelPulses(), this.#pulseMs);
  }

  /** Has those that were held listen. */
  open(): void {
    this.#isHeld = false;
    for (const { child } of this.#seats) tell(child, { type: "open" });
  }

  /** Passes a log entry on to every worker. To be called once for each, in order. */
  apply(revision: number, bytes: Uint8Array): void {
    for (const seat of this.#seats) {
      if (seat.meanwhile !== undefined) seat.meanwhile.push({ revision, bytes });
      else if (seat.applied !== undefined) tell(seat.child, { type: "entry", revision, bytes });
    }
  }

  /** For a state that no entries lead to: each goes on with what lies between, in slices. */
  skip(difference: Iterable<DifferenceSlice>): void {
    const serving = [...this.#seats].filter(({ meanwhile }) => meanwhile === undefined);
    for (const seat of this.#seats) seat.isOvertaken = true;
    for (const slice of difference) {
      for (const { child, applied } of serving) {
        if (applied !== undefined) tell(child, { type: "difference", slice });
      }
    }
  }

  /** Whether every worker serves by a revision, or a later one. */
  hasApplied(revision: number): boolean {
    return [...this.#seats].every(({ applied }) => applied === undefined || applied >= revision);
  }

  /** Resolves when every worker serves by a revision. Never rejects. */
  async whenApplied(revision: number): Promise<void> {
    if (this.hasApplied(revision)) return;
    const { acknowledgeTimeoutMs = defaultAcknowledgeTimeoutMs } = this.#input;
    let looks = 0;
    const timer = setInterval(() => {
      looks += 1;
      if (looks === acknowledgeLooks) this.#killLaggards(revision);
    }, acknowledgeTimeoutMs / acknowledgeLooks);
    while (!this.hasApplied(revision)) {
      await new Promise<void>((resolve) => {
        this.#waiters.add(resolve);
      });
    }
    clearInterval(timer);
  }

  /** Told whenever one serves by a later revision, or has ended. @returns the function that ends the listening */
  onApplied(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks those that serve: an answer is of what its question is about, absent where there came none. */
  ask: AskWorkers = (questionFor, timeoutMs = answerTimeoutMs) => {
    const asked = [...this.#seats].filter(({ ready, child }) => ready && !hasEnded(child));
    return Promise.all(
      asked.map(async (seat, index) => {
        const pid = pidOf(seat);
        const question = questionFor(index);
        const answer = await this.#answers.ask(pid, timeoutMs, (id) =>
          tell(seat.child, { type: "question", id, question }),
        );
        return { pid, answer };
      }),
    );
  };

  /** Lets the workers finish what they serve, and ends them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#pulses);
    const exits = [...this.#seats].map(async ({ child }) => {
      // It is seated until it has left, which may be after its end.
      if (hasEnded(child)) return;
      const exited = new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
      });
      tell(child, { type: "drain" });
      const timer = setTimeout(() => child.kill("SIGKILL"), this.#input.settings.drainMs + 2000);
      await exited;
      clearTimeout(timer);
    });
    await Promise.all(exits);
  }

  /** Starts a worker. Where there is no other, nobody of this node holds the ports. */
  #startOne(): Promise<void> {
    if (this.#seats.size > 0 && !this.#ports.areClaimed) return this.#fork();
    return this.#ports.startUnder(() => this.#fork());
  }

  #fork(): Promise<void> {
    if (this.#stopping) return Promise.reject(new Error("The node stops while it is starting"));
    const { file, settings, sharing } = this.#input;
    const { child, onceLeft } = sharing.fork(file);
    const { reusePort } = sharing;
    tell(child, { type: "settings", settings: { ...settings, reusePort, isHeld: this.#isHeld } });
    const pulse = new Pulse(() => mainThreadCpuMs(child.pid ?? 0), this.#pulseMs);
    const seat: Seat = {
      ...{ child, pulse, applied: undefined, meanwhile: undefined },
      ...{ isOvertaken: false, ready: false, full: false },
    };
    this.#seats.add(seat);
    this.#input.onForked?.();
    onceLeft(() => {
      this.#seats.delete(seat);
      this.#wake();
    });

    return new Promise((resolve, reject) => {
      child.on("message", (message: FromWorker) => {
        seat.pulse.hear();
        if (message.type === "ready") resolve();
        if (message.type === "failed") {
          reject(Object.assign(new Error(message.message), { code: message.code }));
        }
        this.#hear(seat, message);
      });
      child.on("error", (error) => {
        this.#input.logger.warn({ err: error }, "edge worker channel");
        if (child.pid === undefined) reject(error);
      });
      child.once("exit", (code, signal) => {
        const isFunctions = this.#input.quarantine.leave(pidOf(seat), signal);
        noteCacheWorkerEnd(this.#input.settings, { signal, isFunctions });
        this.#answers.leave(pidOf(seat));
        if (!this.#stopping) this.#ended += 1;
        reject(new Error(`An edge worker ended while it was starting (${signal ?? code})`));
        if (!this.#stopping && seat.ready) this.#replace({ code, signal });
      });
    });
  }

  #hear(seat: Seat, message: FromWorker): void {
    switch (message.type) {
      case "hello": {
        if (!this.#stopping) void this.#sendState(seat);
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
      case "answer":
        this.#answers.hear(message.id, message.answer);
        break;
      case "counted":
        this.#input.onCounted?.(message);
        break;
      case "tallied":
        this.#input.onTallied?.(message.tallies);
        break;
      case "full":
        seat.full = message.isFull;
        break;
      case "alive":
      case "failed":
        // Heard already; whoever started it is told by the promise.
        break;
    }
  }

  /** What is appended before it has the state goes with it, so that it never serves by less. */
  async #sendState(seat: Seat): Promise<void> {
    seat.meanwhile = [];
    seat.isOvertaken = false;
    try {
      const { revision, bytes } = await this.#input.snapshot();
      if (hasEnded(seat.child)) return;
      if (seat.isOvertaken) return await this.#sendState(seat);
      const entries = seat.meanwhile;
      seat.meanwhile = undefined;
      seat.applied = entries.at(-1)?.revision ?? revision;
      tell(seat.child, { type: "state", snapshot: bytes, entries });
      this.#input.quarantine.join(pidOf(seat), (message) => tell(seat.child, message));
    } catch (error) {
      this.#input.logger.error({ err: error }, "the state could not be sent to an edge worker");
      seat.child.kill("SIGKILL");
    }
  }

  #replace(end: { readonly code: number | null; readonly signal: string | null }): void {
    this.#input.logger.error(end, "edge worker died; starting another");
    setTimeout(() => {
      if (this.#stopping) return;
      this.#startOne().catch((error: unknown) => {
        if (this.#stopping) return;
        this.#input.logger.error({ err: error }, "edge worker could not be replaced");
        this.#replace(end);
      });
    }, this.#restartDelayMs);
    // What starts and serves elsewhere can start here: there is nothing to wait for.
    if (this.readyCount > 0) return;
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, longestRestartDelayMs);
  }

  /** The last defence against code that holds a worker's thread and that nothing in it can end. */
  #feelPulses(): void {
    for (const seat of this.#seats) {
      const { child, pulse, ready } = seat;
      if (!ready || hasEnded(child)) continue;
      switch (pulse.look()) {
        case "ask":
          tell(child, { type: "ping" });
          break;
        case "wait":
          break;
        case "stuck":
          this.#input.logger.error({ pid: child.pid }, "edge worker is stuck; killing it");
          this.#input.quarantine.accuse(pidOf(seat));
          child.kill("SIGKILL");
          break;
      }
    }
  }

  #killLaggards(revision: number): void {
    for (const seat of this.#seats) {
      const { child, applied } = seat;
      if (applied === undefined || applied >= revision) continue;
      this.#input.logger.error({ pid: child.pid, revision }, "edge worker lags; killing it");
      this.#input.quarantine.accuse(pidOf(seat));
      child.kill("SIGKILL");
    }
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
    for (const listener of this.#listeners) listener();
  }
}

function pidOf({ child }: Seat): number {
  return child.pid ?? 0;
}

/** A worker that died a moment ago cannot be told; its end is noticed by itself. */
function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {});
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
