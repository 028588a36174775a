/**
 * What comes again and again as the very same object, and what those who handle it make of it: each has a place in it,
 * where a WeakMap would look for it by a hash, in memory that nothing else of a request is in.
 *
 * What was made stays there until something else is put in its place: whoever uses it looks whether what it was made by is
 * the same still. It goes with the object.
 */

let places = 0;

export class Recurring {
  /** By the place of who made it. */
  readonly made: unknown[] = Array.from({ length: places });
}

/** The place of one of those who make something of what recurs; to be made once, by a module. */
export class PlaceInRecurring<Made extends object> {
  readonly #place = places++;

  /** @returns undefined where nothing was put there, and for what does not recur */
  in(recurring: Recurring | undefined): Made | undefined {
    return recurring?.made[this.#place] as Made | undefined;
  }

  put(made: Made, recurring: Recurring): void {
    recurring.made[this.#place] = made;
  }
}
