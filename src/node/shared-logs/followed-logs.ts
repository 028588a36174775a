/**
 * What functions logged at all edges on a log, as a control node has it for those who ask: each is a follower,
 * for which edges are asked again and again as long as it comes for what was told.
 *
 * What an edge has told and did not arrive is counted, by what it says it told before, and so is what finds no
 * room here because nobody comes for it.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { FunctionLogPage, FunctionLogQuery, FunctionRunLog } from "../../control/log-calls.ts";
import { ApiError } from "../../model/errors.ts";
import type { SideChannel } from "../../log/side-channel.ts";
import { decodeLogLines, encodeLogMessage, type LogLines } from "./log-messages.ts";

/** A node that serves viewers. */
export interface LoggingNode {
  readonly id: string;
  readonly name: string;
}

export interface FollowedLogsInput {
  readonly channel: SideChannel;
  /** Those that live, as far as they are known. */
  readonly nodes: () => readonly LoggingNode[];
  /** How long who asks first waits for all that nodes keep. */
  readonly gatherMs?: number;
  readonly askEveryMs?: number;
}

/** Nodes that are not known yet have so long, in any case. */
const shortestGatherMs = 500;
/** How often, in milliseconds, and how many times at least it is looked who has answered. */
const turnMs = 20;
const turnsMin = 5;
/** Who has not come for so long follows no more. */
const forgottenMs = 10_000;
const followersMax = 16;
const pageMax = 1000;
/** Runs that wait for one follower. */
const waitingMax = 20_000;
/** A node that was not heard for a while begins this far back. */
const overlapMs = 10_000;

interface Follower {
  readonly query: FunctionLogQuery;
  readonly beganAt: number;
  /** By `performance.now()`. */
  cameAt: number;
  waiting: FunctionRunLog[];
  lost: number;
  /** By node, how many runs it has told of. */
  readonly heard: Map<string, number>;
  /** Nodes that have told of all that they kept. */
  readonly whole: Set<string>;
}

export class FollowedLogs {
  readonly #input: FollowedLogsInput;
  readonly #followers = new Map<string, Follower>();
  readonly #stops: (() => void)[] = [];

  constructor(input: FollowedLogsInput) {
    this.#input = input;
    const { channel, askEveryMs = 2000 } = input;
    this.#stops.push(channel.listen("logs.lines.>", (bytes) => this.#hear(decodeLogLines(bytes))));
    const timer = setInterval(() => this.#askForAll(), askEveryMs);
    timer.unref();
    this.#stops.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#followers.clear();
  }

  /** @throws ApiError, when too many follow */
  readonly read = async (query: FunctionLogQuery): Promise<FunctionLogPage> => {
    // What is read after is the follower, and when it came last.
    const [[known, cameAt] = ["", 0]] = Object.entries(query.after);
    let id = known;
    let follower = this.#followers.get(id);
    let unanswered: readonly string[] = [];
    if (follower === undefined) {
      const since = Math.max(query.since, cameAt);
      id = randomBytes(8).toString("hex");
      follower = this.#begin(id, { ...query, since });
      unanswered = await this.#gather(follower);
    }
    follower.cameAt = performance.now();
    const all = follower.waiting.sort((one, other) => one.at - other.at);
    follower.waiting = all.slice(pageMax);
    const { lost } = follower;
    follower.lost = 0;
    return {
      runs: all.slice(0, pageMax),
      next: { [id]: Date.now() },
      hasMore: all.length > pageMax,
      ...(lost > 0 && { lost }),
      ...(unanswered.length > 0 && { unanswered }),
    };
  };

  #begin(id: string, query: FunctionLogQuery): Follower {
    if (this.#followers.size >= followersMax) {
      throw new ApiError(
        "ServiceUnavailable",
        `${followersMax} already follow function logs at this node: end one, and ask again in ten seconds`,
      );
    }
    const now = performance.now();
    const follower: Follower = {
      ...{ query, beganAt: Date.now(), cameAt: now, waiting: [], lost: 0 },
      ...{ heard: new Map(), whole: new Set() },
    };
    this.#followers.set(id, follower);
    this.#ask(id, query.since, query);
    return follower;
  }

  /** @returns the names of nodes that have not told of all that they keep in time */
  async #gather({ whole }: Follower): Promise<readonly string[]> {
    const { nodes, gatherMs = 3000 } = this.#input;
    const missing = (): readonly LoggingNode[] => nodes().filter(({ id }) => !whole.has(id));
    const began = performance.now();
    await wait(Math.min(shortestGatherMs, gatherMs));
    const isInTime = (): boolean => performance.now() - began < gatherMs;
    // Some turns in any case: what came while this process stood still has not been heard yet.
    for (let turns = 0; missing().length > 0 && (isInTime() || turns < turnsMin); turns += 1) {
      await wait(turnMs);
    }
    return missing().map(({ name }) => name);
  }

  #askForAll(): void {
    const now = performance.now();
    for (const [id, { query, beganAt, cameAt }] of this.#followers) {
      if (now - cameAt > forgottenMs) this.#followers.delete(id);
      else this.#ask(id, Math.max(query.since, beganAt, Date.now() - overlapMs), query);
    }
  }

  #ask(follower: string, since: number, { name, distribution, grep }: FunctionLogQuery): void {
    const question = {
      ...{ follower, since },
      ...(name !== undefined && { name }),
      ...(distribution !== undefined && { distribution }),
      ...(grep !== undefined && { grep }),
    };
    this.#input.channel.tell("logs.ask", encodeLogMessage(question));
  }

  #hear(lines: LogLines | undefined): void {
    const follower = lines && this.#followers.get(lines.follower);
    if (lines === undefined || follower === undefined) return;
    const { node, name, before, runs, isAll } = lines;
    const heard = follower.heard.get(node) ?? 0;
    // A node that has told of fewer was started anew.
    follower.lost += Math.max(0, before - heard);
    follower.heard.set(node, before + runs.length);
    if (isAll) follower.whole.add(node);
    const room = waitingMax - follower.waiting.length;
    for (const run of runs.slice(0, room)) follower.waiting.push({ ...run, node: name });
    follower.lost += Math.max(0, runs.length - room);
  }
}
