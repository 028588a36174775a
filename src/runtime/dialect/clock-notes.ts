/** Has comparisons with the clock note how they ended, in place of its reading (clock-comparisons.ts). */
import type { AnyNode, BinaryExpression } from "acorn";
import type { ClockComparison, ClockComparisons } from "./clock-comparisons.ts";
import type { MeterNames } from "./meter-names.ts";
import type { Insertion, SourceEdits } from "./source-edits.ts";

export class ClockNotes {
  readonly #edits: SourceEdits;
  readonly #names: MeterNames;
  readonly #found: ClockComparisons;

  constructor(edits: SourceEdits, names: MeterNames, found: ClockComparisons) {
    this.#edits = edits;
    this.#names = names;
    this.#found = found;
  }

  /** Inserts what belongs into a node, and returns what belongs behind it once its inside is done. */
  insertInto(node: AnyNode): Insertion[] {
    const { meter } = this.#names;
    if (node.type === "BinaryExpression") {
      const comparison = this.#found.comparisons.get(node);
      if (comparison !== undefined) return this.#noteComparison(node, comparison);
    }
    if (!this.#found.readings.has(node)) return [];
    this.#edits.insert(node.start, ` ${meter}.unread(${meter}.wasRead(),`);
    return [{ at: node.end, text: ")" }];
  }

  /** Makes a call of the operator. */
  #noteComparison(node: BinaryExpression, { form, isRight }: ClockComparison): Insertion[] {
    const { operator, left, start, end } = node;
    const told = [JSON.stringify(operator), form.divisor, JSON.stringify(form.rounding), isRight];
    this.#edits.insert(start, ` ${this.#names.meter}.compare(${told.join()},`);
    const from = this.#edits.find(operator, left.end);
    const behind = from + operator.length;
    this.#edits.remove(from, behind);
    this.#edits.insert(behind, ",");
    return [{ at: end, text: ")" }];
  }
}
