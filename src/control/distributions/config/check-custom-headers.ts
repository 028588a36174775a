/**
 * The headers that an origin is always sent.
 *
 * Source: CloudFront Developer Guide, "Add custom headers to origin requests" and "Quotas".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { headerRules } from "../../../model/header-rules.ts";
import type { Origin } from "../../../schema/shapes.ts";
import { isHeaderName, isHeaderValue } from "../../header-text.ts";
import type { Quotas } from "../../quotas.ts";

export function checkCustomHeaders({ Id, CustomHeaders }: Origin, quotas: Quotas): void {
  const headers = CustomHeaders?.Items ?? [];
  if (headers.length > quotas.customHeadersPerOrigin) {
    throw new ApiError(
      "TooManyOriginCustomHeaders",
      `Origin "${Id}" has ${headers.length} custom headers, and the limit is ${quotas.customHeadersPerOrigin}`,
    );
  }
  const seen = new Set<string>();
  let together = 0;
  for (const { HeaderName = "", HeaderValue = "" } of headers) {
    checkHeader(HeaderName, HeaderValue, quotas, Id);
    if (seen.has(HeaderName.toLowerCase())) {
      throw new InvalidArgument(`Origin "${Id}" has the custom header ${HeaderName} twice`);
    }
    seen.add(HeaderName.toLowerCase());
    together += HeaderName.length + HeaderValue.length;
  }
  const longest = quotas.customHeadersCharactersPerOrigin;
  if (together > longest) {
    throw new InvalidArgument(
      `The names and values of the custom headers of origin "${Id}" have ${together} characters, and the limit is ${longest}`,
    );
  }
}

function checkHeader(name: string, value: string, quotas: Quotas, origin?: string): void {
  const longestName = quotas.customHeaderNameCharacters;
  const longestValue = quotas.customHeaderValueCharacters;
  if (!isHeaderName(name) || name.length > longestName) {
    throw new InvalidArgument(
      `The parameter HeaderName must be a header's name with at most ${longestName} characters, got "${name}" for origin "${origin}"`,
    );
  }
  if (headerRules(name).added === "by-nobody") {
    throw new InvalidArgument(
      `The parameter HeaderName contains a header that CloudFront does not let you send to origins: ${name}`,
    );
  }
  if (value.length > longestValue || !isHeaderValue(value)) {
    throw new InvalidArgument(
      `The parameter HeaderValue of ${name} must have at most ${longestValue} characters, none of them a control character or beyond U+00FF (origin "${origin}")`,
    );
  }
}
