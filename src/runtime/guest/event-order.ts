/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * The order in which a map's names go back on the wire.
 *
 * njs keeps names in the order they came in, and a name that was deleted and set again in its old
 * place. V8 lists names like integers first and forgets the place of a deleted one; so the order
 * that the event came in is kept, and new names come behind it.
 */
import type { Original } from "./event-maps.ts";
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestEventOrder(kit: GuestKit) {
  "use strict";
  const { apply, hasOwn, meter, reset, toText, Number } = kit;
  const nativeSort = Array.prototype.sort;
  let hasSorted = false;

  kit.reset = (): void => {
    reset();
    hasSorted = false;
  };
  kit.defineMethod(
    Array.prototype,
    "sort",
    {
      sort(this: unknown, compare?: unknown): unknown {
        hasSorted = true;
        return apply(nativeSort, this as unknown[], [compare] as never);
      },
    }.sort,
  );

  const isIntegerLike = (name: string): boolean => toText(Number(name) >>> 0) === name;

  /**
   * A map of the function's own making is in the order that it was made in, save for names like
   * integers. Their places are those of the event, unless the function sorted something: then it
   * is taken to have sorted these names, and V8's order is that.
   *
   * @param names those of the map, as V8 lists them
   */
  const inEventOrder = (map: object, names: string[], original: Original): string[] => {
    const before = original.incoming ?? original.names;
    const isOwn = map !== original.map;
    if (isOwn && (hasSorted || names.length === 0 || !isIntegerLike(names[0] as string))) {
      return names;
    }
    let same = 0;
    while (same < before.length && names[same] === before[same]) same += 1;
    if (same === before.length) return names;
    meter.spend(40 * (before.length + names.length));
    const ordered: string[] = [];
    const seen = kit.create(null) as Record<string, true>;
    for (let i = 0; i < before.length + names.length; i += 1) {
      const name = (i < before.length ? before[i] : names[i - before.length]) as string;
      if (seen[name] === true || !hasOwn(map, name)) continue;
      seen[name] = true;
      ordered[ordered.length] = name;
    }
    return ordered;
  };

  return { inEventOrder };
}

export type GuestEventOrder = ReturnType<typeof guestEventOrder>;
