/**
 * Which headers a function sees, and which it may not touch, by event type.
 *
 * Source: CloudFront Developer Guide, "Restrictions on edge functions", disallowed and read-only
 * headers.
 */
import { RecentMap } from "../../base/recent-map.ts";
import type { EventType } from "../function-runtime.ts";
import { isAscii } from "./wire-text.ts";

const disallowed = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "trailer",
  "upgrade",
  "x-accel-buffering",
  "x-accel-charset",
  "x-accel-limit-rate",
  "x-accel-redirect",
  "x-amzn-auth",
  "x-amzn-cf-billing",
  "x-amzn-cf-id",
  "x-amzn-cf-xff",
  "x-amzn-errortype",
  "x-amzn-fle-profile",
  "x-amzn-header-count",
  "x-amzn-header-order",
  "x-amzn-lambda-integration-tag",
  "x-amzn-requestid",
  "x-cache",
  "x-forwarded-proto",
  "x-real-ip",
]);

const readOnly: Record<EventType, ReadonlySet<string>> = {
  "viewer-request": new Set(["cdn-loop", "content-length", "host", "transfer-encoding", "via"]),
  "viewer-response": new Set(["warning", "via"]),
};

/** @param name in lower case */
export function isDisallowed(name: string): boolean {
  return disallowed.has(name) || name.startsWith("x-amz-cf-") || name.startsWith("x-edge-");
}

export function readOnlyHeaders(eventType: EventType): ReadonlySet<string> {
  return readOnly[eventType];
}

/** Lower-cases ASCII letters only: "TÈst" becomes "tÈst". */
function lowerCaseAscii(name: string): string {
  if (isAscii(name)) return name.toLowerCase();
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Viewers choose names, so what is remembered of them is bounded, in number and length. */
const namesMax = 4096;
const rememberedLengthMax = 64;

const seenNames = new RecentMap<string, string>(namesMax);

/** @returns the name as a function sees it, or "" when it does not see that header */
export function visibleName(name: string): string {
  const known = seenNames.get(name);
  if (known !== undefined) return known;
  const lower = lowerCaseAscii(name);
  const visible = isDisallowed(lower) ? "" : lower;
  if (name.length <= rememberedLengthMax) seenNames.set(name, visible);
  return visible;
}

const wireNames = new RecentMap<string, string>(namesMax);

/**
 * The form that HTTP/1.1 peers are sent: each word's first letter in upper case.
 *
 * @param name a token in lower case
 */
export function wireName(name: string): string {
  const known = wireNames.get(name);
  if (known !== undefined) return known;
  const written = wordsCapitalized(name);
  if (name.length <= rememberedLengthMax) wireNames.set(name, written);
  return written;
}

const hyphen = 0x2d;
const [a, z] = [0x61, 0x7a];

/** @param name of ASCII; in time that grows with its length alone, as functions may make it of what viewers sent */
function wordsCapitalized(name: string): string {
  const bytes = Buffer.from(name, "latin1");
  let before = hyphen;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] as number;
    if (before === hyphen && byte >= a && byte <= z) bytes[i] = byte - 0x20;
    before = byte;
  }
  return bytes.toString("latin1");
}
