/**
 * Header lines as they came, and what a function saw of them.
 *
 * A viewer may send thousands, so each line's name is looked up once, and only for an answer that needs it.
 */
import { headerRules } from "../../model/header-rules.ts";
import { textFromWire } from "./wire-text.ts";

export class SeenLines {
  /** Names and values in turn, a pair a line as received. */
  readonly lines: readonly string[];
  readonly #cookieName: "cookie" | "set-cookie";
  #names: readonly string[] | undefined;

  /** @param cookieName the name that a function does not see among headers */
  constructor(lines: readonly string[], cookieName: "cookie" | "set-cookie") {
    this.lines = lines;
    this.#cookieName = cookieName;
  }

  /** Each line's name in lower case, that of cookies among them; "" for one that functions don't see. */
  get names(): readonly string[] {
    if (this.#names !== undefined) return this.#names;
    const names: string[] = [];
    for (let i = 0; i < this.lines.length; i += 2)
      names.push(headerRules(this.lines[i] as string).visible);
    this.#names = names;
    return names;
  }

  /** The first names of headers, as many as are asked for. */
  firstNames(count: number): ReadonlySet<string> {
    const first = new Set<string>();
    for (const name of this.names) {
      if (first.size >= count) break;
      if (name !== "" && name !== this.#cookieName) first.add(name);
    }
    return first;
  }

  /** The values that headers with some names had, as text. */
  valuesOf(names: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
    const values = new Map<string, string[]>();
    const seen = this.names;
    for (let line = 0; line < seen.length; line += 1) {
      const name = seen[line] as string;
      if (!names.has(name)) continue;
      const value = textFromWire(this.lines[2 * line + 1] as string);
      const known = values.get(name);
      if (known) known.push(value);
      else values.set(name, [value]);
    }
    return values;
  }
}
