/**
 * Parts a line for a shell into the words that it would hand to a program, as POSIX 2.2 quotes them and with
 * bash's $'…', which browsers write. Nothing is expanded and nothing is run: what asks for that is refused.
 */
import { OptionError } from "../node/option-table.ts";

/** @throws OptionError, when a quote is not closed, or the line is more than one plain command */
export function curlWords(line: string): readonly string[] {
  const words: string[] = [];
  const reader = new LineReader(line);
  for (;;) {
    const word = reader.nextWord();
    if (word === undefined) return words;
    words.push(word);
  }
}

const ansiEscapes: Readonly<Record<string, string>> = {
  ...{
    a: "\u0007",
    b: "\b",
    e: "\u001b",
    E: "\u001b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
  },
  ...{ "\\": "\\", "'": "'", '"': '"', "?": "?" },
};

class LineReader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  nextWord(): string | undefined {
    this.#skipSpace();
    if (this.#at >= this.#line.length) return undefined;
    let word = "";
    for (;;) {
      const char = this.#line[this.#at];
      if (char === undefined || /\s/.test(char)) return word;
      this.#at += 1;
      word += this.#part(char);
    }
  }

  /** A backslash at the end of a line joins it with the next. */
  #skipSpace(): void {
    const space = /(?:\s|\\\r?\n)*/y;
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#line)?.[0].length ?? 0;
  }

  /** @param char the one before the place that is read on from */
  #part(char: string): string {
    switch (char) {
      case "'":
        return this.#upTo("'", () => undefined);
      case '"':
        return this.#upTo('"', (next) => this.#inDoubleQuotes(next));
      case "\\":
        return this.#escaped();
      case "$":
        if (this.#line[this.#at] === "'") {
          this.#at += 1;
          return this.#upTo("'", (next) => (next === "\\" ? this.#ansiEscape() : undefined));
        }
        return this.#plain(char);
      default:
        return this.#plain(char);
    }
  }

  /** @param special what stands for a character that is read; undefined for itself */
  #upTo(quote: string, special: (char: string) => string | undefined): string {
    let text = "";
    for (;;) {
      const char = this.#line[this.#at];
      if (char === undefined)
        throw new OptionError(`The line of curl has a ${quote} without its end`);
      this.#at += 1;
      if (char === quote) return text;
      text += special(char) ?? char;
    }
  }

  #inDoubleQuotes(char: string): string | undefined {
    if (char === "`" || (char === "$" && /[({\w]/.test(this.#line[this.#at] ?? ""))) {
      throw this.#needsShell(`${char}…`);
    }
    if (char !== "\\") return undefined;
    const next = this.#line[this.#at] ?? "";
    if (!/["\\$`\n]/.test(next)) return undefined;
    this.#at += 1;
    return next === "\n" ? "" : next;
  }

  #escaped(): string {
    const next = this.#line[this.#at] ?? "";
    this.#at += 1;
    return next === "\n" ? "" : next;
  }

  #ansiEscape(): string {
    const numbered = /x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})/y;
    numbered.lastIndex = this.#at;
    const found = numbered.exec(this.#line);
    if (found !== null) {
      this.#at += found[0].length;
      const code =
        found[4] === undefined
          ? Number.parseInt(found[1] ?? found[2] ?? found[3] ?? "0", 16)
          : Number.parseInt(found[4], 8);
      if (code > 0x10_ff_ff)
        throw new OptionError(`The line of curl has no such character: \\${found[0]}`);
      return String.fromCodePoint(code);
    }
    const next = this.#line[this.#at] ?? "";
    this.#at += 1;
    return ansiEscapes[next] ?? `\\${next}`;
  }

  #plain(char: string): string {
    if (/[;|<>`()]/.test(char)) throw this.#needsShell(char);
    if (char === "$" && /[({\w]/.test(this.#line[this.#at] ?? "")) throw this.#needsShell("$…");
    if (char === "^" && /["^%]/.test(this.#line[this.#at] ?? "")) {
      throw new OptionError("The line is one for cmd.exe: copy it as cURL for bash");
    }
    return char;
  }

  #needsShell(what: string): OptionError {
    return new OptionError(
      `The line of curl has "${what}", which only a shell understands, and none is started: quote it, or leave it out`,
    );
  }
}
