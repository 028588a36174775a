/**
 * A distribution's or tenant's invalidations as an edge compares objects with them: which revision of the log
 * last invalidated a path, what begins with a path, or a cache tag.
 *
 * They are worked out from those before, so that an invalidation costs what its own paths do. What the
 * state has forgotten is taken out now and then, a hundred at once: until then it is known, and after
 * that whatever was fetched before it counts as invalidated.
 */
import { Map as PersistentMap, OrderedMap } from "immutable";
import { isWildcardPath, type Invalidation, type Invalidations } from "../../model/invalidation.ts";
import { forgottenBefore } from "../../state/invalidations.ts";
import { comparedUri } from "./compared-uri.ts";
import { emptyTrie, valueOfPrefix, withPrefix, type PrefixTrie } from "./prefix-trie.ts";

type Revisions = PersistentMap<string, number>;

/** Revisions by what they invalidated last. */
export interface CompiledInvalidations {
  /** Of the last one: what was fetched by then or later is as it should be. */
  readonly newest: number;
  /** What was fetched by an earlier revision may have been invalidated by one that is forgotten. */
  readonly forgottenBefore: number;
  /** By URI, spelled as `comparedUri()` does. */
  readonly exact: Revisions;
  readonly prefixes: PrefixTrie;
  /** By tag in lower case, without the "#". */
  readonly tags: Revisions;
  /** What it was compiled from. */
  readonly source: Invalidations;
  /** When the forgotten were last taken out, what it was compiled from, and how many came since. */
  readonly tidied: { readonly source: Invalidations; readonly since: number };
  /** Those of the distribution, where these are a tenant's; `newest` is then the later of both. */
  readonly shared?: CompiledInvalidations;
}

export const noInvalidations: CompiledInvalidations = {
  newest: 0,
  forgottenBefore: 0,
  exact: PersistentMap(),
  prefixes: emptyTrie,
  tags: PersistentMap(),
  source: OrderedMap(),
  tidied: { source: OrderedMap(), since: 0 },
};

/**
 * What makes an object of a distribution unusable, or one of a tenant: its own invalidations, and those that
 * were made for its distribution, which are for all its tenants.
 *
 * @param all by owner's id
 */
export function invalidationsFor(
  all: ReadonlyMap<string, CompiledInvalidations>,
  { id, tenant }: { readonly id: string; readonly tenant: { readonly id: string } | undefined },
): CompiledInvalidations | undefined {
  const shared = all.get(id);
  if (tenant === undefined) return shared;
  const own = all.get(tenant.id);
  if (own === undefined || shared === undefined) return own ?? shared;
  return { ...own, newest: Math.max(own.newest, shared.newest), shared };
}

/** Paths that a turn takes. */
const pathsPerTurn = 100;

/** Invalidations between two times that the forgotten are taken out. */
const tidyEvery = 100;

/**
 * @param source those that the state has now
 * @param before compiled from an earlier state
 */
export function* compileInvalidations(
  source: Invalidations,
  before: CompiledInvalidations,
): Generator<void, CompiledInvalidations> {
  if (source === before.source) return before;
  const made = madeSince(source, before.newest);
  // If none is known, others may have come and gone in between.
  if (made.length === source.size && before !== noInvalidations) {
    return yield* compileInvalidations(source, noInvalidations);
  }
  const tables = {
    exact: before.exact.asMutable(),
    prefixes: before.prefixes,
    tags: before.tags.asMutable(),
  };
  yield* inTurns(made, (path, revision) => note(tables, path, revision));
  let { forgottenBefore: forgotten, tidied } = before;
  tidied = { ...tidied, since: tidied.since + made.length };
  if (before === noInvalidations || tidied.since >= tidyEvery) {
    forgotten = forgottenBefore(source);
    yield* inTurns(forgottenSince(before, forgotten), (path, revision) =>
      drop(tables, path, revision),
    );
    tidied = { source, since: 0 };
  }
  return {
    newest: made.at(-1)?.revision ?? before.newest,
    forgottenBefore: forgotten,
    exact: tables.exact.asImmutable(),
    prefixes: tables.prefixes,
    tags: tables.tags.asImmutable(),
    source,
    tidied,
  };
}

function* inTurns(
  invalidations: Iterable<Invalidation>,
  take: (path: string, revision: number) => void,
): Generator<void, void> {
  let taken = 0;
  for (const { paths, revision } of invalidations) {
    for (const path of paths) {
      take(path, revision);
      taken += 1;
      if (taken % pathsPerTurn === 0) yield;
    }
  }
}

/** @returns those that are newer than a revision, oldest first */
function madeSince(source: Invalidations, revision: number): Invalidation[] {
  const made: Invalidation[] = [];
  // A lazy view from the end, of a collection that has no toReversed().
  // oxlint-disable-next-line unicorn/no-array-reverse
  for (const invalidation of source.valueSeq().reverse()) {
    if (invalidation.revision <= revision) break;
    made.push(invalidation);
  }
  return made.toReversed();
}

/** Those that are known and not kept any more; some of them twice. */
function* forgottenSince(
  { source, tidied }: CompiledInvalidations,
  revision: number,
): Generator<Invalidation> {
  for (const known of [tidied.source, source]) {
    for (const invalidation of known.values()) {
      if (invalidation.revision >= revision) break;
      yield invalidation;
    }
  }
}

interface Tables {
  readonly exact: Revisions;
  prefixes: PrefixTrie;
  readonly tags: Revisions;
}

function note(tables: Tables, path: string, revision: number): void {
  if (path.startsWith("#")) tables.tags.set(tagOf(path), revision);
  else if (isWildcardPath(path)) {
    tables.prefixes = withPrefix(tables.prefixes, prefixOf(path), revision);
  } else tables.exact.set(comparedUri(path), revision);
}

/** What was invalidated again since then stays. */
function drop(tables: Tables, path: string, revision: number): void {
  if (path.startsWith("#")) dropFrom(tables.tags, tagOf(path), revision);
  else if (isWildcardPath(path)) {
    const prefix = prefixOf(path);
    if (valueOfPrefix(tables.prefixes, prefix) === revision) {
      tables.prefixes = withPrefix(tables.prefixes, prefix, 0);
    }
  } else dropFrom(tables.exact, comparedUri(path), revision);
}

function dropFrom(revisions: Revisions, name: string, revision: number): void {
  if (revisions.get(name) === revision) revisions.delete(name);
}

function tagOf(path: string): string {
  return path.slice(1).toLowerCase();
}

function prefixOf(path: string): string {
  return comparedUri(path.slice(0, -1));
}
