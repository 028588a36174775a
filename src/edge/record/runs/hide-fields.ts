/**
 * An event without its secrets: in their places stand keyed hashes, the same for the same value, so that what
 * is carried on, counted and compared stays what it was, and what it was can't be told.
 *
 * Hidden are all cookies, the headers and parameters whose names say that they hold secrets, whatever an operator
 * lists, and what repeats one of those values: other headers, parameters and their names, parts of the path, and keys that a key value
 * store was asked for. What an operator lists to be sealed can be opened again: see sealed-values.ts.
 */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type {
  EventRequest,
  FunctionEvent,
  StoreReadsTold,
} from "../../../runtime/function-runtime.ts";
import { hiddenValue, type HiddenKind } from "../../../runtime/hidden-values.ts";
import { decoded, isSecretHeader, isSecretParameter } from "../secret-names.ts";
import { Secrets } from "../secrets.ts";
import type { ValueSealer } from "./sealed-values.ts";

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
  /** What the key value store was asked; undefined for nothing. */
  readonly store: StoreReadsTold | undefined;
  /** What is hidden, like "cookie session", each once. */
  readonly hidden: readonly string[];
  /** The same of what is sealed. */
  readonly sealed: readonly string[];
}

/** What is sealed, and by whom. */
export interface FieldSealing {
  readonly fields: HiddenFields;
  readonly sealer: ValueSealer;
}

/** Whose event it is, and of when. */
export interface HiddenAbout {
  /** The function's name. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is hidden, and what is sealed, of the event that is at hand. */
interface Found extends HiddenAbout {
  readonly hidden: Set<string>;
  readonly sealed: Set<string>;
  /** The values that are sealed, by what they are of. */
  readonly opened: Map<string, HiddenKind>;
}

/** A part of a path that repeats a shorter value, in characters, is a word that is a cookie's value as well, like a language. */
const repeatedInPathMin = 12;

export class FieldHider {
  readonly #key: KeyObject;
  readonly #fields: HiddenFields;
  readonly #sealing: FieldSealing | undefined;

  /**
   * @param key of the hashes: whoever loses it can't find out what was hashed by trying
   * @param sealing undefined where nothing is to be opened again
   */
  constructor(key: Uint8Array, fields: HiddenFields, sealing?: FieldSealing) {
    // To read bytes as a key takes several times as long as a hash.
    this.#key = createSecretKey(key);
    this.#fields = fields;
    this.#sealing = sealing;
  }

  /** @param store what the run asked its key value store; undefined for nothing */
  hide(event: FunctionEvent, about: HiddenAbout, store?: StoreReadsTold): HiddenEvent {
    const found: Found = {
      ...about,
      ...{ hidden: new Set(), sealed: new Set(), opened: new Map<string, HiddenKind>() },
    };
    const { request, response } = event;
    const secrets = new Secrets();
    secrets.noteQuery(request.querystring);
    secrets.noteLines(request.headers);
    this.#noteListed(request, secrets);
    if (response !== undefined) secrets.noteLines(response.headers);
    const lines = (headers: readonly string[]): string[] =>
      headers.map((value, index) =>
        index % 2 === 0 ? value : this.#hideHeader(headers[index - 1]!, value, secrets, found),
      );
    const told: EventRequest = {
      ...request,
      uri: this.#hidePath(request.uri, secrets, found),
      querystring: request.querystring && this.#hideQuery(request.querystring, secrets, found),
      headers: lines(request.headers),
    };
    return {
      event: {
        ...event,
        request: told,
        ...(response && { response: { ...response, headers: lines(response.headers) } }),
      },
      store: store && this.#hideKeys(store, secrets, found),
      hidden: [...found.hidden],
      sealed: [...found.sealed],
    };
  }

  /** Of what an operator lists, too, others may repeat the value: the page that is asked for next has it in Referer. */
  #noteListed({ querystring, headers }: EventRequest, secrets: Secrets): void {
    if (this.#fields.size === 0 && this.#sealing === undefined) return;
    const noteQuery = (query: string): void => {
      for (const pair of query.split("&")) {
        const equals = pair.indexOf("=");
        if (
          equals > 0 &&
          this.#isNamed("query", parameterName(pair.slice(0, equals)).toLowerCase())
        ) {
          secrets.note(pair.slice(equals + 1));
        }
      }
    };
    noteQuery(querystring ?? "");
    for (let index = 0; index < headers.length; index += 2) {
      const value = headers[index + 1]!;
      if (this.#isNamed("header", headers[index]!.toLowerCase())) secrets.note(value);
      else if (value.includes("="))
        noteQuery(value.slice(value.indexOf("?") + 1).split("#", 1)[0]!);
    }
  }

  #hideHeader(name: string, value: string, secrets: Secrets, found: Found): string {
    const lower = name.toLowerCase();
    if (lower === "cookie") {
      return value
        .split(";")
        .map((pair) => this.#hideCookie(pair.trim(), found))
        .join("; ");
    }
    if (lower === "set-cookie") {
      const [pair = "", ...attributes] = value.split(";");
      return [this.#hideCookie(pair.trim(), found), ...attributes].join(";");
    }
    // One that repeats a secret, as Referer may, is hidden whole, so that reading it shows.
    const isSecret =
      isSecretHeader(name) || this.#isNamed("header", lower) || repeatsOne(value, secrets);
    return isSecret ? this.#replace("header", lower, value, found) : value;
  }

  /** A cookie without a name has its value there (RFC 6265bis §5.6). */
  #hideCookie(pair: string, found: Found): string {
    if (pair === "") return "";
    const equals = pair.indexOf("=");
    const name = equals < 0 ? "" : pair.slice(0, equals);
    const hash = this.#replace("cookie", name, pair.slice(equals + 1), found);
    return equals < 0 ? hash : `${name}=${hash}`;
  }

  #hideQuery(query: string, secrets: Secrets, found: Found): string {
    return query
      .split("&")
      .map((pair) => {
        const equals = pair.indexOf("=");
        const written = equals < 0 ? pair : pair.slice(0, equals);
        const name = parameterName(written);
        // A query that is a value alone has it where others have a name.
        const told = repeatsOne(written, secrets)
          ? this.#replace("query", "", written, found)
          : written;
        if (equals < 0) return told;
        const value = pair.slice(equals + 1);
        const isSecret =
          isSecretParameter(written) ||
          this.#isNamed("query", name.toLowerCase()) ||
          repeatsOne(value, secrets);
        if (!isSecret) return `${told}=${value}`;
        const field = told === written ? name : "";
        return `${told}=${this.#replace("query", field, value, found)}`;
      })
      .join("&");
  }

  #hidePath(path: string, secrets: Secrets, found: Found): string {
    return path
      .split("/")
      .map((part) => {
        if (part.length < repeatedInPathMin) return part;
        return repeatsOne(part, secrets, repeatedInPathMin)
          ? this.#replace("path", undefined, part, found)
          : part;
      })
      .join("/");
  }

  /** Sessions are looked up by what a cookie holds. What the store answers is its owner's, and stays. */
  #hideKeys({ reads, isWhole }: StoreReadsTold, secrets: Secrets, found: Found): StoreReadsTold {
    const told = reads.map((read) => ({ ...read, key: this.#hideKey(read.key, secrets, found) }));
    return { reads: told, isWhole };
  }

  #hideKey(key: string, secrets: Secrets, found: Found): string {
    if (!repeatsOne(key, secrets)) return key;
    // Whoever may open a field asks for the key that it makes.
    const inKey = secrets.valuesIn(key);
    for (const [value, kind] of found.opened) {
      for (const form of formsOf(value)) {
        const isAll = inKey.length > 0 && inKey.every((each) => form.includes(each));
        if (isAll && key.includes(form)) {
          return key.replaceAll(form, () => this.#seal(kind, form, found));
        }
      }
    }
    return this.#replace("key", undefined, key, found);
  }

  /** Whether an operator lists it, to be hidden or sealed. */
  #isNamed(kind: HiddenKind, name: string): boolean {
    return isIn(this.#fields, kind, name) || this.#isSealed(kind, name);
  }

  #isSealed(kind: HiddenKind, name: string): boolean {
    return this.#sealing !== undefined && isIn(this.#sealing.fields, kind, name);
  }

  /** @param field undefined where there is one of its kind */
  #replace(kind: HiddenKind, field: string | undefined, value: string, found: Found): string {
    if (value === "") return "";
    if (field !== undefined && this.#isSealed(kind, field.toLowerCase())) {
      found.sealed.add(`${kind} ${field}`);
      found.opened.set(value, kind);
      return this.#seal(kind, value, found);
    }
    found.hidden.add(field === undefined ? kind : `${kind} ${field}`);
    return hiddenValue(kind, this.#hashOf(value));
  }

  #seal(kind: HiddenKind, value: string, { name, at }: HiddenAbout): string {
    return this.#sealing!.sealer.seal({ kind, name, value, hash: this.#hashOf(value), at });
  }

  #hashOf(value: string): string {
    return createHmac("sha256", this.#key).update(value).digest("base64url").slice(0, 22);
  }
}

/** @param lengthMin of a value that counts */
function repeatsOne(text: string, secrets: Secrets, lengthMin = 0): boolean {
  return secrets.isIn(text, lengthMin) || secrets.isIn(parameterName(text), lengthMin);
}

/** What functions make keys of a field by: as it stands, without a scheme before it, decoded. */
function formsOf(value: string): readonly string[] {
  return [value, value.replace(/^\S+ /, ""), decoded(value)];
}

/** Whatever a viewer has percent-encoded of it. */
function parameterName(written: string): string {
  return decoded(written.replaceAll("+", " "));
}

function isIn(fields: HiddenFields, kind: HiddenKind, name: string): boolean {
  return fields.size > 0 && (fields.has(`${kind} ${name}`) || fields.has(`${kind} *`));
}
