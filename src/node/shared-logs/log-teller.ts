/**
 * Tells control nodes what functions logged at this node: what it keeps when somebody begins to follow, and
 * then what comes. Nothing is read or sent while nobody follows.
 */
import type {
  FunctionLogPage,
  FunctionLogQuery,
  FunctionRunLog,
  LogPosition,
} from "../../control/log-calls.ts";
import type { SideChannel } from "../../log/side-channel.ts";
import { decodeLogQuestion, encodeLogMessage, type LogQuestion } from "./log-messages.ts";

export interface LogTellerInput {
  readonly channel: SideChannel;
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** The circle of the roster that it is of. */
  readonly circle: string;
  readonly read: (query: FunctionLogQuery) => Promise<FunctionLogPage>;
  /** An error that reading met. */
  readonly onError: (error: Error) => void;
}

const lookEveryMs = 250;
/** Who was not asked for again so long has nobody who follows. */
const leaseMs = 7000;
/** So long it is known how far a follower was told, should it only have been out of reach. */
const rememberedMs = 60_000;
/** More are not told: each has the files read. */
const followersMax = 16;
/** Read at once for a follower, so that others have their turn: pages of 1,000 runs. */
const pagesAtOnce = 4;
/** Characters of a message: servers take a megabyte. */
const messageMax = 200_000;

interface Follower {
  readonly question: LogQuestion;
  after: LogPosition;
  told: number;
  /** By `performance.now()`. */
  askedAt: number;
  isReading: boolean;
}

export class LogTeller {
  readonly #input: LogTellerInput;
  readonly #followers = new Map<string, Follower>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(input: LogTellerInput) {
    this.#input = input;
    this.#stopListening = input.channel.listen("logs.ask", (bytes) => {
      this.#hear(decodeLogQuestion(bytes));
    });
  }

  stop(): void {
    this.#stopListening();
    clearInterval(this.#timer);
    this.#followers.clear();
  }

  #hear(question: LogQuestion | undefined): void {
    if (question === undefined) return;
    const known = this.#followers.get(question.follower);
    const askedAt = performance.now();
    if (known !== undefined) {
      known.askedAt = askedAt;
    } else if (this.#followers.size < followersMax) {
      const follower = { question, after: {}, told: 0, askedAt, isReading: false };
      this.#followers.set(question.follower, follower);
      this.#look(follower, true);
    }
    if (this.#followers.size > 0) this.#timer ??= setInterval(() => this.#lookAtAll(), lookEveryMs);
  }

  #lookAtAll(): void {
    const now = performance.now();
    for (const [id, follower] of this.#followers) {
      const silentMs = now - follower.askedAt;
      if (silentMs > rememberedMs) this.#followers.delete(id);
      else if (silentMs < leaseMs) this.#look(follower, false);
    }
    if (this.#followers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(follower: Follower, isFirst: boolean): void {
    if (follower.isReading || !this.#input.channel.isConnected()) return;
    follower.isReading = true;
    this.#tellPages(follower, isFirst)
      .catch((error: unknown) => this.#input.onError(error as Error))
      .finally(() => {
        follower.isReading = false;
      });
  }

  async #tellPages(follower: Follower, isFirst: boolean): Promise<void> {
    const { name, distribution, grep, since } = follower.question;
    let hasMore = true;
    // What is kept is told at once; what comes then gives way to others.
    for (let page = 0; hasMore && (isFirst || page < pagesAtOnce); page += 1) {
      const query = { name, distribution, grep, since, after: follower.after };
      const { runs, next, hasMore: isMore } = await this.#input.read(query);
      follower.after = next;
      hasMore = isMore;
      if (runs.length > 0 || (isFirst && !hasMore)) this.#tell(follower, runs, !hasMore);
    }
  }

  #tell(follower: Follower, runs: readonly FunctionRunLog[], isAll: boolean): void {
    const { channel, id, name, circle } = this.#input;
    let rest = runs;
    do {
      const some = rest.slice(0, countInMessage(rest));
      rest = rest.slice(some.length);
      const message = {
        ...{ follower: follower.question.follower, node: id, name, before: follower.told },
        ...{ runs: some, isAll: isAll && rest.length === 0 },
      };
      channel.tell(`logs.lines.${circle}`, encodeLogMessage(message));
      follower.told += some.length;
    } while (rest.length > 0);
  }
}

/** @returns how many of the first a message has room for: one at least */
function countInMessage(runs: readonly FunctionRunLog[]): number {
  let length = 0;
  const beyond = runs.findIndex((run) => {
    length += lengthOf(run);
    return length > messageMax;
  });
  return beyond < 0 ? runs.length : Math.max(1, beyond);
}

function lengthOf({ lines, error = "" }: FunctionRunLog): number {
  return lines.reduce((sum, line) => sum + line.length, 200 + error.length);
}
