/**
 * Answers that go on: a line of JSON with what is there, and another whenever there is more, each in the envelope of
 * the JSON face.
 *
 * They are drawn, not pushed: the next page is read when the one before was taken, and what is kept is kept where it
 * always is. So a slow reader costs no memory, and what a page has no room for is counted in it.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import { ApiError } from "../model/errors.ts";
import type { ApiResponse } from "../wire/api-message.ts";
import { encodeError } from "../wire/encode-error.ts";
import type { Caller } from "./access/access.ts";

export interface LivePage {
  readonly data: object;
  /** Whether it says anything that the one before did not. */
  readonly isNews: boolean;
  /** Whether more is there already. */
  readonly hasMore?: boolean;
}

export interface LiveReading {
  readonly first: object;
  /** What came since the page before; undefined where it can't be read just now. */
  readonly next: () => Promise<LivePage | undefined>;
}

export interface LivePace {
  /** How often it is looked for more. */
  readonly everyMs: number;
  /** After so many looks that found nothing a line says that the answer goes on. */
  readonly silentLooksMax: number;
}

const usualPace: LivePace = { everyMs: 150, silentLooksMax: 33 };

/** It ends when the caller's key does: its last line says so. */
export function liveAnswer(
  reading: LiveReading,
  call: { readonly caller: Pick<Caller, "requireStanding">; readonly requestId: string },
  logger: Logger,
  pace: LivePace = usualPace,
): ApiResponse {
  return {
    status: 200,
    headers: {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
      // A proxy of nginx's gathers what it passes on, unless it is told not to.
      "x-accel-buffering": "no",
    },
    body: line(reading.first),
    following: async function* (signal) {
      try {
        yield* linesOf(reading, () => call.caller.requireStanding(), pace, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ApiError)) {
          logger.error({ err: error, requestId: call.requestId }, "an answer could not go on");
        }
        yield `${String(encodeError(error, "json", call.requestId).body)}\n`;
      }
    },
  };
}

async function* linesOf(
  { next }: LiveReading,
  requireStanding: () => void,
  { everyMs, silentLooksMax }: LivePace,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  let silentLooks = 0;
  let hasMore = false;
  while (!signal.aborted) {
    // Rejects as soon as nobody reads.
    if (!hasMore) await delay(everyMs, undefined, { signal });
    requireStanding();
    const page = await next();
    hasMore = page?.hasMore === true;
    silentLooks += 1;
    if (page === undefined || (!page.isNews && silentLooks < silentLooksMax)) continue;
    silentLooks = 0;
    yield line(page.data);
  }
}

function line(data: object): string {
  return `${JSON.stringify({ success: true, data })}\n`;
}
