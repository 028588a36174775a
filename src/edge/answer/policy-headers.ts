/**
 * Changes an answer's headers as the behavior's response headers policy says: removes, then adds
 * CORS headers, security headers, custom ones and Server-Timing. Every answer of the behavior passes
 * here once, pages and redirects among them; a viewer-response function comes after and has the last word.
 *
 * Source: CloudFront Developer Guide, "Understand response headers policies".
 */
import {
  addListed,
  combinedValue,
  forEachLine,
  hasName,
  linesThat,
  withoutNames,
} from "../../base/header-lines.ts";
import type { Clock } from "../../base/clock.ts";
import { headerName } from "../../base/header-names.ts";
import { httpDate } from "../../base/http-date.ts";
import type { CorsRules } from "../deployment/cors-rules.ts";
import type { AddedHeader, ResponseHeadersRules } from "../deployment/response-headers-policy.ts";
import type { Visit } from "../record/visit.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import type { Answer } from "./answer.ts";
import type { Signature } from "./own-headers.ts";
import { isTimed, withServerTiming } from "./server-timing.ts";
import { writtenHeaders, type WrittenHeaders } from "./written-headers.ts";

/** What the step takes of the edge. */
export interface PolicyEdge {
  readonly now: Clock;
  readonly signature: Signature;
  /** @returns a number from 0 on and less than 1 */
  readonly random: () => number;
}

/** @returns the very answer where the behavior has no policy, or the answer has passed here before */
export function withPolicyHeaders(answer: Answer, visit: Visit, edge: PolicyEdge): Answer {
  const rules = visit.behavior?.responseHeaders;
  if (rules === undefined || answer.hasPolicyHeaders === true) return answer;
  const aged = rules.removed.has("age") ? withoutAge(answer) : answer;
  const { headers, written } = headAfter(answer, rules, visit.request, edge.now);
  visit.beforePolicy = answer.headers;
  visit.afterPolicy = headers;
  const changed = { ...aged, headers, written, hasPolicyHeaders: true as const };
  return isTimed(rules, visit.request, edge.random)
    ? withServerTiming(changed, visit, visit.request.mocked?.pop ?? edge.signature.pop)
    : changed;
}

function withoutAge(answer: Answer): Answer {
  const { age: _, ...others } = answer;
  return others;
}

type Head = Pick<Answer, "headers" | "written">;

function headAfter(
  { headers, written }: Answer,
  rules: ResponseHeadersRules,
  viewer: ViewerRequest,
  now: Clock,
): Head {
  const change: Change = {
    rules,
    cors: rules.cors === undefined ? noLines : corsLines(rules.cors, viewer),
    added: rules.added[viewer.scheme],
    date: rules.removed.has("date") ? httpDate(now) : undefined,
  };
  // Viewers choose which origin is named back and what a preflight asks for: that is written each time.
  const recurs = change.cors === noLines || change.cors === rules.cors?.toAll;
  if (recurs && written?.headers === headers) return recurringHead(headers, change);
  return { headers: changedLines(headers, change), written: undefined };
}

/** What a policy does to the lines of one answer. */
interface Change {
  readonly rules: ResponseHeadersRules;
  /** Names and values in turn; none where no origin asks, or one that is not allowed. */
  readonly cors: readonly string[];
  readonly added: readonly AddedHeader[];
  /** The edge's own, where the answer's goes. */
  readonly date: string | undefined;
}

const noLines: readonly string[] = [];

function corsLines(cors: CorsRules, { method, headers }: ViewerRequest): readonly string[] {
  const origin = combinedValue(headers, "origin");
  const allowed = origin === undefined ? undefined : cors.allow(origin);
  if (allowed === undefined) return noLines;
  const isPreflight = method === "OPTIONS";
  if (allowed === "*" && !isPreflight) return cors.toAll;
  const lines = ["Access-Control-Allow-Origin", allowed, ...cors.simple];
  if (!isPreflight) return lines;
  lines.push(...cors.preflight);
  const names = cors.allowHeaders(combinedValue(headers, "access-control-request-headers"));
  if (names !== "") lines.push("Access-Control-Allow-Headers", names);
  return lines;
}

interface Way {
  readonly change: Change;
  readonly written: WrittenHeaders;
}

/**
 * What was made of lines that are sent again and again: those of what is kept, and of functions' recurring
 * results. Each has a few ways at most, with CORS headers and without, over http and https.
 */
const recurring = new WeakMap<readonly string[], Way[]>();
const waysMax = 4;

function recurringHead(lines: readonly string[], change: Change): Head {
  let ways = recurring.get(lines);
  if (ways === undefined) {
    ways = [];
    recurring.set(lines, ways);
  }
  for (const { change: other, written } of ways) {
    if (isSame(other, change)) return { headers: written.headers, written };
  }
  const written = writtenHeaders(changedLines(lines, change));
  // Those of the second before, or of a policy that has changed since, make room.
  if (ways.length === waysMax) ways.length = 0;
  ways.push({ change, written });
  return { headers: written.headers, written };
}

function isSame(one: Change, other: Change): boolean {
  return (
    one.rules === other.rules &&
    one.added === other.added &&
    one.cors === other.cors &&
    one.date === other.date
  );
}

function changedLines(lines: readonly string[], { rules, cors, added, date }: Change): string[] {
  let changed = withoutNames(lines, rules.removed);
  if (rules.removed.has("server")) changed.push("Server", "CloudFront");
  if (date !== undefined) changed.push("Date", date);
  if (cors.length > 0 && (rules.cors?.overrides === true || !hasCors(changed))) {
    changed = withCors(changed, cors);
  }
  for (const { name, lower, value, overrides } of added) {
    if (hasName(changed, lower)) {
      if (!overrides) continue;
      changed = linesThat(changed, (other) => headerName(other).lower !== lower);
    }
    changed.push(name, value);
  }
  return changed;
}

/** Any of the origin's own, whether the policy has it or not. */
function hasCors(lines: readonly string[]): boolean {
  for (let index = 0; index < lines.length; index += 2) {
    if (headerName(lines[index] as string).lower.startsWith("access-control-")) return true;
  }
  return false;
}

function withCors(lines: readonly string[], cors: readonly string[]): string[] {
  const names = new Set<string>();
  forEachLine(cors, (name) => names.add(headerName(name).lower));
  const changed = withoutNames(lines, names);
  changed.push(...cors);
  // Who keeps the answer must not give it to another origin (the Fetch standard, "CORS protocol and HTTP caches").
  return cors[1] === "*" ? changed : variedByOrigin(changed);
}

function variedByOrigin(lines: string[]): string[] {
  const vary = combinedValue(lines, "vary");
  if (vary === undefined) return [...lines, "Vary", "Origin"];
  const names = new Set<string>();
  addListed(names, vary);
  if (names.has("origin") || names.has("*")) return lines;
  const others = linesThat(lines, (name) => headerName(name).lower !== "vary");
  others.push("Vary", `${vary}, Origin`);
  return others;
}
