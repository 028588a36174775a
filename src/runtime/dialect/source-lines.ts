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
