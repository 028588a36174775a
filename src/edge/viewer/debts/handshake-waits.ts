/**
 * Lets connections wait, unread, before they begin a handshake, where others from their address did harm or came to nothing
 * again and again: so who floods, is closed and comes back is there once in some seconds, and not two hundred times in each.
 *
 *   connection ── its address owes little ──────────────────────▶ handshake
 *        ├─────── it owes more ──▶ held for 100 ms to 3 s ──────▶ handshake
 *        └─────── and many of its connections are held already ─▶ reset
 *
 * Viewers behind one address share what it owes, and wait as long; they are let in all the same, and pay back by asking.
 */
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Logger } from "../../../base/logger.ts";
import type { ConnectionCounts } from "../../record/connection-counts.ts";
import { AddressDebts, waitMsFor } from "./address-debts.ts";
import { Conduct } from "./conduct.ts";

export interface HandshakeWaitsInput {
  /** Whose connections never wait. */
  readonly neverDelayed: (address: string) => boolean;
  readonly logger: Logger;
  /** @returns a number from 0 on and less than 1: those that were closed together are not to come together */
  readonly random: () => number;
  readonly debts?: AddressDebts;
}

/** Of one address: each costs a descriptor, and a few kilobytes. */
const heldMax = 256;
/** How often it is said at most that somebody waits, in milliseconds. */
const complaintIntervalMs = 10_000;

export class HandshakeWaits {
  readonly #input: HandshakeWaitsInput;
  readonly #debts: AddressDebts;
  /** How many each address has. */
  readonly #held = new Map<string, number>();
  #counts: Record<keyof ConnectionCounts, number> = noCounts();
  #complainedAt = -Infinity;

  constructor(input: HandshakeWaitsInput) {
    this.#input = input;
    this.#debts = input.debts ?? new AddressDebts();
  }

  /**
   * Goes on with a connection, now or after a while, unless it ends before.
   *
   * @param socket of which nothing is read meanwhile
   */
  arrive(socket: Socket, address: string, go: (conduct: Conduct) => void): void {
    const conduct = new Conduct(address, this.#debts, this.#note);
    // What a balancer has put in front was read, and is none of the viewer's.
    const bytesBefore = socket.bytesRead - socket.readableLength;
    this.goOn(socket, conduct, () => {
      socket.once("close", () => {
        // To connect and no more is what balancers do to see whether somebody is there.
        if (socket.bytesRead > bytesBefore) conduct.end();
      });
      go(conduct);
    });
  }

  /** To be called once more before the handshake: of many that came together, some may have done harm by then. */
  goOn(socket: Socket, conduct: Conduct, go: () => void): void {
    const waitMs = conduct.hasWaited ? 0 : waitMsFor(conduct.debt);
    if (waitMs === 0 || this.#input.neverDelayed(conduct.address)) go();
    else this.#hold(socket, conduct, waitMs, go);
  }

  /** @returns what came since this was last called */
  takeCounts(): ConnectionCounts {
    const counts = this.#counts;
    this.#counts = noCounts();
    return counts;
  }

  readonly #note = (offence: keyof ConnectionCounts): void => {
    this.#counts[offence] += 1;
  };

  #hold(socket: Socket, conduct: Conduct, waitMs: number, go: () => void): void {
    const { group } = conduct;
    const held = this.#held.get(group) ?? 0;
    this.#complain(group, waitMs, held);
    if (held >= heldMax) {
      this.#note("refused");
      socket.resetAndDestroy();
      return;
    }
    this.#note("held");
    this.#held.set(group, held + 1);
    conduct.hasWaited = true;
    socket.pause();
    const letGo = (): void => {
      clearTimeout(timer);
      socket.off("close", letGo);
      const left = (this.#held.get(group) ?? 1) - 1;
      if (left === 0) this.#held.delete(group);
      else this.#held.set(group, left);
      if (!socket.destroyed) go();
    };
    const timer = setTimeout(letGo, waitMs * (0.75 + this.#input.random() / 2));
    socket.once("close", letGo);
  }

  #complain(address: string, waitMs: number, held: number): void {
    const now = performance.now();
    if (now - this.#complainedAt < complaintIntervalMs) return;
    this.#complainedAt = now;
    this.#input.logger.warn(
      { address, waitMs: Math.round(waitMs), held },
      "connections by TLS from an address wait before their handshake, for others from there flooded this edge or ended without a request again and again; " +
        "where many viewers share it, list it with --never-delay",
    );
  }
}

function noCounts(): Record<keyof ConnectionCounts, number> {
  return { flood: 0, broken: 0, fruitless: 0, held: 0, refused: 0 };
}
