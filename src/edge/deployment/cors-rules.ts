/**
 * What a response headers policy says to requests of other origins' pages (the Fetch standard, "HTTP
 * CORS protocol"), worked out as far as it is the same for every request.
 *
 * Source: CloudFront Developer Guide, "Understand response headers policies", CORS headers.
 */
import type { ResourceConfigs } from "../../model/resource.ts";
import { compileOriginPattern } from "./cors-origin-pattern.ts";

type Config = NonNullable<ResourceConfigs["response-headers-policy"]["CorsConfig"]>;

export interface CorsRules {
  /** Whether they count where the origin has any of its own. */
  readonly overrides: boolean;
  /** @returns what Access-Control-Allow-Origin says to an origin: "*", itself, or undefined for nothing */
  readonly allow: (origin: string) => string | undefined;
  /** Names and values in turn, of every answer to an origin that is allowed, beside its name. */
  readonly simple: readonly string[];
  /** The same with Access-Control-Allow-Origin, where that is "*". */
  readonly toAll: readonly string[];
  /** Names and values in turn, of answers to preflight requests beside those. */
  readonly preflight: readonly string[];
  /** @param requested what Access-Control-Request-Headers says; @returns what -Allow-Headers says */
  readonly allowHeaders: (requested: string | undefined) => string;
}

/** @param config complete, as the state keeps it and AWS's own are */
export function corsRulesOf(config: Config): CorsRules {
  const exposed = config.AccessControlExposeHeaders?.Items ?? [];
  const methods = methodsOf(config.AccessControlAllowMethods?.Items ?? []);
  const maxAge = config.AccessControlMaxAgeSec;
  const simple: string[] = [];
  if (config.AccessControlAllowCredentials === true) {
    simple.push("Access-Control-Allow-Credentials", "true");
  }
  if (exposed.length > 0) simple.push("Access-Control-Expose-Headers", exposed.join(", "));
  const preflight = ["Access-Control-Allow-Methods", methods.join(", ")];
  if (maxAge !== undefined) preflight.push("Access-Control-Max-Age", String(maxAge));
  return {
    overrides: config.OriginOverride === true,
    allow: compileOrigins(config.AccessControlAllowOrigins?.Items ?? []),
    simple,
    toAll: ["Access-Control-Allow-Origin", "*", ...simple],
    preflight,
    allowHeaders: compileHeaderNames(config.AccessControlAllowHeaders?.Items ?? []),
  };
}

/** In the order that AWS documents for its own policies. */
const allMethods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

function methodsOf(items: readonly string[]): readonly string[] {
  const isAll = items.includes("ALL") || allMethods.every((method) => items.includes(method));
  return isAll ? allMethods : items;
}

function compileOrigins(items: readonly string[]): CorsRules["allow"] {
  if (items.includes("*")) return () => "*";
  const matchers = items.map(compileOriginPattern);
  return (origin) => (matchers.some((matches) => matches(origin)) ? origin : undefined);
}

/**
 * Browsers know `*` alone; of a name with a `*` in it they are told what they ask for and it covers.
 */
function compileHeaderNames(items: readonly string[]): CorsRules["allowHeaders"] {
  const isPattern = (item: string) => item.length > 1 && item.includes("*");
  const plain = items.filter((item) => !isPattern(item));
  const patterns = items.filter(isPattern).map(compileNamePattern);
  const always = plain.join(", ");
  if (patterns.length === 0) return () => always;
  const known = new Set(plain.map((name) => name.toLowerCase()));
  return (requested = "") => {
    const covered = new Set<string>();
    for (const item of requested.split(",")) {
      const name = item.trim();
      const isNew = !known.has(name.toLowerCase());
      if (isNew && patterns.some((pattern) => pattern.test(name))) covered.add(name);
    }
    return [...plain, ...covered].join(", ");
  };
}

function compileNamePattern(item: string): RegExp {
  const parts = item.split("*").map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join("[!#$%&'*+.^_`|~0-9a-z-]*")}$`, "i");
}
