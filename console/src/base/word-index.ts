/** What is looked through by words: texts are made ready once, and not at each letter that is typed. */
export class WordIndex<Item> {
  readonly #items: readonly Item[];
  readonly #texts: readonly string[];

  constructor(items: readonly Item[], textOf: (item: Item) => string) {
    this.#items = items;
    this.#texts = items.map((item) => textOf(item).toLowerCase());
  }

  /** @returns the items that have each word, in any case and order; all of them where there is none */
  find(search: string): readonly Item[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.#items;
    return this.#items.filter((_, index) => {
      const text = this.#texts[index]!;
      return words.every((word) => text.includes(word));
    });
  }
}
