/**
 * Cache-Control of requests and responses (RFC 9111 §5.2), read so that a slip makes nothing fresher.
 *
 * A directive's argument may be a token or a quoted string, whichever its definition shows (§5.2). Of a
 * directive that limits a time the first occurrence counts (§4.2.1), and one whose argument is no number
 * of seconds stands for none at all (§4.2.1, §1.2.2): a response with `max-age=1h` is stale. What forbids
 * something counts wherever and however often it stands, whatever it is written beside.
 */
import { readSeconds, secondsMax } from "./delta-seconds.ts";

export interface Directives {
  readonly noStore: boolean;
  /** Whether at all; or the fields, in lower case, that may not be reused without asking (§5.2.2.4). */
  readonly noCache: boolean | readonly string[];
  /** Whether all of it; or the fields, in lower case, that are for one viewer alone (§5.2.2.7). */
  readonly private: boolean | readonly string[];
  readonly public: boolean;
  readonly mustRevalidate: boolean;
  readonly proxyRevalidate: boolean;
  readonly mustUnderstand: boolean;
  readonly noTransform: boolean;
  readonly onlyIfCached: boolean;
  /** This and what follows in seconds; undefined where nothing is said. */
  readonly maxAge: number | undefined;
  readonly sMaxAge: number | undefined;
  /** RFC 5861 §3. */
  readonly staleWhileRevalidate: number | undefined;
  /** RFC 5861 §4. */
  readonly staleIfError: number | undefined;
  readonly minFresh: number | undefined;
  /** As long as can be told, when it is said without a number (§5.2.1.2). */
  readonly maxStale: number | undefined;
}

const none: Directives = {
  noStore: false,
  noCache: false,
  private: false,
  public: false,
  mustRevalidate: false,
  proxyRevalidate: false,
  mustUnderstand: false,
  noTransform: false,
  onlyIfCached: false,
  maxAge: undefined,
  sMaxAge: undefined,
  staleWhileRevalidate: undefined,
  staleIfError: undefined,
  minFresh: undefined,
  maxStale: undefined,
};

type Writable = { -readonly [Name in keyof Directives]: Directives[Name] };

const token = /[\w!#$%&'*+.^`|~-]+/y;
const quotedString = /"((?:[^"\\]|\\.)*)"/sy;
const space = /[ \t]*/y;

/** What stands for an argument that can't be read: none of a number, and no field's name either. */
const unreadable = "";

/** @param value what all lines of the header say together; undefined where there is none */
export function parseCacheControl(value: string | undefined): Directives {
  if (value === undefined || value === "") return none;
  const directives: Writable = { ...none };
  // A quote that is never closed hides nothing, and is looked for once: text may be long and hostile.
  let areQuotesClosed = true;
  const quotedAt = (from: number): RegExpExecArray | null => {
    if (!areQuotesClosed || value[from] !== '"') return null;
    const quoted = matchAt(quotedString, value, from);
    areQuotesClosed = quoted !== null;
    return quoted;
  };
  let at = 0;
  while (at < value.length) {
    const name = matchAt(token, value, at)?.[0];
    if (name === undefined) {
      at += quotedAt(at)?.[0].length ?? 1;
      continue;
    }
    at += name.length;
    const spaceBefore = spaceAt(value, at);
    let argument: string | undefined;
    if (value[at + spaceBefore] === "=") {
      at += spaceBefore + 1;
      const quoted = quotedAt(at);
      const read = quoted ?? matchAt(token, value, at);
      at += read?.[0].length ?? 0;
      argument = spaceBefore > 0 ? unreadable : (unquoted(quoted) ?? read?.[0] ?? unreadable);
    }
    at += spaceAt(value, at);
    const isEnd = at >= value.length || value[at] === ",";
    apply(directives, name.toLowerCase(), isEnd ? argument : unreadable);
  }
  return directives;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function spaceAt(text: string, at: number): number {
  return matchAt(space, text, at)?.[0].length ?? 0;
}

function unquoted(quoted: RegExpExecArray | null): string | undefined {
  return quoted?.[1]?.replaceAll(/\\(.)/gs, "$1");
}

function apply(to: Writable, name: string, argument: string | undefined): void {
  switch (name) {
    case "no-store":
      to.noStore = true;
      break;
    case "no-cache":
      to.noCache = withFields(to.noCache, argument);
      break;
    case "private":
      to.private = withFields(to.private, argument);
      break;
    case "public":
      to.public = true;
      break;
    case "must-revalidate":
      to.mustRevalidate = true;
      break;
    case "proxy-revalidate":
      to.proxyRevalidate = true;
      break;
    case "must-understand":
      to.mustUnderstand = true;
      break;
    case "no-transform":
      to.noTransform = true;
      break;
    case "only-if-cached":
      to.onlyIfCached = true;
      break;
    case "max-age":
      to.maxAge ??= secondsOf(argument);
      break;
    case "s-maxage":
      to.sMaxAge ??= secondsOf(argument);
      break;
    case "stale-while-revalidate":
      to.staleWhileRevalidate ??= secondsOf(argument);
      break;
    case "stale-if-error":
      to.staleIfError ??= secondsOf(argument);
      break;
    case "min-fresh":
      to.minFresh ??= secondsOf(argument);
      break;
    case "max-stale":
      to.maxStale ??= argument === undefined ? secondsMax : secondsOf(argument);
      break;
  }
}

/** @returns 0 for what is no number of seconds */
function secondsOf(argument: string | undefined): number {
  return readSeconds(argument) ?? 0;
}

/** @returns the fields said so far and those of another occurrence; true where one names no fields */
function withFields(
  known: boolean | readonly string[],
  argument: string | undefined,
): boolean | readonly string[] {
  if (known === true || argument === undefined) return true;
  const names = argument.toLowerCase().split(",");
  const fields = known === false ? [] : [...known];
  for (const name of names) {
    const field = name.trim();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(field)) return true;
    if (!fields.includes(field)) fields.push(field);
  }
  return fields;
}
