/**
 * Whether something happens more often with a new version than with the one before: a test that may be looked at after every
 * batch, for as long as one likes, without being wrong more often for it.
 *
 * Of each batch of requests, let it be known how many each version had and how often it happened in all. If the versions
 * were equal, how often it happened with the new one would be hypergeometric; if its odds were θ times those of the old one,
 * Fisher's noncentral hypergeometric with θ. The evidence is the product, over batches, of the ratio of the two likelihoods, and the mean
 * of that for several θ. Under the null hypothesis it is a nonnegative supermartingale that begins at 1, so it ever reaches 1/α
 * with a probability of no more than α (Ville's inequality). That is a mixture sequential probability ratio test, conditional on each batch's
 * totals: how often it happens may change from batch to batch, and shares may too.
 *
 * It presumes that requests are independent of each other. Those of one viewer are not, which {@link tolerance} makes room for.
 *
 * Source: A. Wald, "Sequential Analysis"; R. Johari et al., "Always Valid Inference"; R. Turner, A. Ly, P. Grünwald, "Generic E-variables
 * for exact sequential k-sample tests"; R. A. Fisher, "The logic of inductive inference", for the conditional likelihood.
 */

/** How often something happened, and how often it could have. */
export interface Batch {
  readonly newEvents: number;
  readonly newTrials: number;
  readonly oldEvents: number;
  readonly oldTrials: number;
}

/** How much worse a version may be thought to be: the mixture, by equal parts. */
const ratios = [1.5, 2, 3, 5, 10, 30, 100] as const;

export class ExcessTest {
  readonly #tolerance: number;
  readonly #logs = ratios.map(() => 0);

  /** @param tolerance a ratio of odds, at least 1, up to which the new version counts as no worse */
  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  /** To be called once for each batch, which must not end because of what happened in it. */
  add({ newEvents, newTrials, oldEvents, oldTrials }: Batch): void {
    const events = newEvents + oldEvents;
    if (events === 0 || newTrials === 0 || oldTrials === 0) return;
    const weights = hypergeometricLogs(events, newTrials, oldTrials);
    const nullMoment = logMoment(weights, Math.log(this.#tolerance));
    for (const [index, ratio] of ratios.entries()) {
      const moment = logMoment(weights, Math.log(ratio * this.#tolerance));
      this.#logs[index]! += newEvents * Math.log(ratio) - moment + nullMoment;
    }
  }

  /** The natural logarithm of the evidence that the new version is worse. */
  get logEvidence(): number {
    return logSum(this.#logs) - Math.log(ratios.length);
  }
}

interface Weights {
  readonly first: number;
  readonly logs: readonly number[];
}

/** @returns the logarithms, up to a constant, of how likely each count of events with the new version is */
function hypergeometricLogs(events: number, newTrials: number, oldTrials: number): Weights {
  const first = Math.max(0, events - oldTrials);
  const last = Math.min(events, newTrials);
  const logs = [0];
  let log = 0;
  for (let count = first; count < last; count += 1) {
    log += Math.log((newTrials - count) * (events - count));
    log -= Math.log((count + 1) * (oldTrials - events + count + 1));
    logs.push(log);
  }
  return { first, logs };
}

/** The logarithm of the sum of weights with a factor of e^`slope` for each event. */
function logMoment({ first, logs }: Weights, slope: number): number {
  return logSum(logs.map((log, index) => log + (first + index) * slope));
}

function logSum(logs: readonly number[]): number {
  let greatest = -Infinity;
  for (const log of logs) greatest = Math.max(greatest, log);
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - greatest);
  return greatest + Math.log(sum);
}
