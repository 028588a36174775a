/** Where a viewer is and which network it is in, as far as its address tells. What is not known is absent. */
export interface ViewerPlace {
  /** ISO 3166-1, two letters. */
  readonly country?: string;
  readonly countryName?: string;
  /** The first level below the country in ISO 3166-2, up to three characters: CA of US-CA. */
  readonly region?: string;
  readonly regionName?: string;
  readonly city?: string;
  readonly postalCode?: string;
  /** Of the IANA database. */
  readonly timeZone?: string;
  /** In degrees, as the other. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** Of the United States' media markets. */
  readonly metroCode?: number;
  /** The number of its network, an autonomous system (RFC 6793). */
  readonly asn?: number;
}

export const nowhere: ViewerPlace = {};

/** Knows addresses. */
export interface Places {
  /** @param ip a viewer's, IPv4 or IPv6 */
  find(ip: string): ViewerPlace;
}
