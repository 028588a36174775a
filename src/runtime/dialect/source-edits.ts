/** Edits of a source's text that leave its lines where they are, and which lines these are. */
import type { AnyNode } from "acorn";

export interface Insertion {
  readonly at: number;
  readonly text: string;
}

interface Removal {
  readonly start: number;
  readonly end: number;
}

export class SourceEdits {
  readonly #source: string;
  readonly #insertions: Insertion[] = [];
  readonly #removals: Removal[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** Of two insertions at one place, the one that is made first comes first. */
  insert(at: number, text: string): void {
    this.#insertions.push({ at, text });
  }

  insertAll(insertions: readonly Insertion[]): void {
    this.#insertions.push(...insertions);
  }

  /** What is taken out leaves spaces behind, and its line ends. */
  remove(start: number, end: number): void {
    if (start < end) this.#removals.push({ start, end });
  }

  /** Puts a call around a node, and returns what belongs behind it once its inside is done. */
  call(callee: string, node: AnyNode): Insertion[] {
    // A list in parentheses is one argument, too.
    const isList = node.type === "SequenceExpression";
    // The space keeps a keyword before it, as in return"a"+b+c, a keyword.
    this.insert(node.start, ` ${callee}(${isList ? "(" : ""}`);
    return [{ at: node.end, text: isList ? "))" : ")" }];
  }

  /** The place of the first of `letters` behind a node, past comments and closing parentheses. */
  find(letters: string, from: number): number {
    const source = this.#source;
    for (let at = from; at < source.length; at += 1) {
      if (source.startsWith("/*", at)) at = source.indexOf("*/", at) + 1;
      else if (source.startsWith("//", at)) at = source.indexOf("\n", at);
      else if (source.startsWith(letters, at)) return at;
    }
    throw new Error(`There is no ${letters} where the syntax tree has one`);
  }

  apply(): string {
    const source = this.#source;
    const edits = [
      ...this.#insertions.map(({ at, text }, order) => ({ at, text, end: at, order })),
      ...this.#removals.map(({ start, end }, order) => ({
        at: start,
        end,
        order,
        // The lines stay where they are.
        text: source.slice(start, end).replace(/[^\n]/g, " "),
      })),
    ].sort((one, other) => one.at - other.at || one.order - other.order);
    let text = "";
    let done = 0;
    for (const edit of edits) {
      text += source.slice(done, edit.at) + edit.text;
      done = Math.max(done, edit.end);
    }
    return text + source.slice(done);
  }
}

/** Where in a source something stands, as people count. */
export class SourceLines {
  /** Where each line begins. */
  readonly #starts: readonly number[];

  constructor(source: string) {
    const starts = [0];
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1))
      starts.push(at + 1);
    this.#starts = starts;
  }

  /** From 1. */
  lineOf({ start }: { readonly start: number }): number {
    const after = this.#starts.findIndex((lineStart) => lineStart > start);
    return after < 0 ? this.#starts.length : after;
  }

  /** From 1. */
  columnOf(node: { readonly start: number }): number {
    return node.start - this.#starts[this.lineOf(node) - 1]! + 1;
  }
}
