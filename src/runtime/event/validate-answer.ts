/**
 * The rules that a function's answer must keep; breaking one is a validation failure, HTTP 502, or
 * 503 where there is no answer.
 *
 * TestFunction does not check these, as on CloudFront.
 *
 * Source: CloudFront Developer Guide, "Restrictions on edge functions" and "HTTP 502".
 */
import type { EventType } from "../function-runtime.ts";
import { type AnswerEntry, type AnswerValue, type KeptNames, valueOf } from "./decode-answer.ts";
import { isDisallowed, readOnlyHeaders } from "./header-rules.ts";

export const sentences = {
  disallowed: "The CloudFront function tried to add a disallowed header.",
  readOnly: "The CloudFront function tried to add, delete, or change a read-only header.",
  origin: "The CloudFront function returned an invalid value for origin rewrite.",
  /** Ours; CloudFront's own has 79 characters too, as its page's length tells. */
  nothing: "The CloudFront function returned an invalid value: the result is not an object.",
} as const;

export function invalidValue(complaint: string): string {
  return `The CloudFront function returned an invalid value: ${complaint}.`;
}

/** Ends the building of a result; the message is the sentence of the error page. */
export class InvalidAnswer extends Error {
  override readonly name = "InvalidAnswer";
}

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const controls = /[\x00-\x08\x0a-\x1f\x7f]/;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const notInQuery = /[\x00-\x20\x7f#]/;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const notInPath = /[\x00-\x20\x7f#?]/;

/** Values of each header before the function ran, by lower-case name; empty when all are kept. */
export type HeadersBefore = ReadonlyMap<string, readonly string[]>;

export function checkHeaders(
  entries: readonly AnswerEntry[],
  before: { readonly headers: HeadersBefore; readonly kept: KeptNames },
  rules: EventType,
  path: string,
): void {
  const isReadOnly = readOnlyHeaders(rules);
  let changesReadOnly = false;
  for (const entry of entries) {
    const [name] = entry;
    checkHeaderName(name, path);
    for (let i = 1; i < entry.length; i += 1) {
      if (controls.test(valueOf(entry[i] as AnswerValue))) {
        throw new InvalidAnswer(invalidValue(`${path} must have no control characters in ${name}`));
      }
    }
    if (isReadOnly.includes(name)) changesReadOnly = true;
  }
  const { headers, kept } = before;
  if (kept === "all") {
    if (changesReadOnly) throw new InvalidAnswer(sentences.readOnly);
    return;
  }
  const keptNames = [...headers.keys()].slice(0, kept);
  for (const name of isReadOnly) {
    if (keptNames.includes(name)) continue;
    const entry = entries.find(([found]) => found === name);
    const is = entry?.slice(1).map(valueOf);
    if (headers.get(name)?.join("\n") !== is?.join("\n")) {
      throw new InvalidAnswer(sentences.readOnly);
    }
  }
}

/** Names that may be in an answer; functions add the same few again and again. */
const goodNames = new Set<string>();

function checkHeaderName(name: string, path: string): void {
  if (goodNames.has(name)) return;
  if (/[A-Z]/.test(name)) {
    throw new InvalidAnswer(invalidValue(`${path} must have header names in lower case`));
  }
  if (!token.test(name)) {
    throw new InvalidAnswer(invalidValue(`${path} must have header names without "${name}"`));
  }
  if (isDisallowed(name)) throw new InvalidAnswer(sentences.disallowed);
  if (name === "cookie" || name === "set-cookie") {
    const cookies = path.replace("headers", "cookies");
    throw new InvalidAnswer(
      invalidValue(`${path} must not have ${name}, which belongs in ${cookies}`),
    );
  }
  if (goodNames.size < 4096 && name.length <= 64) goodNames.add(name);
}

export function checkCookies(entries: readonly AnswerEntry[], path: string): void {
  for (const [name, ...values] of entries) {
    const texts = values.flatMap((value) => (typeof value === "string" ? [value] : [...value]));
    if (
      name === "" ||
      /[=;,\s]/.test(name) ||
      [name, ...texts].some((text) => controls.test(text))
    ) {
      throw new InvalidAnswer(
        invalidValue(
          `${path} must have names and values fit for a cookie, not ${JSON.stringify(name)}`,
        ),
      );
    }
  }
}

export function checkUri(uri: string, querystring: string | undefined): void {
  if (!uri.startsWith("/")) {
    throw new InvalidAnswer(invalidValue("request.uri must begin with a slash"));
  }
  if (notInPath.test(uri)) {
    throw new InvalidAnswer(
      invalidValue("request.uri must have no spaces, control characters, ? or #"),
    );
  }
  if (querystring !== undefined && notInQuery.test(querystring)) {
    throw new InvalidAnswer(
      invalidValue("request.querystring must have no spaces, control characters or #"),
    );
  }
  if (uri.length + (querystring?.length ?? 0) >= 8192) {
    throw new InvalidAnswer(
      invalidValue("request.uri and request.querystring must be shorter than 8192 characters"),
    );
  }
}

export function checkStatus(statusCode: number, statusDescription: string | undefined): void {
  if (statusCode < 200 || statusCode > 599) {
    throw new InvalidAnswer(invalidValue("response.statusCode must be between 200 and 599"));
  }
  if (statusDescription !== undefined && controls.test(statusDescription)) {
    throw new InvalidAnswer(
      invalidValue("response.statusDescription must have no control characters"),
    );
  }
}
