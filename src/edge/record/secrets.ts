/**
 * Tells texts of a request without its secrets: values of secret headers, parameters and cookies are masked where
 * they stand, and wherever else a function, an origin or the edge has put them.
 */
import { forEachLine } from "../../base/header-lines.ts";
import {
  decoded,
  encoded,
  isSecretHeader,
  isSecretParameter,
  masked,
  userinfo,
} from "./secret-names.ts";

/** What is shorter is masked where it stands, and may be a word elsewhere. */
const lengthMin = 6;
/** Of a request that has more, nothing is told but names: to look for all of them would hold others up. */
const secretsMax = 400;
/** Characters of a text. */
const textMax = 1024;
/** Lines of a head. */
const linesMax = 100;

const keys = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** JSON Web Tokens, access key ids, and what follows the names of schemes (RFC 9110 §11.6.2). */
const shapes =
  /(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?|\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b|(?<=\b(?:Bearer|Basic)\s)[\w+/=.~-]{6,}/g;
/** What each of them has in it. */
const hints = /eyJ|AKIA|ASIA|Bearer|Basic/;
const parameters = /([?&;]|^)([^?&;=#\s"'<>]{1,128})=([^&;#\s"'<>]*)/g;

export interface ToldHeader {
  readonly name: string;
  readonly value: string;
}

export class Secrets {
  readonly #values = new Set<string>();
  #sorted: readonly string[] | undefined;
  /** As they stand: what a viewer sends is in what functions are given and return, too. */
  readonly #noted = new Set<string>();

  /** To be called of all heads before anything is told. */
  noteLines(headers: readonly string[]): void {
    forEachLine(headers, (name, value) => {
      if (!isSecretHeader(name)) {
        if (value.includes("=")) this.noteQuery(value.slice(value.indexOf("?") + 1));
        if (value.includes("@")) this.#noteUserinfo(value);
        return;
      }
      const lower = name.toLowerCase();
      if (lower === "cookie") for (const pair of value.split(";")) this.note(afterEquals(pair));
      else if (lower === "set-cookie") this.note(afterEquals(value.split(";", 1)[0] ?? ""));
      else this.#noteCredentials(value);
    });
  }

  /** @param query without its "?" */
  noteQuery(query: string | undefined): void {
    if (query === undefined) return;
    for (const pair of query.split("&")) {
      const equals = pair.indexOf("=");
      if (equals > 0 && isSecretParameter(pair.slice(0, equals))) this.note(pair.slice(equals + 1));
    }
  }

  /** Takes a value that is secret, whatever it stood under. */
  note(value: string): void {
    if (this.#noted.has(value)) return;
    if (this.#noted.size < secretsMax) this.#noted.add(value);
    const trimmed = value.trim().replace(/^"(.*)"$/, "$1");
    if (trimmed.length < lengthMin || this.#values.size >= secretsMax) return;
    const plain = decoded(trimmed);
    // As functions may write it to their logs, or into a query.
    for (const form of [trimmed, plain, JSON.stringify(plain).slice(1, -1), encoded(plain)]) {
      if (form.length >= lengthMin) this.#values.add(form);
    }
    this.#sorted = undefined;
  }

  /** @returns a text as it can be told: no longer than 1,024 characters */
  tell(text: string): string {
    const told = this.hide(text);
    return told.length <= textMax ? told : `${told.slice(0, textMax)}…`;
  }

  /** @returns the same, as long as it is */
  hide(text: string): string {
    if (this.#values.size >= secretsMax) return masked;
    let told = text;
    for (const value of this.#longestFirst()) {
      if (told.includes(value)) told = told.replaceAll(value, masked);
    }
    return withoutShapes(told);
  }

  /** @param lengthMin of a value that counts, in characters @returns whether a text holds one, or what looks like one */
  isIn(text: string, lengthMin = 0): boolean {
    const isLong = ({ length }: string): boolean => length >= lengthMin;
    return this.valuesIn(text).some(isLong) || withoutShapes(text) !== text;
  }

  /** @returns those that a text holds; where there are too many to look for, all of the text */
  valuesIn(text: string): readonly string[] {
    if (this.#values.size >= secretsMax) return [text];
    return [...this.#values].filter((value) => text.includes(value));
  }

  tellHeader(name: string, value: string): string {
    switch (name.toLowerCase()) {
      case "cookie":
        return this.tell(value.split(";").map(maskPair).join("; "));
      case "set-cookie": {
        const [pair = "", ...attributes] = value.split(";");
        return this.tell([maskPair(pair), ...attributes.map((each) => each.trim())].join("; "));
      }
      default:
        return isSecretHeader(name) ? masked : this.tell(value);
    }
  }

  tellLines(headers: readonly string[]): readonly ToldHeader[] {
    const told: ToldHeader[] = [];
    const end = Math.min(headers.length, 2 * linesMax);
    for (let index = 0; index < end; index += 2) {
      const name = headers[index] as string;
      told.push({ name, value: this.tellHeader(name, headers[index + 1] as string) });
    }
    return told;
  }

  /** A scheme's name is none; a password in Basic's is (RFC 7617 §2). */
  #noteCredentials(value: string): void {
    const [, scheme = "", rest = value] = /^([\w-]+)\s+(.+)$/.exec(value) ?? [];
    this.note(rest);
    if (scheme.toLowerCase() !== "basic") return;
    const pair = Buffer.from(rest, "base64").toString("latin1");
    this.note(pair);
    this.note(pair.slice(pair.indexOf(":") + 1));
  }

  /** Of a URL: a name and a password, or a token alone (RFC 3986 §3.2.1). */
  #noteUserinfo(value: string): void {
    for (const [found] of value.matchAll(userinfo)) {
      this.note(found);
      const colon = found.indexOf(":");
      if (colon >= 0) this.note(found.slice(colon + 1));
    }
  }

  /** One may hold another. */
  #longestFirst(): readonly string[] {
    return (this.#sorted ??= [...this.#values].sort((one, other) => other.length - one.length));
  }
}

/** What shows by itself that it is secret. */
function withoutShapes(text: string): string {
  let told = text;
  if (told.includes("=")) told = maskParameters(told);
  if (told.includes("@")) told = told.replaceAll(userinfo, masked);
  if (told.includes("PRIVATE KEY")) told = told.replaceAll(keys, masked);
  return hints.test(told) ? told.replaceAll(shapes, masked) : told;
}

/** Of a query, a URL, or a text that has one in it. */
function maskParameters(text: string): string {
  return text.replaceAll(parameters, (pair, before: string, name: string) =>
    isSecretParameter(name) ? `${before}${name}=${masked}` : pair,
  );
}

function maskPair(pair: string): string {
  const equals = pair.indexOf("=");
  return equals < 0 ? masked : `${pair.slice(0, equals).trim()}=${masked}`;
}

function afterEquals(pair: string): string {
  return pair.slice(pair.indexOf("=") + 1);
}
