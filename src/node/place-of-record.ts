/**
 * What a record of a MaxMind database says about an address, in our words: of GeoLite2 and GeoIP2's City,
 * Country and ASN databases, and of any other that names its fields as they do.
 *
 * A value that is not of its form is left out: it would stand in headers.
 *
 * Source: MaxMind's documentation of GeoIP2 databases, https://dev.maxmind.com/geoip/docs/databases
 */
import type { ViewerPlace } from "../edge/viewer-place.ts";

export function placeOfRecord(record: unknown): ViewerPlace {
  const country = memberOf(record, "country");
  const location = memberOf(record, "location");
  const [region] = listOf(memberOf(record, "subdivisions"));
  const asn = memberOf(record, "autonomous_system_number");
  const place: { -readonly [Name in keyof ViewerPlace]: ViewerPlace[Name] | undefined } = {
    country: textOf(memberOf(country, "iso_code"), /^[A-Z]{2}$/),
    countryName: nameOf(country),
    region: textOf(memberOf(region, "iso_code"), /^[A-Z0-9]{1,3}$/),
    regionName: nameOf(region),
    city: nameOf(memberOf(record, "city")),
    postalCode: textOf(memberOf(memberOf(record, "postal"), "code"), /./),
    timeZone: textOf(memberOf(location, "time_zone"), /^[\w+-]+(\/[\w+-]+)*$/),
    latitude: numberOf(memberOf(location, "latitude")),
    longitude: numberOf(memberOf(location, "longitude")),
    metroCode: numberOf(memberOf(location, "metro_code")),
    asn: numberOf(asn),
  };
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

function memberOf(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? (of as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Databases have names in several languages. */
function nameOf(of: unknown): string | undefined {
  return textOf(memberOf(memberOf(of, "names"), "en"), /./);
}

function textOf(value: unknown, form: RegExp): string | undefined {
  return typeof value === "string" && form.test(value) ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
