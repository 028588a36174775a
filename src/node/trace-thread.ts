/**
 * A thread that keeps traces for its edge worker: a transaction waits for those of other workers, and for the
 * disk, and the worker's own thread serves viewers meanwhile.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { FoundTraces, KeptTrace, TraceFilter } from "../traces/kept-trace.ts";
import { identityOf, removeDamaged, takesNoWrites, TraceStore } from "../traces/trace-store.ts";

export interface TraceThreadSettings {
  readonly file: string;
}

export type ToTraceThread =
  | { readonly type: "write"; readonly traces: readonly KeptTrace[]; readonly lost: number }
  | { readonly type: "find"; readonly id: number; readonly query: TraceQuery }
  /** The thread ends when all before is written. */
  | { readonly type: "close" };

export type FromTraceThread =
  /** To each "write"; with a message where nothing of it was kept. */
  | { readonly type: "written"; readonly failure?: string }
  /** `found` is absent where the file can't be read. */
  | { readonly type: "found"; readonly id: number; readonly found?: FoundTraces };

export interface TraceQuery {
  readonly filter: TraceFilter;
  readonly withText: boolean;
}

const pruneEveryMs = 10 * 60 * 1000;
const writeTries = 3;

const { file } = workerData as TraceThreadSettings;
let store: TraceStore | undefined;
/** Which file that is: see identityOf(). */
let opened: string | undefined;
/** What could not be written, to be told of when something can. */
let unwritten = 0;

parentPort?.on("message", (message: ToTraceThread) => {
  switch (message.type) {
    case "write":
      tell(write(message.traces, message.lost));
      break;
    case "find":
      tell({ type: "found", id: message.id, ...find(message.query) });
      break;
    case "close":
      clearInterval(pruning);
      store?.close();
      parentPort?.close();
      break;
  }
});

// Where nobody comes any more, what is too old goes as well.
const pruning = setInterval(() => {
  try {
    store?.prune();
  } catch {
    // Whoever writes next is told.
  }
}, pruneEveryMs);

function write(traces: readonly KeptTrace[], lost: number): FromTraceThread {
  try {
    for (let tries = 0; tries < writeTries; tries += 1) {
      openStore().write(traces, lost + unwritten);
      // It may have been taken away just now, and what was written with it.
      if (identityOf(file) === opened) break;
    }
    unwritten = 0;
    return { type: "written" };
  } catch (error) {
    unwritten += lost + traces.length;
    // What is there can be read on a full disk too, but not be opened anew.
    if (!takesNoWrites(error)) reopenNextTime(error);
    return { type: "written", failure: (error as Error).message };
  }
}

function find({ filter, withText }: TraceQuery): { readonly found?: FoundTraces } {
  try {
    const found = openStore().find(filter, withText);
    return { found: { ...found, lost: found.lost + unwritten } };
  } catch (error) {
    if (!takesNoWrites(error)) reopenNextTime(error);
    return {};
  }
}

/** @returns the one of the file that has the name now, which others write to as well */
function openStore(): TraceStore {
  if (store !== undefined && identityOf(file) !== opened) reopenNextTime();
  if (store === undefined) {
    opened = identityOf(file);
    store = new TraceStore(file);
    // It may have been begun anew by that.
    opened = identityOf(file);
  }
  return store;
}

/** A file that was deleted, or is damaged, is begun anew by that. */
function reopenNextTime(because?: unknown): void {
  try {
    store?.close();
  } catch {
    // It is of no use either way.
  }
  store = undefined;
  removeDamaged(file, opened, because);
}

function tell(message: FromTraceThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, and no window
  parentPort?.postMessage(message);
}
