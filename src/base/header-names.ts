/**
 * The names of headers, each spelling known once: the same few come again with every message.
 *
 * A name that was cut out of a message is a part of it to V8, and keeps all of its text in memory;
 * and its hash is worked out anew for each look-up. So a name is exchanged for the one string
 * that stands for its spelling, whose lower case is known as well.
 */
import { RecentMap } from "./recent-map.ts";

export class HeaderName {
  /** As it was written; the same string for the same spelling. */
  readonly spelling: string;
  readonly lower: string;
  #titled: string | undefined = undefined;

  constructor(spelling: string, lower = lowerCaseName(spelling)) {
    this.spelling = spelling;
    this.lower = lower;
  }

  /** The form that HTTP/1.1 peers are sent: each word's first letter in upper case. */
  get titled(): string {
    return (this.#titled ??= this.spelling.split("-").map(capitalized).join("-"));
  }
}

/**
 * Whoever sends messages chooses the names, so what is remembered is bounded, in number and length. A
 * generation holds those of one head, however large, so that no step learns them anew.
 */
const generationSize = 4096;
const rememberedLengthMax = 64;

/** Names by their spelling, with what a room knows of them. */
export class HeaderNames<Name extends HeaderName> extends RecentMap<string, Name> {
  readonly #learn: (spelling: string) => Name;

  /** @param learn makes what is known of a name; called once a spelling, as long as it is in use */
  constructor(learn: (spelling: string) => Name) {
    super(generationSize);
    this.#learn = learn;
  }

  find(spelling: string): Name {
    return this.get(spelling) ?? this.#add(spelling);
  }

  #add(spelling: string): Name {
    const name = this.#learn(spelling);
    if (spelling.length <= rememberedLengthMax) this.set(name.spelling, name);
    return name;
  }
}

const names = new HeaderNames((spelling) => {
  return new HeaderName(Buffer.from(spelling, "utf16le").toString("utf16le"));
});

/** @param spelling may be cut out of a message; what is answered keeps nothing of that in memory */
export function headerName(spelling: string): HeaderName {
  return names.find(spelling);
}

/** ASCII letters alone have another case in a name: "TÈst" becomes "tÈst". */
export function lowerCaseName(name: string): string {
  if (!/[^\0-\x7f]/.test(name)) return name.toLowerCase();
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function capitalized(word: string): string {
  return /^[a-z]/.test(word) ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
