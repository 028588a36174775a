/**
 * What can be mocked of a request, in the order in which it is told: the members of a rule, and the ends of
 * the request headers' names.
 */
import { edgeLocationName } from "../../model/edge-location.ts";

export interface Knob {
  /** What stands behind `x-footlight-mock-`. */
  readonly header: string;
  /** What a value is, completing "… must be". */
  readonly expects: string;
  readonly fits: (text: string) => boolean;
  /** Whether a rule has it as a number. */
  readonly isNumber?: true;
}

const form = (pattern: RegExp) => (text: string) => pattern.test(text);
/** No control characters, and no more than a name is long. */
const name = { expects: "1 to 100 characters", fits: form(/^[^\p{C}]{1,100}$/u) };
const from = (least: number, most: number, pattern: RegExp) => (text: string) =>
  pattern.test(text) && Number(text) >= least && Number(text) <= most;
const degrees = /^-?\d{1,3}(\.\d{1,15})?$/;

export const deviceKinds = ["android", "desktop", "ios", "mobile", "smart-tv", "tablet"] as const;

/** Origins' health is not among them: a rule has it by origin. */
export const knobs = {
  country: {
    header: "country",
    expects: "two capital letters, as in ISO 3166-1",
    fits: form(/^[A-Z]{2}$/),
  },
  countryName: { header: "country-name", ...name },
  region: {
    header: "region",
    expects: "1 to 3 capital letters or digits, as behind the country in ISO 3166-2",
    fits: form(/^[A-Z0-9]{1,3}$/),
  },
  regionName: { header: "region-name", ...name },
  city: { header: "city", ...name },
  postalCode: { header: "postal-code", ...name },
  timeZone: {
    header: "time-zone",
    expects: "a name of the IANA database, like Europe/Berlin",
    fits: form(/^[\w+-]{1,30}(\/[\w+-]{1,30}){0,2}$/),
  },
  latitude: {
    header: "latitude",
    expects: "degrees from -90 to 90",
    fits: from(-90, 90, degrees),
    isNumber: true,
  },
  longitude: {
    header: "longitude",
    expects: "degrees from -180 to 180",
    fits: from(-180, 180, degrees),
    isNumber: true,
  },
  metroCode: {
    header: "metro-code",
    expects: "a whole number up to 999",
    fits: from(0, 999, /^\d{1,3}$/),
    isNumber: true,
  },
  asn: {
    header: "asn",
    expects: "a whole number up to 4294967295",
    fits: from(0, 2 ** 32 - 1, /^\d{1,10}$/),
    isNumber: true,
  },
  device: {
    header: "device",
    expects: `one or several of ${deviceKinds.join(", ")}, with commas between`,
    fits: (text) =>
      kindsIn(text).every((kind) => (deviceKinds as readonly string[]).includes(kind)),
  },
  ja3: { header: "ja3", expects: "32 hexadecimal digits", fits: form(/^[0-9a-f]{32}$/) },
  ja4: {
    header: "ja4",
    expects: "a fingerprint like t13d1516h2_8daaf6152771_b186095e22b6",
    fits: form(/^[0-9a-z]{10}_[0-9a-f]{12}_[0-9a-f]{12}$/),
  },
  pop: {
    header: "pop",
    expects: "an edge location like FRA56-P4",
    fits: form(edgeLocationName),
  },
} as const satisfies Record<string, Knob>;

export type KnobName = keyof typeof knobs;

export const knobNames = Object.keys(knobs) as KnobName[];

export function kindsIn(text: string): string[] {
  return text.split(",").map((kind) => kind.trim());
}
