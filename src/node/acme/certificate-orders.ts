/**
 * Orders what certificates are wanted, and renews them ahead of time, one after the other. What fails leaves the
 * certificate before it in use, is said in the log, and is tried again later.
 *
 * What an authority looks for goes through the log, so that every edge that follows it can show it.
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
  /** Resolves when this node's edges serve by it. */
  readonly commit: (decide: (state: State) => Fact) => Promise<void>;
  /** Sorted, each once. */
  readonly wanted: (state: State) => readonly string[];
  readonly order: (task: OrderTask) => Promise<OrderedCertificate>;
  readonly seal: (name: string, privateKey: string) => string;
  /** The URL of the authority's directory: what another one has issued is ordered anew. */
  readonly directory: string;
  readonly challenges: readonly ChallengeType[];
  /** How long other edges may take to hear of a challenge. */
  readonly settleMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly logger: Logger;
}

export interface CertificateOrders {
  /** To be called when other names may be wanted. */
  readonly look: () => void;
  /** The names for which the last attempt has failed. */
  readonly failing: () => readonly string[];
  /** Resolves when all that is due has been tried. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Failures {
  readonly count: number;
  readonly retryAt: number;
}

/** An authority takes 300 orders in three hours. */
const ordersAnHour = 90;
const hourMs = 3_600_000;
/** The longest time between two looks at what is due. */
const lookMs = 60_000;
/** A challenge's certificate is good for so long. */
const challengeMs = hourMs;

export function keepCertificates(input: CertificateOrdersInput): CertificateOrders {
  const { state, wanted, now, logger } = input;
  const failures = new Map<string, Failures>();
  const ending = new AbortController();
  let orderedAt: number[] = [];
  let pausedUntil = 0;
  let round: Promise<void> | undefined;
  let isStale = false;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    if (ending.signal.aborted) return;
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
      await withdrawLeftovers();
      for (const name of wanted(state())) {
        if (ending.signal.aborted) return;
        if (dueAt(name) <= now()) await obtain(name);
      }
      await removeExpired();
    } catch (err) {
      if (!ending.signal.aborted) logger.error({ err }, "certificates could not be looked after");
    }
  }

  /** Those of an order that a node was ended in. */
  async function withdrawLeftovers(): Promise<void> {
    for (const name of state().acmeChallenges.keys()) await withdraw(name);
  }

  async function withdraw(name: string): Promise<void> {
    if (!state().acmeChallenges.has(name)) return;
    await input.commit(() => ({ type: "acme-challenge-removed", name }));
  }

  async function removeExpired(): Promise<void> {
    const names = new Set(wanted(state()));
    for (const issued of state().certificates.values()) {
      if (names.has(issued.name) || validityOf(issued).to > now()) continue;
      await input.commit(() => ({ type: "certificate-removed", name: issued.name }));
    }
  }

  /** @returns when the next attempt for a name is to be made */
  function dueAt(name: string): number {
    const issued = state().certificates.get(name);
    const isNew = issued === undefined || issued.directory !== input.directory;
    const due = isNew ? 0 : renewalTime(issued);
    return Math.max(due, failures.get(name)?.retryAt ?? 0, pausedUntil, whenAllowed());
  }

  function whenAllowed(): number {
    orderedAt = orderedAt.filter((at) => at > now() - hourMs);
    return orderedAt.length < ordersAnHour ? 0 : (orderedAt[0] ?? 0) + hourMs;
  }

  function untilNext(): number {
    const due = Math.min(...wanted(state()).map(dueAt), now() + lookMs);
    return Math.max(due - now(), 1000);
  }

  async function obtain(name: string): Promise<void> {
    const before = state().certificates.get(name);
    orderedAt.push(now());
    try {
      const { chain, privateKey } = await input.order({
        name,
        challenges: preferred(failures.get(name)?.count ?? 0),
        present: (challenge) => present(name, challenge),
        withdraw: () => withdraw(name),
        signal: ending.signal,
      });
      const sealedKey = input.seal(name, privateKey);
      const { directory } = input;
      await input.commit(() => ({ type: "certificate-issued", name, chain, sealedKey, directory }));
      failures.delete(name);
      logger.info({ name, directory }, "a certificate was issued");
    } catch (err) {
      if (ending.signal.aborted) return;
      const count = (failures.get(name)?.count ?? 0) + 1;
      const waitMs = retryDelay(err, count, input.random());
      failures.set(name, { count, retryAt: now() + waitMs });
      pausedUntil = Math.max(pausedUntil, now() + pauseOf(err));
      complain(name, before, { err, failures: count, retryInS: Math.round(waitMs / 1000) });
    }
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
    await input.commit(() => ({ type: "acme-challenge-set", name, ...challenge, ...pair }));
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
    failing: () => [...failures.keys()].filter((name) => wanted(state()).includes(name)),
    settled,
    stop: async () => {
      ending.abort();
      clearTimeout(timer);
      await settled();
    },
  };
}
