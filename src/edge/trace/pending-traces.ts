/**
 * Requests that are over and wait to be told of: noting one costs its viewer a few assignments, and what is told of
 * it is put together later, a few at a time.
 *
 * What comes faster than that is counted and let go of, what succeeded before what failed.
 */
import { performance } from "node:perf_hooks";
import type { KeptTrace } from "../../traces/kept-trace.ts";
import type { RefusedRequest, RefusedRequestListener } from "../record/refused-request.ts";
import type { Visit, VisitListener } from "../record/visit.ts";
import type { Trace } from "./trace.ts";
import { traceOf } from "./trace-of.ts";
import { traceOfRefused } from "./trace-of-refused.ts";

/** How many may wait, and what their requests' heads may have, in bytes: each is held with what was made of it. */
interface Room {
  readonly count: number;
  readonly bytes: number;
}

const room: Room = { count: 4096, bytes: 16 * 1024 * 1024 };
/** A quarter more for requests that failed. */
const roomWithFailed: Room = { count: 5120, bytes: 20 * 1024 * 1024 };

export class PendingTraces {
  #waiting: (Visit | RefusedRequest)[] = [];
  #bytes = 0;
  #lost = 0;
  readonly #onFirst: () => void;

  /** @param onFirst told when there is one and there was none */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  readonly listener: VisitListener = (visit) => {
    const isPlain = visit.status > 0 && visit.status < 400;
    this.#add(visit, visit.request.headBytes, isPlain ? room : roomWithFailed);
  };

  readonly refusedListener: RefusedRequestListener = (refused) => {
    this.#add(refused, bytesOf(refused), roomWithFailed);
  };

  get count(): number {
    return this.#waiting.length;
  }

  /**
   * @param budgetMs no further one is told of when these milliseconds are over
   * @param which of them, where not all can be told of
   * @returns them as they are kept, the oldest first; and how many were let go of since the last time
   */
  take(
    max: number,
    budgetMs = Infinity,
    which: "oldest" | "newest" = "oldest",
  ): { readonly traces: readonly KeptTrace[]; readonly lost: number } {
    const until = performance.now() + budgetMs;
    const waiting = which === "oldest" ? this.#waiting : this.#waiting.toReversed();
    const traces: KeptTrace[] = [];
    for (const one of waiting) {
      this.#bytes -= bytesOf(one);
      traces.push(keptOf(one));
      if (traces.length === max || performance.now() > until) break;
    }
    const left = this.#waiting.length - traces.length;
    if (which === "newest") traces.reverse();
    this.#waiting =
      which === "oldest" ? this.#waiting.slice(traces.length) : this.#waiting.slice(0, left);
    const lost = this.#lost;
    this.#lost = 0;
    return { traces, lost };
  }

  #add(one: Visit | RefusedRequest, bytes: number, max: Room): void {
    if (this.#waiting.length >= max.count || this.#bytes + bytes > max.bytes) {
      this.#lost += 1;
      return;
    }
    this.#bytes += bytes;
    this.#waiting.push(one);
    if (this.#waiting.length === 1) this.#onFirst();
  }
}

/** Of its request's head, in bytes. */
function bytesOf(one: Visit | RefusedRequest): number {
  if ("runs" in one) return one.request.headBytes;
  const { target = "", headers = [] } = one.head ?? {};
  return headers.reduce((sum, text) => sum + text.length, target.length);
}

function keptOf(one: Visit | RefusedRequest): KeptTrace {
  if (!("runs" in one)) return kept(traceOfRefused(one), []);
  const { distribution, primary, tenant } = one;
  return kept(traceOf(one), [
    ...new Set([distribution?.id, primary?.id, tenant?.id].filter((id) => id !== undefined)),
  ]);
}

function kept(trace: Trace, owners: readonly string[]): KeptTrace {
  const { id, at, request, response, functions, behavior } = trace;
  return {
    ...{ id, at: Date.parse(at), method: request.method, host: request.host, path: request.path },
    ...{ status: response.status, result: response.detail, tookMs: response.tookMs, owners },
    functions: functions.map(({ name }) => name),
    ...(behavior && { behavior: behavior.pathPattern }),
    ...(request.country !== undefined && { country: request.country }),
    text: JSON.stringify(trace),
  };
}
