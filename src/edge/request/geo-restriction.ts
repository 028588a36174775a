/**
 * Refuses viewers in countries that the distribution is not for. A viewer whose country is not known
 * is served, whichever way the list goes.
 *
 * Source: CloudFront Developer Guide, "Restrict the geographic distribution of your content". That it
 * comes after the viewer protocol policy and before the allowed methods is our choice.
 */
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { GeoRestriction } from "../deployment/geo-restriction.ts";
import type { Visit } from "../record/visit.ts";

/** @param restriction undefined where there is none: then nothing is looked up */
export function refuseCountry(
  restriction: GeoRestriction | undefined,
  visit: Pick<Visit, "viewerPlace">,
): Refusal | undefined {
  if (restriction === undefined) return undefined;
  const { country } = visit.viewerPlace;
  if (country === undefined) return undefined;
  const isServed = restriction.countries.has(country) === (restriction.kind === "allow");
  return isServed ? undefined : refusals.country;
}
