/**
 * The rules that a function's answer must keep; breaking one is a validation failure, HTTP 502, or
 * 503 where there is no answer.
 *
 * TestFunction does not check these, as on CloudFront.
 *
 * Source: CloudFront Developer Guide, "Restrictions on edge functions" and "HTTP 502".
 */
import { RecentMap } from "../../base/recent-map.ts";
import { headerRules, readOnlyHeaders } from "../../model/header-rules.ts";
import type { EventType } from "../function-runtime.ts";
import { type AnswerEntry, type AnswerValue, valueOf } from "./decode-answer.ts";
import type { SeenLines } from "./seen-lines.ts";

export const sentences = {
  disallowed: "The CloudFront function tried to add a disallowed header.",
  readOnly: "The CloudFront function tried to add, delete, or change a read-only header.",
  origin: "The CloudFront function returned an invalid value for origin rewrite.",
  /** Ours; CloudFront's own has 79 characters too, as its page's length tells. */
  nothing: "The CloudFront function returned an invalid value: the result is not an object.",
} as const;

/** A complaint may name what a function made, a megabyte long. */
const complaintMax = 1024;

export function invalidValue(complaint: string): string {
  const told = complaint.length > complaintMax ? `${complaint.slice(0, complaintMax)}…` : complaint;
  return `The CloudFront function returned an invalid value: ${told}.`;
}

/** Ends the building of a result; the message is the sentence of the error page. */
export class InvalidAnswer extends Error {
  override readonly name = "InvalidAnswer";
  /** What the sentence does not say: which header it is. For the author alone. */
  readonly reason: string | undefined;

  constructor(sentence: string, reason?: string) {
    super(sentence);
    this.reason = reason;
  }
}

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const controls = /[\x00-\x08\x0a-\x1f\x7f]/;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const notInQuery = /[\x00-\x20\x7f#]/;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const notInPath = /[\x00-\x20\x7f#?]/;

/** What a function saw of header lines, and the names among them that it left alone. */
export interface HeadersBefore {
  readonly seen: SeenLines;
  readonly kept: ReadonlySet<string> | "all";
}

export function checkHeaders(
  entries: readonly AnswerEntry[],
  before: HeadersBefore,
  rules: EventType,
  path: string,
): void {
  const isReadOnly = readOnlyHeaders(rules);
  const answered = new Map<string, AnswerEntry>();
  for (const entry of entries) {
    const [name] = entry;
    checkHeaderName(name, path);
    for (let i = 1; i < entry.length; i += 1) {
      if (controls.test(valueOf(entry[i] as AnswerValue))) {
        throw new InvalidAnswer(invalidValue(`${path} must have no control characters in ${name}`));
      }
    }
    if (isReadOnly.has(name)) answered.set(name, entry);
  }
  const { seen, kept } = before;
  const readOnly = (name: string) =>
    new InvalidAnswer(sentences.readOnly, `${path}.${name} is read-only`);
  if (kept === "all") {
    for (const name of answered.keys()) throw readOnly(name);
    return;
  }
  const values = seen.valuesOf(isReadOnly);
  for (const name of isReadOnly) {
    if (kept.has(name)) continue;
    const is = answered.get(name)?.slice(1).map(valueOf);
    if (values.get(name)?.join("\n") !== is?.join("\n")) throw readOnly(name);
  }
}

/** Names that may be in an answer; functions add the same few again and again, and what viewers sent. */
const goodNames = new RecentMap<string, true>(2048);

function checkHeaderName(name: string, path: string): void {
  if (goodNames.get(name)) return;
  if (/[A-Z]/.test(name)) {
    throw new InvalidAnswer(invalidValue(`${path} must have header names in lower case`));
  }
  if (!token.test(name)) {
    throw new InvalidAnswer(invalidValue(`${path} must have header names without "${name}"`));
  }
  if (headerRules(name).functions === "hidden") {
    throw new InvalidAnswer(sentences.disallowed, `${path} must not have ${name}`);
  }
  if (name === "cookie" || name === "set-cookie") {
    const cookies = path.replace("headers", "cookies");
    throw new InvalidAnswer(
      invalidValue(`${path} must not have ${name}, which belongs in ${cookies}`),
    );
  }
  if (name.length <= 64) goodNames.set(name, true);
}

export function checkCookies(entries: readonly AnswerEntry[], path: string): void {
  for (const entry of entries) {
    const [name] = entry;
    let isFit = name !== "" && !/[=;,\s]/.test(name) && !controls.test(name);
    for (let i = 1; i < entry.length && isFit; i += 1) {
      const value = entry[i] as AnswerValue;
      isFit =
        !controls.test(valueOf(value)) && !(typeof value !== "string" && controls.test(value[1]));
    }
    if (isFit) continue;
    throw new InvalidAnswer(
      invalidValue(
        `${path} must have names and values fit for a cookie, not ${JSON.stringify(name)}`,
      ),
    );
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
