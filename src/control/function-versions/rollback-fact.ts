/**
 * What going back comes to: an earlier version gets all traffic, and what is left behind is marked bad.
 *
 * Without a number it leads to the version that had all traffic last and is not bad. Whoever names an
 * earlier one has passed over those between too, so they are bad as well; whoever names one that is bad, or
 * a later one, has thought better of it, so it is bad no more.
 */
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import { calledInSentence, type CloudFrontFunction } from "../../model/function.ts";
import {
  findVersion,
  hasAll,
  versionToGoBackTo,
  type FunctionVersion,
  type Published,
} from "../../model/function-versions.ts";
import type { Fact } from "../../state/change.ts";
import { storeIdOf } from "../../state/key-value-reader.ts";
import type { State } from "../../state/state.ts";

export interface Rollback {
  readonly to: number | undefined;
  readonly message: string | undefined;
}

/**
 * @throws NoSuchFunctionExists, when the function was never published
 * @throws InvalidArgument, when there is nothing to go back to, or what there is can't run any more
 */
export function rollbackFact(
  fn: CloudFrontFunction,
  state: State,
  { to, message }: Rollback,
): Fact & { readonly type: "function-live-changed" } {
  const { name, published } = fn;
  if (published === undefined) {
    throw new ApiError(
      "NoSuchFunctionExists",
      `${calledInSentence(fn)} was never published: there is nothing to go back to`,
    );
  }
  const called = calledInSentence(fn);
  const target = to === undefined ? lastHealthy(called, published) : named(called, published, to);
  requireStore(called, target, state);
  const bad = leftBehind(published, target.number);
  return {
    type: "function-live-changed",
    name,
    shares: [{ version: target.number, share: 1 }],
    reason: "rolled-back",
    ...(message !== undefined && { message }),
    ...(bad.length > 0 && { bad }),
    ...(target.bad && { good: [target.number] }),
  };
}

function lastHealthy(called: string, published: Published): FunctionVersion {
  const target = versionToGoBackTo(published);
  if (target !== undefined) return target;
  const { settled, versions } = published;
  const others = versions.filter(({ number }) => number !== settled);
  const why =
    others.length === 0
      ? "it is the only version that there is"
      : `all others are marked bad, or never had all traffic; name one of ${listed(others)} to take it all the same`;
  throw new InvalidArgument(`${called} has nothing to go back to from version ${settled}: ${why}`);
}

function named(called: string, published: Published, to: number): FunctionVersion {
  const target = findVersion(published, to);
  if (target === undefined) {
    throw new InvalidArgument(
      `${called} has no version ${to}; those that are kept: ${listed(published.versions)}`,
    );
  }
  if (hasAll(published, to)) {
    throw new InvalidArgument(`${called} gives version ${to} all traffic already`);
  }
  return target;
}

/** A function whose store is gone fails where it asks for it: that is no version to go back to. */
function requireStore(called: string, { number, copy }: FunctionVersion, state: State): void {
  const id = storeIdOf(copy, state.account);
  if (id === undefined || state.keyValueStores.has(id)) return;
  throw new InvalidArgument(
    `${called} can't go back to version ${number}, which reads key value store ${id}: it was deleted. Go back to another version, or publish one that reads another store`,
  );
}

/** What serves now and is newer than the target, and what lies between. */
function leftBehind({ shares, versions, waves }: Published, target: number): number[] {
  const newest = Math.max(shares[0]!.version, waves?.version ?? 0);
  return versions
    .filter(({ number, bad }) => number > target && number <= newest && bad === undefined)
    .map(({ number }) => number);
}

function listed(versions: readonly FunctionVersion[]): string {
  return versions.map(({ number }) => number).join(", ");
}
