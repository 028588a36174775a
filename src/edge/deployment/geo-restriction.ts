/**
 * From where a distribution may be read, or a tenant that has a rule of its own.
 *
 * Source: CloudFront Developer Guide, "Restrict the geographic distribution of your content".
 */

export interface GeoRestriction {
  /** Whether viewers in these countries are served, and no others; or these are not. */
  readonly kind: "allow" | "block";
  /** ISO 3166-1 codes in upper case. */
  readonly countries: ReadonlySet<string>;
}

/**
 * @param type as the API spells it: whitelist, blacklist, or none
 * @returns undefined where viewers in every country are served
 */
export function geoRestrictionOf(
  type: string | undefined,
  countries: readonly string[] | undefined,
): GeoRestriction | undefined {
  if (type !== "whitelist" && type !== "blacklist") return undefined;
  const upper = (countries ?? []).map((country) => country.toUpperCase());
  return { kind: type === "whitelist" ? "allow" : "block", countries: new Set(upper) };
}
