/**
 * Joins connections in pairs: what comes from one goes to the other as it is, no faster than that
 * one takes it. Of a pair that moves, at most what one read brings is held beside what the sockets hold.
 *
 * An end on one side is passed on behind all that came before it, and the other direction goes on.
 * A side that breaks off, or has vanished, takes the other with it.
 */
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { startSweep } from "../base/sweep.ts";

/** One side of a pair. */
export interface JoinedSide {
  readonly socket: Socket;
  /** What has been read of it, and is the other side's. */
  readonly early: Buffer;
}

/** How often pairs are looked at, at most, in milliseconds. */
const sweepMaxMs = 1000;

export class JoinedConnections {
  readonly #idleMaxMs: number;
  readonly #pairs = new Set<Pair>();
  #stopSweep: (() => void) | undefined;

  /** @param idleMaxMs how long a pair may stay without a byte from its far side */
  constructor(idleMaxMs: number) {
    this.#idleMaxMs = idleMaxMs;
  }

  /** How many pairs there are. */
  get size(): number {
    return this.#pairs.size;
  }

  /** Joins two connections for as long as they last; nobody else is to read or write them. */
  join(near: JoinedSide, far: JoinedSide): void {
    const pair = new Pair(near.socket, far.socket);
    this.#pairs.add(pair);
    pair.begin(near.early, far.early, () => this.#forget(pair));
    const sweepMs = Math.max(10, Math.min(sweepMaxMs, this.#idleMaxMs / 4));
    this.#stopSweep ??= startSweep((now) => this.#closeIdle(now), sweepMs);
  }

  #forget(pair: Pair): void {
    this.#pairs.delete(pair);
    if (this.#pairs.size > 0) return;
    this.#stopSweep?.();
    this.#stopSweep = undefined;
  }

  #closeIdle(now: number): void {
    const heardBefore = now - this.#idleMaxMs;
    for (const pair of this.#pairs) if (pair.heardAt <= heardBefore) pair.destroy();
  }
}

class Pair {
  /** When the far side has last sent anything, as `performance.now()` counts. */
  heardAt = performance.now();
  readonly #near: Socket;
  readonly #far: Socket;

  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
  }

  /** @param whenOver called once, when neither side is open any more */
  begin(nearEarly: Buffer, farEarly: Buffer, whenOver: () => void): void {
    const near = this.#near;
    const far = this.#far;
    const over = (): void => {
      if (near.closed && far.closed) whenOver();
    };
    pass(near, far, nearEarly, over, () => {});
    pass(far, near, farEarly, over, () => {
      this.heardAt = performance.now();
    });
    // One of them may have ended before anybody here listened.
    if (near.closed || far.closed) this.destroy();
    over();
  }

  destroy(): void {
    this.#near.destroy();
    this.#far.destroy();
  }
}

/** Passes on what comes from one socket to another. */
function pass(
  from: Socket,
  to: Socket,
  early: Buffer,
  closed: () => void,
  heard: () => void,
): void {
  from.allowHalfOpen = true;
  from.setTimeout(0);
  from.on("error", () => {});
  from.on("data", (bytes: Buffer) => {
    heard();
    if (!to.write(bytes)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.on("end", () => to.end());
  from.once("close", (hasFailed) => {
    // Who has said all it had may be gone before the other side has read of it.
    if (hasFailed || !from.readableEnded) to.destroy();
    else to.destroySoon();
    closed();
  });
  if (early.length === 0 || to.write(early)) from.resume();
  else from.pause();
}
