/**
 * An event without its secrets: in their places stand keyed hashes, the same for the same value, so that what
 * is carried on, counted and compared stays what it was, and what it was can't be told.
 *
 * Hidden are all cookies, the headers and parameters whose names say that they hold secrets, other headers that
 * repeat one of those values, and whatever an operator lists.
 */
import { createHmac } from "node:crypto";
import type { EventRequest, FunctionEvent } from "../../../runtime/function-runtime.ts";
import { hiddenValue, type HiddenKind } from "../../../runtime/hidden-values.ts";
import { isSecretHeader, isSecretParameter } from "../secret-names.ts";
import { Secrets } from "../secrets.ts";

/** Fields by kind and name, in lower case; "*" in the place of a name is all of its kind. */
export type HiddenFields = ReadonlySet<string>;

/** @param text like "header x-user, query email"; @throws Error, which says what is no field */
export function readHiddenFields(text: string): HiddenFields {
  const fields = text.split(",").map((field) => field.trim().toLowerCase().replace(/\s+/, " "));
  const named = fields.filter((field) => field !== "");
  const wrong = named.find((field) => !/^(?:header|cookie|query) \S+$/.test(field));
  if (wrong !== undefined) {
    throw new Error(
      `"${wrong}" is no field: header, cookie or query, and a name, like header x-user`,
    );
  }
  return new Set(named);
}

export interface HiddenEvent {
  readonly event: FunctionEvent;
  /** What is hidden, like "cookie session", each once. */
  readonly hidden: readonly string[];
}

export class FieldHider {
  readonly #key: Uint8Array;
  readonly #fields: HiddenFields;

  /** @param key of the hashes: whoever loses it can't find out what was hashed by trying */
  constructor(key: Uint8Array, fields: HiddenFields) {
    this.#key = key;
    this.#fields = fields;
  }

  hide(event: FunctionEvent): HiddenEvent {
    const hidden = new Set<string>();
    const { request, response } = event;
    const secrets = new Secrets();
    secrets.noteQuery(request.querystring);
    secrets.noteLines(request.headers);
    if (response !== undefined) secrets.noteLines(response.headers);
    const lines = (headers: readonly string[]): string[] =>
      headers.map((value, index) =>
        index % 2 === 0 ? value : this.#hideHeader(headers[index - 1]!, value, secrets, hidden),
      );
    const told: EventRequest = {
      ...request,
      querystring: request.querystring && this.#hideQuery(request.querystring, hidden),
      headers: lines(request.headers),
    };
    return {
      event: {
        ...event,
        request: told,
        ...(response && { response: { ...response, headers: lines(response.headers) } }),
      },
      hidden: [...hidden],
    };
  }

  #hideHeader(name: string, value: string, secrets: Secrets, hidden: Set<string>): string {
    const lower = name.toLowerCase();
    if (lower === "cookie") {
      return value
        .split(";")
        .map((pair) => this.#hideCookie(pair.trim(), hidden))
        .join("; ");
    }
    if (lower === "set-cookie") {
      const [pair = "", ...attributes] = value.split(";");
      return [this.#hideCookie(pair.trim(), hidden), ...attributes].join(";");
    }
    // One that repeats a secret, as Referer may, is hidden whole, so that reading it shows.
    const isSecret =
      isSecretHeader(name) || this.#isListed("header", lower) || secrets.hide(value) !== value;
    return isSecret ? this.#hash("header", lower, value, hidden) : value;
  }

  /** A cookie without a name has its value there (RFC 6265bis §5.6). */
  #hideCookie(pair: string, hidden: Set<string>): string {
    if (pair === "") return "";
    const equals = pair.indexOf("=");
    const name = equals < 0 ? "" : pair.slice(0, equals);
    const hash = this.#hash("cookie", name, pair.slice(equals + 1), hidden);
    return equals < 0 ? hash : `${name}=${hash}`;
  }

  #hideQuery(query: string, hidden: Set<string>): string {
    return query
      .split("&")
      .map((pair) => {
        const equals = pair.indexOf("=");
        const name = pair.slice(0, equals);
        if (equals < 0 || !(isSecretParameter(name) || this.#isListed("query", name.toLowerCase())))
          return pair;
        return `${name}=${this.#hash("query", name, pair.slice(equals + 1), hidden)}`;
      })
      .join("&");
  }

  #isListed(kind: HiddenKind, name: string): boolean {
    return this.#fields.has(`${kind} ${name}`) || this.#fields.has(`${kind} *`);
  }

  #hash(kind: HiddenKind, name: string, value: string, hidden: Set<string>): string {
    if (value === "") return "";
    hidden.add(`${kind} ${name}`);
    const hmac = createHmac("sha256", this.#key).update(value);
    return hiddenValue(kind, hmac.digest("base64url").slice(0, 22));
  }
}
