/**
 * What a response headers policy must be.
 *
 * Source: CloudFront API Reference, ResponseHeadersPolicyConfig and the shapes in it; Developer
 * Guide, "Understand response headers policies".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { headerRules } from "../../../model/header-rules.ts";
import type { ResponseHeadersPolicyConfig } from "../../../schema/shapes.ts";
import { isHeaderName, isHeaderValue } from "../../header-text.ts";
import type { Quotas } from "../../quotas.ts";
import { checkCorsOrigins } from "./cors-origin.ts";
import { checkNameAndComment } from "./name-and-comment.ts";

type Config = ResponseHeadersPolicyConfig;

const parts = [
  "CorsConfig",
  "SecurityHeadersConfig",
  "ServerTimingHeadersConfig",
  "CustomHeadersConfig",
  "RemoveHeadersConfig",
] as const;

/** @throws InvalidArgument, TooLongCSPInResponseHeadersPolicy and the two TooMany… errors of policies */
export function checkResponseHeadersPolicy(config: Config, quotas: Quotas): void {
  checkNameAndComment(config);
  if (parts.every((part) => config[part] === undefined)) {
    throw new InvalidArgument(
      `A response headers policy must have at least one of ${parts.join(", ")}`,
    );
  }
  checkCors(config.CorsConfig);
  checkSecurity(config.SecurityHeadersConfig, quotas);
  checkSamplingRate(config.ServerTimingHeadersConfig?.SamplingRate);
  checkCustomHeaders(config.CustomHeadersConfig, quotas);
  checkRemoved(config.RemoveHeadersConfig, quotas);
}

/**
 * A `*` may stand beside other values: it does not cover the header Authorization. In the name of a
 * header it stands for any part, once. With credentials browsers take no `*`, so nor does AWS.
 */
function checkCors(cors: Config["CorsConfig"]): void {
  if (cors === undefined) return;
  const origins = cors.AccessControlAllowOrigins?.Items ?? [];
  const headers = cors.AccessControlAllowHeaders?.Items ?? [];
  const methods: readonly string[] = cors.AccessControlAllowMethods?.Items ?? [];
  const exposed = cors.AccessControlExposeHeaders?.Items ?? [];
  const required = { Origins: origins, Headers: headers, Methods: methods };
  for (const [name, items] of Object.entries(required)) {
    if (items.length > 0) continue;
    throw new InvalidArgument(
      `The parameter AccessControlAllow${name} must have at least one item`,
    );
  }
  checkCorsOrigins(origins);
  checkHeaderNames("AccessControlAllowHeaders", headers);
  checkHeaderNames("AccessControlExposeHeaders", exposed);
  if (methods.includes("ALL") && methods.length > 1) {
    throw new InvalidArgument(
      'The parameter AccessControlAllowMethods contains "ALL", which must be alone',
    );
  }
  const twice = headers.find((name) => name.split("*").length > 2);
  if (twice !== undefined) {
    throw new InvalidArgument(
      `The parameter AccessControlAllowHeaders can have one "*" in a name, got "${twice}"`,
    );
  }
  if (cors.AccessControlAllowCredentials) {
    refuseWithCredentials("Access-Control-Allow-Origin", "*", origins.includes("*"));
    refuseWithCredentials(
      "Access-Control-Allow-Headers",
      "*",
      headers.some((name) => name.includes("*")),
    );
    refuseWithCredentials("Access-Control-Allow-Methods", "ALL", methods.includes("ALL"));
    refuseWithCredentials("Access-Control-Expose-Headers", "*", exposed.includes("*"));
  }
  if ((cors.AccessControlMaxAgeSec ?? 0) < 0) {
    throw new InvalidArgument(
      `The parameter AccessControlMaxAgeSec must be from 0 on, got ${cors.AccessControlMaxAgeSec}`,
    );
  }
}

/** The sentence is AWS's. */
function refuseWithCredentials(header: string, value: string, isThere: boolean): void {
  if (!isThere) return;
  throw new InvalidArgument(
    `The parameter ${header} cannot contain ${value} when allowCredentials is true.`,
  );
}

function checkSecurity(security: Config["SecurityHeadersConfig"], quotas: Quotas): void {
  const { XSSProtection: xss, StrictTransportSecurity: hsts } = security ?? {};
  if (xss?.ModeBlock && xss.ReportUri) {
    throw new InvalidArgument("XSSProtection cannot have a ReportUri when ModeBlock is true");
  }
  if (xss && !xss.Protection && (xss.ModeBlock || xss.ReportUri)) {
    throw new InvalidArgument("XSSProtection can have ModeBlock or ReportUri only with Protection");
  }
  if (hsts && (hsts.AccessControlMaxAgeSec ?? 0) < 0) {
    throw new InvalidArgument(
      `StrictTransportSecurity.AccessControlMaxAgeSec must be from 0 on, got ${hsts.AccessControlMaxAgeSec}`,
    );
  }
  checkHeaderValue("ReportUri", xss?.ReportUri ?? "");
  const csp = security?.ContentSecurityPolicy?.ContentSecurityPolicy ?? "";
  checkHeaderValue("ContentSecurityPolicy", csp);
  if (csp.length > quotas.contentSecurityPolicyCharacters) {
    throw new ApiError(
      "TooLongCSPInResponseHeadersPolicy",
      `The content security policy has ${csp.length} characters, and the limit is ${quotas.contentSecurityPolicyCharacters}`,
    );
  }
}

function checkSamplingRate(rate: number | undefined): void {
  if (rate === undefined || Math.round(rate * 10_000) / 10_000 === rate) return;
  throw new InvalidArgument(`The parameter SamplingRate can have four decimal places, got ${rate}`);
}

function checkCustomHeaders(config: Config["CustomHeadersConfig"], quotas: Quotas): void {
  const headers = config?.Items ?? [];
  if (headers.length > quotas.customHeadersPerResponseHeadersPolicy) {
    throw new ApiError(
      "TooManyCustomHeadersInResponseHeadersPolicy",
      `The policy adds ${headers.length} custom headers, and the limit is ${quotas.customHeadersPerResponseHeadersPolicy}`,
    );
  }
  checkNames("CustomHeaders", headers);
  for (const { Header = "", Value = "" } of headers) {
    const { policy } = headerRules(Header);
    if (policy === "security") {
      throw new InvalidArgument(
        `The parameter CustomHeaders contains ${Header} that is a security header and cannot be set as custom header.`,
      );
    }
    if (policy === "connection") {
      throw new InvalidArgument(
        `The parameter CustomHeaders contains ${Header} that is about the connection and cannot be set.`,
      );
    }
    checkHeaderValue(`Value of the custom header ${Header}`, Value);
  }
}

function checkRemoved(config: Config["RemoveHeadersConfig"], quotas: Quotas): void {
  const headers = config?.Items ?? [];
  if (headers.length > quotas.removedHeadersPerResponseHeadersPolicy) {
    throw new ApiError(
      "TooManyRemoveHeadersInResponseHeadersPolicy",
      `The policy removes ${headers.length} headers, and the limit is ${quotas.removedHeadersPerResponseHeadersPolicy}`,
    );
  }
  checkNames("RemoveHeaders", headers);
  for (const { Header = "" } of headers) {
    if (!headerRules(Header).isRemovable) {
      throw new InvalidArgument(
        `The parameter RemoveHeaders contains ${Header} that cannot be removed.`,
      );
    }
  }
}

function checkNames(parameter: string, headers: readonly { Header?: string | undefined }[]): void {
  const seen = new Set<string>();
  checkHeaderNames(
    parameter,
    headers.map(({ Header = "" }) => Header),
  );
  for (const { Header = "" } of headers) {
    if (seen.has(Header.toLowerCase())) {
      throw new InvalidArgument(`The parameter ${parameter} contains ${Header} more than once`);
    }
    seen.add(Header.toLowerCase());
  }
}

function checkHeaderNames(parameter: string, names: readonly string[]): void {
  const wrong = names.find((name) => !isHeaderName(name));
  if (wrong === undefined) return;
  throw new InvalidArgument(
    `The parameter ${parameter} contains "${wrong}", which is no header name`,
  );
}

function checkHeaderValue(parameter: string, value: string): void {
  if (isHeaderValue(value)) return;
  throw new InvalidArgument(
    `The parameter ${parameter} contains a line break, another control character or one beyond U+00FF, got ${JSON.stringify(value.slice(0, 200))}`,
  );
}
