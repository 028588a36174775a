/** Which countries' viewers are served. */
import { countryCodes } from "../../../model/country-codes.ts";
import { ApiError } from "../../../model/errors.ts";
import type { Draft } from "./draft.ts";

export function checkGeoRestriction({ config }: Draft): void {
  const { RestrictionType, Items: locations = [] } = config.Restrictions?.GeoRestriction ?? {};
  if ((RestrictionType === "none") !== (locations.length === 0)) {
    throw new ApiError(
      "InvalidGeoRestrictionParameter",
      `GeoRestriction must have locations unless its type is none, got type ${RestrictionType} and ${locations.length} locations`,
    );
  }
  const wrong = locations.find((location) => !countryCodes.has(location));
  if (wrong !== undefined) {
    throw new ApiError(
      "InvalidLocationCode",
      `"${wrong}" is no ISO 3166-1 country code of two upper-case letters`,
    );
  }
}
