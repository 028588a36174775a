/**
 * A list that the API gives in pages. It is kept: read again, only pages that have changed are sent, and where none has
 * the same list is returned, so that whoever shows it need not draw it anew.
 */
import { readAgain, type Known } from "./call-api.ts";
import { signedInKey } from "./signed-in-key.ts";

interface Page<Item> {
  readonly items?: readonly Item[];
  readonly next_marker?: string;
}

/** As many as a page has; what the API gives at once without a pause that others notice. */
const pageSize = "1000";

export class PagedList<Item> {
  readonly #path: string;
  /** By their markers; of the first, an empty one. */
  #pages: ReadonlyMap<string, Known<Page<Item>>> = new Map();
  #items: readonly Item[] | undefined;

  constructor(path: string) {
    this.#path = path;
    // Another key may see less.
    signedInKey.watch(() => {
      this.#pages = new Map();
      this.#items = undefined;
    });
  }

  async read(signal?: AbortSignal): Promise<readonly Item[]> {
    const before = this.#pages;
    const pages = new Map<string, Known<Page<Item>>>();
    let marker: string | undefined = "";
    while (marker !== undefined) {
      const query = { MaxItems: pageSize, Marker: marker || undefined };
      const page: Known<Page<Item>> = await readAgain(
        { path: this.#path, query, signal },
        before.get(marker),
      );
      pages.set(marker, page);
      marker = page.data.next_marker;
    }
    const isSame =
      pages.size === before.size && [...pages].every(([at, page]) => before.get(at) === page);
    if (this.#items === undefined || !isSame) {
      this.#items = [...pages.values()].flatMap(({ data }) => data.items ?? []);
    }
    this.#pages = pages;
    return this.#items;
  }
}
