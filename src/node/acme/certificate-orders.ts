/**
 * Orders what certificates are wanted, and renews them ahead of time, one after the other. What fails leaves the
 * certificate before it in use, is said in the log, and is tried again later.
 *
 * What an authority looks for goes through the log, so that every edge that follows it can show it. So does who orders, so that
 * several control planes of a log order each certificate once.
 */
import type { Logger } from "../../base/logger.ts";
import type {
  ChallengeType,
  OrderedCertificate,
  PresentedChallenge,
} from "../../certificates/acme/order-certificate.ts";
import type { IssuedCertificate } from "../../model/issued-certificate.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { AuthorityClock } from "./authority-clock.ts";
import { OrderTurns } from "./order-turns.ts";
import { renewalTime, validityOf } from "./renewal-time.ts";
import { pauseOf, retryDelay } from "./retries.ts";

/** What one order needs of who orders. */
export interface OrderTask {
  readonly name: string;
  readonly challenges: readonly ChallengeType[];
  readonly present: (challenge: PresentedChallenge) => Promise<void>;
  readonly withdraw: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface CertificateOrdersInput {
  readonly state: () => State;
  /** Resolves when this node's edges serve by it; what `decide` throws is thrown, and nothing is changed. */
  readonly commit: (decide: (state: State) => Fact) => Promise<void>;
  /** Sorted, each once. */
  readonly wanted: (state: State) => readonly string[];
  readonly order: (task: OrderTask) => Promise<OrderedCertificate>;
  readonly seal: (name: string, privateKey: string) => string;
  /** This control plane, as the others of the log know it. */
  readonly holder: string;
  /** Tells the key that it seals with from others. */
  readonly keyMark: string;
  /** @returns why nothing may be ordered by what is there, in a sentence */
  readonly findTrouble: (state: State) => string | undefined;
  /** Whether one that is there must be had anew, whatever is left of its time. */
  readonly isUseless: (issued: IssuedCertificate) => boolean;
  /** The URL of the authority's directory: what another one has issued is ordered anew. */
  readonly directory: string;
  readonly challenges: readonly ChallengeType[];
  /** How long other edges may take to hear of a challenge. */
  readonly settleMs: number;
  readonly now: () => number;
  /** Milliseconds that only go on. */
  readonly elapsed: () => number;
  /** Asks the authority for its time, in milliseconds since 1970; undefined where it doesn't say. */
  readonly askTime: () => Promise<number | undefined>;
  readonly random: () => number;
  readonly logger: Logger;
}

export interface CertificateOrders {
  /** To be called when other names may be wanted, or others order. */
  readonly look: () => void;
  /** The names for which the last attempt has failed, whoever made it. */
  readonly failing: () => readonly string[];
  /** Why this node orders nothing, or by what other clock, in a sentence. */
  readonly trouble: () => string | undefined;
  /** Resolves when all that is due has been tried. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** An authority takes 300 orders in three hours. */
const ordersAnHour = 90;
const hourMs = 3_600_000;
/** By how much this machine's clock may differ from the authority's without a word: it signs from an hour before. */
const apartMaxMs = hourMs;
/** The longest time between two looks at what is due. */
const lookMs = 60_000;
/** A challenge's certificate is good for so long. */
const challengeMs = hourMs;
/** How long a control plane may take for one order, and how long others leave it to it: what it says last is known until then. */
const orderMaxMs = 240_000;
const turnMs = 300_000;

/** Somebody else was first, or what was to be done is done. */
class NotOurs extends Error {
  override readonly name = "NotOurs";
}

export function keepCertificates(input: CertificateOrdersInput): CertificateOrders {
  const { state, wanted, now, logger } = input;
  const { holder, keyMark, elapsed } = input;
  const turns = new OrderTurns({ holder, orders: state().certificateOrders, elapsed });
  const clock = new AuthorityClock({ now, elapsed, ask: input.askTime });
  const ending = new AbortController();
  let orderedAt: number[] = [];
  /** By `elapsed`, as what was ordered when. */
  let pausedUntil = 0;
  let round: Promise<void> | undefined;
  let isStale = false;
  let timer: NodeJS.Timeout | undefined;
  let toldTrouble: string | undefined;
  let hasToldClock = false;

  function look(): void {
    if (ending.signal.aborted) return;
    turns.hear(state().certificateOrders);
    isStale = true;
    if (round !== undefined) return;
    clearTimeout(timer);
    round = goRound().finally(() => {
      round = undefined;
      if (ending.signal.aborted) return;
      if (isStale) look();
      else timer = setTimeout(look, untilNext()).unref();
    });
  }

  async function goRound(): Promise<void> {
    isStale = false;
    try {
      if (hasTrouble()) return;
      await lookAtClock();
      await withdrawLeftovers();
      for (const name of wanted(state())) {
        if (ending.signal.aborted) return;
        if (waitMsOf(state(), name) === 0 && (await claim(name))) await obtain(name);
      }
      await removeExpired();
    } catch (err) {
      if (!ending.signal.aborted) logger.error({ err }, "certificates could not be looked after");
    }
  }

  /** Nothing is due by a clock that is wrong. Where there is no certificate yet no time matters. */
  async function lookAtClock(): Promise<void> {
    if (state().certificates.isEmpty()) return;
    await clock.look();
    const trouble = clockTrouble();
    if (trouble !== undefined && !hasToldClock) {
      logger.error({ trouble }, "certificates are renewed by the authority's clock");
    }
    hasToldClock = trouble !== undefined;
  }

  function clockTrouble(): string | undefined {
    const aheadMs = clock.aheadMs();
    if (Math.abs(aheadMs) <= apartMaxMs) return undefined;
    const hours = Math.round(Math.abs(aheadMs) / hourMs);
    return `this machine's clock is ${hours} h ${aheadMs > 0 ? "ahead of" : "behind"} the authority's. Set it: certificates are renewed by the authority's meanwhile, but all else goes by this one`;
  }

  function troubleOf(current: State): string | undefined {
    const foreign = turns.findForeignKey(current, keyMark);
    if (foreign === undefined) return input.findTrouble(current);
    return `another control plane, ${foreign.holder}, orders the certificate of ${foreign.name}, and seals with another key. Give both the same --certificate-key-file`;
  }

  /** What was wrong may be put right any time, and is said once. */
  function hasTrouble(): boolean {
    const trouble = troubleOf(state());
    if (trouble !== toldTrouble && trouble !== undefined) {
      logger.error({ trouble }, "certificates are neither ordered nor renewed by this node");
    }
    toldTrouble = trouble;
    return trouble !== undefined;
  }

  /** @returns whether it was done: not where `decide` finds that it is somebody else's */
  async function commitOurs(decide: (current: State) => Fact): Promise<boolean> {
    try {
      await input.commit(decide);
      return true;
    } catch (error) {
      if (error instanceof NotOurs) return false;
      throw error;
    }
  }

  /** Says in the log that this control plane orders one. */
  function claim(name: string): Promise<boolean> {
    return commitOurs((current) => {
      if (troubleOf(current) !== undefined || waitMsOf(current, name) > 0) {
        throw new NotOurs();
      }
      return orderOf(name, turnMs, current.certificateOrders.get(name)?.failures ?? 0);
    });
  }

  function orderOf(name: string, forMs: number, failures: number): Fact {
    const until = new Date(now() + forMs).toISOString();
    return { type: "certificate-order-set", name, holder, until, forMs, failures, keyMark };
  }

  /** Of a change of an order of its own that another control plane has not taken over. */
  function requireOurs(current: State, name: string): void {
    if (!turns.isOwn(current, name)) throw new NotOurs("Another control plane has taken it over");
  }

  /** Those of an order that a node was ended in. */
  async function withdrawLeftovers(): Promise<void> {
    for (const name of state().acmeChallenges.keys()) {
      if (turns.waitMs(state(), name) === 0) await withdraw(name);
    }
    const names = new Set(wanted(state()));
    for (const { name } of state().certificateOrders.values()) {
      if (names.has(name) || turns.waitMs(state(), name) > 0) continue;
      await release(name);
    }
  }

  async function withdraw(name: string): Promise<void> {
    await commitOurs((current) => {
      if (!current.acmeChallenges.has(name)) throw new NotOurs();
      if (!turns.isOwn(current, name) && turns.waitMs(current, name) > 0) throw new NotOurs();
      return { type: "acme-challenge-removed", name };
    });
  }

  async function release(name: string): Promise<void> {
    await commitOurs((current) => {
      const isOver = turns.waitMs(current, name) === 0;
      if (!current.certificateOrders.has(name)) throw new NotOurs();
      if (!isOver && !turns.isOwn(current, name)) throw new NotOurs();
      return { type: "certificate-order-removed", name };
    });
  }

  async function removeExpired(): Promise<void> {
    const names = new Set(wanted(state()));
    for (const issued of state().certificates.values()) {
      if (names.has(issued.name) || validityOf(issued).to > clock.time()) continue;
      await commitOurs(({ certificates }) => {
        if (certificates.get(issued.name) !== issued) throw new NotOurs();
        return { type: "certificate-removed", name: issued.name };
      });
    }
  }

  /** @returns milliseconds until the next attempt for a name is to be made */
  function waitMsOf(current: State, name: string): number {
    const issued = current.certificates.get(name);
    const isNew =
      issued === undefined || issued.directory !== input.directory || input.isUseless(issued);
    const dueMs = isNew ? 0 : renewalTime(issued) - clock.time();
    const pausedMs = pausedUntil - elapsed();
    return Math.max(0, dueMs, turns.waitMs(current, name), pausedMs, untilAllowed());
  }

  function untilAllowed(): number {
    orderedAt = orderedAt.filter((at) => at > elapsed() - hourMs);
    return orderedAt.length < ordersAnHour ? 0 : (orderedAt[0] ?? 0) + hourMs - elapsed();
  }

  function untilNext(): number {
    if (toldTrouble !== undefined) return lookMs;
    const waits = wanted(state()).map((name) => waitMsOf(state(), name));
    return Math.max(Math.min(...waits, lookMs), 1000);
  }

  async function obtain(name: string): Promise<void> {
    const before = state().certificates.get(name);
    const failed = state().certificateOrders.get(name)?.failures ?? 0;
    orderedAt.push(elapsed());
    try {
      const { chain, privateKey } = await input.order({
        name,
        challenges: preferred(failed),
        present: (challenge) => present(name, challenge),
        withdraw: () => withdraw(name),
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(orderMaxMs)]),
      });
      const sealedKey = input.seal(name, privateKey);
      const { directory } = input;
      await input.commit((current) => {
        requireOurs(current, name);
        return { type: "certificate-issued", name, chain, sealedKey, directory };
      });
      logger.info({ name, directory }, "a certificate was issued");
    } catch (err) {
      if (ending.signal.aborted) return release(name);
      if (err instanceof NotOurs) {
        logger.warn({ name }, "a certificate took too long: another control plane orders it");
        return;
      }
      await noteFailure(name, before, err);
    }
  }

  async function noteFailure(
    name: string,
    before: IssuedCertificate | undefined,
    err: unknown,
  ): Promise<void> {
    const failures = (state().certificateOrders.get(name)?.failures ?? 0) + 1;
    const waitMs = Math.round(retryDelay(err, failures, input.random()));
    pausedUntil = Math.max(pausedUntil, elapsed() + pauseOf(err));
    complain(name, before, { err, failures, retryInS: Math.round(waitMs / 1000) });
    await commitOurs((current) => {
      requireOurs(current, name);
      return orderOf(name, waitMs, failures);
    });
  }

  /** What failed gives way to the other. */
  function preferred(failed: number): readonly ChallengeType[] {
    const { challenges } = input;
    return failed % 2 === 0 ? challenges : challenges.toReversed();
  }

  async function present(name: string, challenge: PresentedChallenge): Promise<void> {
    const notBefore = new Date(now() - hourMs);
    const period = { notBefore, notAfter: new Date(now() + challengeMs) };
    // What makes it is 250 modules, which wait for the first order.
    const { makeChallengeCertificate } =
      await import("../../certificates/acme/challenge-certificate.ts");
    const pair = await makeChallengeCertificate(name, challenge.keyAuthorization, period);
    await input.commit((current) => {
      requireOurs(current, name);
      return { type: "acme-challenge-set", name, ...challenge, ...pair };
    });
    await new Promise((resolve) => setTimeout(resolve, input.settleMs));
  }

  function complain(name: string, before: IssuedCertificate | undefined, about: object): void {
    const expires = before && new Date(validityOf(before).to).toISOString();
    logger.error(
      { name, ...about, ...(expires !== undefined && { expires }) },
      before === undefined
        ? "a certificate could not be had"
        : "a certificate could not be renewed; the one before stays in use",
    );
  }

  async function settled(): Promise<void> {
    while (round !== undefined) await round;
  }

  look();
  return {
    look,
    failing: () => {
      const names = new Set(wanted(state()));
      return failingNames(state()).filter((name) => names.has(name));
    },
    trouble: () => toldTrouble ?? clockTrouble(),
    settled,
    stop: async () => {
      ending.abort();
      clearTimeout(timer);
      await settled();
    },
  };
}

/** Those for which the last attempt has failed, sorted. */
export function failingNames({ certificateOrders }: Pick<State, "certificateOrders">): string[] {
  const failed = certificateOrders.filter(({ failures }) => failures > 0);
  return [...failed.keys()].toSorted();
}
