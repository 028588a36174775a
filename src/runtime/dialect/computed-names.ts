import type { CallExpression, NewExpression } from "acorn";
import type { MeterNames } from "./meter-names.ts";
import type { Insertion, SourceEdits } from "./source-edits.ts";

/**
 * Keeps what calls by computed names call. V8 shows such a name by its source, njs by its value: the
 * error is told where to find that (guest/error-text.ts), by a number that V8 shows too.
 */
export class ComputedNames {
  readonly #edits: SourceEdits;
  readonly #names: MeterNames;
  #count = 0;

  constructor(edits: SourceEdits, names: MeterNames) {
    this.#edits = edits;
    this.#names = names;
  }

  /** @returns what belongs behind the node once its inside is done */
  insertInto({ callee }: CallExpression | NewExpression): Insertion[] {
    if (callee.type !== "MemberExpression" || !callee.computed) return [];
    if (callee.property.type === "Literal") return [];
    const number = this.#count;
    this.#count += 1;
    this.#edits.insert(callee.property.start, `(${number},${this.#names.meter}.key(${number},(`);
    return [{ at: callee.property.end, text: ")))" }];
  }
}
