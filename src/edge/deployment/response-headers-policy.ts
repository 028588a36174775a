/**
 * A response headers policy as answers are changed by it: what goes, and what comes in which order.
 *
 * Source: CloudFront API Reference, ResponseHeadersPolicyConfig; Developer Guide, "Understand
 * response headers policies".
 */
import type { ResourceConfigs } from "../../model/resource.ts";
import { corsRulesOf, type CorsRules } from "./cors-rules.ts";

type Config = ResourceConfigs["response-headers-policy"];

export interface AddedHeader {
  readonly name: string;
  readonly lower: string;
  readonly value: string;
  /** Whether it takes the place of the origin's own. */
  readonly overrides: boolean;
}

export interface ResponseHeadersRules {
  /** Names in lower case, which go before anything comes. */
  readonly removed: ReadonlySet<string>;
  readonly cors: CorsRules | undefined;
  /**
   * Security headers, then custom ones, by the viewer's scheme: Strict-Transport-Security means
   * nothing over http (RFC 6797 §7.2).
   */
  readonly added: Readonly<Record<"http" | "https", readonly AddedHeader[]>>;
  /** The percentage of answers that have Server-Timing; undefined where none has. */
  readonly timedPercent: number | undefined;
}

/** @param config complete, as the state keeps it and AWS's own are */
export function responseHeadersRulesOf(config: Config): ResponseHeadersRules {
  const { CorsConfig, ServerTimingHeadersConfig: timing } = config;
  const security = securityHeaders(config.SecurityHeadersConfig ?? {});
  const custom = customHeaders(config.CustomHeadersConfig?.Items ?? []);
  const all = [...security, ...custom];
  const removed = config.RemoveHeadersConfig?.Items ?? [];
  return {
    removed: new Set(removed.map(({ Header = "" }) => Header.toLowerCase())),
    cors: CorsConfig && corsRulesOf(CorsConfig),
    added: {
      https: all,
      http: all.filter(({ lower }) => lower !== "strict-transport-security"),
    },
    timedPercent: timing?.Enabled === true ? (timing.SamplingRate ?? 0) : undefined,
  };
}

type Security = NonNullable<Config["SecurityHeadersConfig"]>;

/** In the order that CloudFront writes them in. */
function securityHeaders(config: Security): AddedHeader[] {
  const headers: AddedHeader[] = [];
  const add = (
    name: string,
    setting: { Override?: boolean | undefined } | undefined,
    value: string,
  ) => {
    if (setting === undefined) return;
    headers.push(addedHeader(name, value, setting.Override));
  };
  const { XSSProtection, FrameOptions, ReferrerPolicy, ContentTypeOptions } = config;
  const { StrictTransportSecurity, ContentSecurityPolicy } = config;
  add("X-XSS-Protection", XSSProtection, xssProtection(XSSProtection));
  add("X-Frame-Options", FrameOptions, FrameOptions?.FrameOption ?? "");
  add("Referrer-Policy", ReferrerPolicy, ReferrerPolicy?.ReferrerPolicy ?? "");
  add("X-Content-Type-Options", ContentTypeOptions, "nosniff");
  add(
    "Strict-Transport-Security",
    StrictTransportSecurity,
    transportSecurity(StrictTransportSecurity),
  );
  const csp = ContentSecurityPolicy?.ContentSecurityPolicy ?? "";
  add("Content-Security-Policy", ContentSecurityPolicy, csp);
  return headers;
}

function xssProtection(config: Security["XSSProtection"]): string {
  const { Protection = false, ModeBlock = false, ReportUri } = config ?? {};
  if (!Protection) return "0";
  if (ModeBlock) return "1; mode=block";
  return ReportUri ? `1; report=${ReportUri}` : "1";
}

function transportSecurity(config: Security["StrictTransportSecurity"]): string {
  const { AccessControlMaxAgeSec = 0, IncludeSubdomains, Preload } = config ?? {};
  return [
    `max-age=${AccessControlMaxAgeSec}`,
    ...(IncludeSubdomains === true ? ["includeSubDomains"] : []),
    ...(Preload === true ? ["preload"] : []),
  ].join("; ");
}

type Custom = NonNullable<NonNullable<Config["CustomHeadersConfig"]>["Items"]>;

/** What the edge says of itself in each answer, which no policy says in its place. */
const isOwn = (lower: string): boolean =>
  ["age", "via", "x-cache"].includes(lower) || lower.startsWith("x-amz-cf-");

function customHeaders(items: Custom): AddedHeader[] {
  return items
    .map(({ Header = "", Value = "", Override }) => addedHeader(Header, Value, Override))
    .filter(({ lower }) => !isOwn(lower));
}

function addedHeader(name: string, value: string, override: boolean | undefined): AddedHeader {
  return { name, lower: name.toLowerCase(), value, overrides: override === true };
}
