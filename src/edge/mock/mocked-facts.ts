/** What is mocked of one request, from the values that were found for it. */
import { asciiText } from "../../base/ascii-text.ts";
import type { ViewerDevice } from "../device-kinds.ts";
import type { Mocked, OriginHealth, OriginNames } from "../mocked.ts";
import type { ViewerPlace } from "../viewer-place.ts";
import { kindsIn, knobNames, knobs, type KnobName } from "./knobs.ts";
import { findHealth, tellHealths, type HealthByOrigin } from "./origin-health.ts";

/** Values that fit their knobs. */
export interface MockValues {
  readonly texts: ReadonlyMap<KnobName, string>;
  readonly health: HealthByOrigin;
}

type Place = { -readonly [Name in keyof ViewerPlace]: ViewerPlace[Name] };

const textMembers = [
  "countryName",
  "region",
  "regionName",
  "city",
  "postalCode",
  "timeZone",
] as const satisfies KnobName[];
const numberMembers = ["latitude", "longitude", "metroCode", "asn"] as const satisfies KnobName[];

/** Made for the first that asks: the names take some 40 ms and 2 MB to load. */
let countryNames: Intl.DisplayNames | undefined;

function placeIn(country: string, { asn }: ViewerPlace): Place {
  countryNames ??= new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const countryName = countryNames.of(country);
  return {
    country,
    ...(countryName !== undefined && { countryName }),
    ...(asn !== undefined && { asn }),
  };
}

export class MockedFacts implements Mocked {
  readonly #values: MockValues;
  readonly wrong: string | undefined;

  /** @param wrong what is wrong with the request's own values */
  constructor(values: MockValues, wrong?: string) {
    this.#values = values;
    this.wrong = wrong;
  }

  get told(): string {
    const { texts, health } = this.#values;
    const told = knobNames.flatMap((name) => {
      const text = texts.get(name);
      return text === undefined ? [] : [`${knobs[name].header}=${asciiText(text)}`];
    });
    for (const each of tellHealths(health)) told.push(`origin-health:${asciiText(each)}`);
    return told.join(", ");
  }

  get device(): ViewerDevice | undefined {
    const text = this.#values.texts.get("device");
    if (text === undefined) return undefined;
    const kinds = new Set(kindsIn(text));
    return {
      isAndroid: kinds.has("android"),
      isDesktop: kinds.has("desktop"),
      isIos: kinds.has("ios"),
      isMobile: kinds.has("mobile"),
      isSmartTv: kinds.has("smart-tv"),
      isTablet: kinds.has("tablet"),
    };
  }

  get ja3(): string | undefined {
    return this.#values.texts.get("ja3");
  }

  get ja4(): string | undefined {
    return this.#values.texts.get("ja4");
  }

  get pop(): string | undefined {
    return this.#values.texts.get("pop");
  }

  /** A city of one country is none of another: beside a mocked country only the network stays what it is. */
  placeOver(found: ViewerPlace): ViewerPlace {
    const { texts } = this.#values;
    const country = texts.get("country");
    const place: Place = country === undefined ? { ...found } : placeIn(country, found);
    for (const name of textMembers) {
      const text = texts.get(name);
      if (text !== undefined) place[name] = text;
    }
    for (const name of numberMembers) {
      const text = texts.get(name);
      if (text !== undefined) place[name] = Number(text);
    }
    return place;
  }

  originHealth(origin: OriginNames): OriginHealth | undefined {
    return findHealth(this.#values.health, origin);
  }
}
