/**
 * Header lines that come again and again, each time as the very same array: what is made of them may be kept with
 * them, and is found by the array alone, without a look at a line.
 *
 * Whoever reads messages says which arrays these are. Of others nothing is kept: it would be looked for in vain, and
 * what is kept weakly costs the garbage collector most.
 */

const recurring = new WeakSet<readonly string[]>();

/** @param lines names and values in turn, which nobody will change */
export function markRecurring(lines: readonly string[]): void {
  recurring.add(lines);
}

export function isRecurring(lines: readonly string[]): boolean {
  return recurring.has(lines);
}

/** What one reader makes of lines, kept for those that recur. */
export class MadeOfLines<Made extends object> {
  readonly #made = new WeakMap<readonly string[], Made>();
  readonly #make: (lines: readonly string[]) => Made;

  /** @param make of the lines alone; nobody changes what it makes */
  constructor(make: (lines: readonly string[]) => Made) {
    this.#make = make;
  }

  of(lines: readonly string[]): Made {
    const known = this.#made.get(lines);
    if (known !== undefined) return known;
    const made = this.#make(lines);
    if (recurring.has(lines)) this.#made.set(lines, made);
    return made;
  }
}
