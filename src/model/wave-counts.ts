/**
 * What is counted of a version while waves are on: plain data, which can be sent to another process and added up.
 */

export interface VersionTally {
  /** Visits in which it ran. */
  visits: number;
  /** Of them, those that were answered 4xx, and 5xx. */
  clientErrors: number;
  serverErrors: number;
  /** Of them, those for which an origin was asked, and those in which one failed or answered 5xx. */
  originAsked: number;
  originFailed: number;
  runs: number;
  /** Of them, those that ended in an error of execution or validation. */
  errors: number;
  /** Runs by what they took of what they may take: up to 10 %, 20 % … 90 %, and above. */
  readonly utilization: number[];
}

/** In percent: the greatest value of each but the last of {@link VersionTally.utilization}. */
export const tallyBounds = [10, 20, 30, 40, 50, 60, 70, 80, 90] as const;

/** What was counted of the versions of a function in one step of its waves. */
export interface StepTally {
  readonly name: string;
  /** The revision that the step began with. */
  readonly stepRevision: number;
  /** Of the new version, and of the one before. */
  readonly fresh: VersionTally;
  readonly former: VersionTally;
}

export function noTally(): VersionTally {
  return {
    visits: 0,
    clientErrors: 0,
    serverErrors: 0,
    originAsked: 0,
    originFailed: 0,
    runs: 0,
    errors: 0,
    utilization: Array.from({ length: tallyBounds.length + 1 }, () => 0),
  };
}

const counted = [
  "visits",
  "clientErrors",
  "serverErrors",
  "originAsked",
  "originFailed",
  "runs",
  "errors",
] as const;

export function addTally(to: VersionTally, more: VersionTally): void {
  for (const name of counted) to[name] += more[name];
  more.utilization.forEach((count, index) => (to.utilization[index]! += count));
}

/** @param utilization in percent */
export function countRun(tally: VersionTally, utilization: number, isError: boolean): void {
  tally.runs += 1;
  if (isError) tally.errors += 1;
  let bucket = 0;
  while (bucket < tallyBounds.length && utilization > tallyBounds[bucket]!) bucket += 1;
  tally.utilization[bucket]! += 1;
}

/** @returns how many runs took more than a bound, in percent */
export function runsAbove({ utilization }: VersionTally, bound: number): number {
  return utilization
    .slice(tallyBounds.findIndex((each) => each === bound) + 1)
    .reduce((sum, count) => sum + count, 0);
}

/** @returns the bound that 99 of 100 runs stay within, in percent; 0 where nothing ran */
export function utilizationP99({ utilization, runs }: VersionTally): number {
  let left = runs * 0.99;
  for (const [index, count] of utilization.entries()) {
    left -= count;
    if (left <= 0) return runs === 0 ? 0 : (tallyBounds[index] ?? 100);
  }
  return 100;
}

/** More than any node counts in a second: what says more is no count, and would take long to weigh. */
const countMax = 1_000_000;

/** Whether data of another process is what it should be, and could have been counted: what never could would be no evidence. */
export function isStepTally(value: unknown): value is StepTally {
  const { name, stepRevision, fresh, former } = membersOf(value);
  return (
    typeof name === "string" &&
    Number.isSafeInteger(stepRevision) &&
    (stepRevision as number) >= 0 &&
    isVersionTally(fresh) &&
    isVersionTally(former)
  );
}

function isVersionTally(value: unknown): value is VersionTally {
  const members = membersOf(value);
  const { utilization } = members;
  return (
    counted.every((name) => isCount(members[name])) &&
    Array.isArray(utilization) &&
    utilization.length === tallyBounds.length + 1 &&
    utilization.every(isCount) &&
    adds(members as unknown as VersionTally)
  );
}

function adds(tally: VersionTally): boolean {
  const { visits, clientErrors, serverErrors, originAsked, originFailed } = tally;
  const { runs, errors, utilization } = tally;
  return (
    clientErrors + serverErrors <= visits &&
    originFailed <= originAsked &&
    originAsked <= visits &&
    errors <= runs &&
    utilization.reduce((sum, count) => sum + count, 0) === runs
  );
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= countMax;
}
