/** What is learnt of a source while the event is followed through it; see follow-event.ts. */
import type { AnyNode } from "acorn";
import { bitOf, type EventReads, holders, type Kinds, type MapName, maps } from "./event-kinds.ts";
import type { FunctionNode } from "./known-functions.ts";

/** The source may read anything of the event. */
export class Unproven extends Error {}

export class LearntReads {
  readonly #variables = new Map<string, Kinds>();
  readonly #returns = new Map<FunctionNode, Kinds>();
  readonly #reads: Record<MapName, "all" | Set<string>> = {
    requestHeaders: new Set(),
    requestCookies: new Set(),
    querystring: new Set(),
    responseHeaders: new Set(),
    responseCookies: new Set(),
    context: new Set(),
    viewer: new Set(),
  };
  #readsRawQuery = false;
  #hasNews = true;

  /** Whether anything was learnt about variables or results since the last call. */
  takeNews(): boolean {
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    return hadNews;
  }

  variable(name: string): Kinds {
    return this.#variables.get(name) ?? 0;
  }

  resultOf(fn: FunctionNode): Kinds {
    return this.#returns.get(fn) ?? 0;
  }

  addResult(fn: FunctionNode, kinds: Kinds): void {
    this.#learn(this.#returns, fn, kinds);
  }

  /** Gives something to a parameter or a variable. */
  pass(target: AnyNode, kinds: Kinds): void {
    if (target.type === "Identifier") this.#learn(this.#variables, target.name, kinds);
    else this.escape(kinds);
  }

  /**
   * Something of these kinds goes where it can't be followed.
   *
   * @throws Unproven when that may be the event, its request or its response
   */
  escape(kinds: Kinds): void {
    if ((kinds & holders) !== 0) throw new Unproven();
    for (const map of maps) if ((kinds & bitOf(map)) !== 0) this.#reads[map] = "all";
  }

  readName(kinds: Kinds, name: string): void {
    for (const map of maps) {
      const names = this.#reads[map];
      if ((kinds & bitOf(map)) !== 0 && names !== "all") names.add(name);
    }
  }

  readRawQuery(): void {
    this.escape(bitOf("querystring"));
    this.#readsRawQuery = true;
  }

  reads(): EventReads {
    for (const map of maps) {
      const names = this.#reads[map];
      // Names stand on the wire as bytes.
      // oxlint-disable-next-line no-control-regex -- ASCII is what is looked for
      if (names !== "all" && [...names].some((name) => !/^[\x00-\x7f]*$/.test(name))) {
        this.#reads[map] = "all";
      }
    }
    return { ...this.#reads, rawQueryString: this.#readsRawQuery };
  }

  #learn<Key>(table: Map<Key, Kinds>, key: Key, kinds: Kinds): void {
    const before = table.get(key) ?? 0;
    if ((before | kinds) === before) return;
    table.set(key, before | kinds);
    this.#hasNews = true;
  }
}
