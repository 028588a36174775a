/**
 * Ends an invocation that the counters can't see the inside of, such as one endless regular
 * expression.
 *
 * A second isolate runs a loop on a thread of its own. It shares a few numbers with this thread:
 * a count that is odd while customer code runs, and which isolate runs it. When the same odd
 * count is seen for too long, the loop disposes of that isolate, which ends even a regular
 * expression; the invocation then throws here. A call costs two additions, no timer. The loop
 * sleeps while nothing runs, and is woken by the first call. It also leaves word of a run that it saw
 * twice, so that nobody needs a clock to find the long ones.
 */
import ivm from "isolated-vm";
import "./collect-at-exit.ts";

const count = 0;
const victim = 1;
const asleep = 2;
const stop = 3;
const long = 4;

/** Runs inside the watchdog's isolate; ends when it is told to. */
function guard(shared: SharedArrayBuffer, victims: Record<string, ivm.Isolate>, limitMs: number) {
  const state = new Int32Array(shared);
  const step = limitMs / 8;
  let quiet = 0;
  let last = 0;
  let seenFor = 0;
  for (;;) {
    if (Atomics.load(state, 3) === 1) return;
    const now = Atomics.load(state, 0);
    if ((now & 1) === 1 && now === last) {
      seenFor += 1;
      Atomics.store(state, 4, now);
      if (seenFor >= 8) {
        const running = victims[Atomics.load(state, 1)];
        try {
          if (running !== undefined && Atomics.load(state, 0) === now) running.dispose();
        } catch {
          // It is disposed of already, by its memory limit or by us, and has not noticed yet.
        }
        seenFor = 0;
      }
    } else {
      quiet = now === last ? quiet + 1 : 0;
      seenFor = 0;
      last = now;
    }
    if (quiet > 32) {
      Atomics.store(state, 2, 1);
      // What began or was asked just before saw no flag and woke nobody, so a last look at both.
      const isQuiet = Atomics.load(state, 0) === last && Atomics.load(state, 3) === 0;
      if (isQuiet) Atomics.wait(state, 2, 1, 60_000);
      Atomics.store(state, 2, 0);
      quiet = 0;
    } else {
      Atomics.wait(state, 3, 0, step);
    }
  }
}

export class Watchdog {
  readonly #isolate = new ivm.Isolate({ memoryLimit: 8 });
  readonly #context = this.#isolate.createContextSync();
  readonly #state: Int32Array;
  readonly #shared: SharedArrayBuffer;
  readonly #limitMs: number;
  #running: Promise<unknown> | undefined;
  #nextId = 1;

  /** @param limitMs how long one uninterrupted stay in customer code may take */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#shared = new SharedArrayBuffer(64);
    this.#state = new Int32Array(this.#shared);
    this.#context.global.setSync("shared", new ivm.ExternalCopy(this.#shared).copyInto());
    this.#context.evalSync("victims = Object.create(null)");
    process.on("exit", this.#signalStop);
  }

  /** Puts an isolate under guard. @returns the number to call `enter` with */
  add(isolate: ivm.Isolate): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pause();
    this.#context.global.setSync("added", isolate);
    this.#context.evalSync(`victims[${id}] = added`);
    this.#resume();
    return id;
  }

  remove(id: number): void {
    this.#pause();
    this.#context.evalSync(`delete victims[${id}]`);
    this.#resume();
  }

  enter(id: number): void {
    const state = this.#state;
    state[victim] = id;
    Atomics.add(state, count, 1);
    if (state[asleep] === 1) this.#wake();
  }

  /** @returns whether it took long, by the clock: an eighth of the limit for certain, a quarter at most */
  leave(): boolean {
    const state = this.#state;
    return Atomics.add(state, count, 1) === state[long];
  }

  async close(): Promise<void> {
    process.off("exit", this.#signalStop);
    this.#signalStop();
    await this.#running;
    this.#running = undefined;
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #wake(): void {
    Atomics.store(this.#state, asleep, 0);
    Atomics.notify(this.#state, asleep);
  }

  /** A process that exits waits for the loop's thread, so it must be told even then. */
  readonly #signalStop = (): void => {
    Atomics.store(this.#state, stop, 1);
    Atomics.notify(this.#state, stop);
    this.#wake();
  };

  /** Ends the loop; the synchronous evaluation that follows waits for the isolate's lock. */
  #pause(): void {
    if (this.#running !== undefined) this.#signalStop();
  }

  #resume(): void {
    this.#context.evalSync("0");
    Atomics.store(this.#state, stop, 0);
    this.#running = this.#context.eval(`(${guard.toString()})(shared, victims, ${this.#limitMs})`);
  }
}
