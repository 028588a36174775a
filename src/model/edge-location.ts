/** Edge locations: what they are called, and which regional edge cache is behind each. */

/** The form of a name, X-Amz-Cf-Pop: an airport's code, a number and a place in it. */
export const edgeLocationName = /^[A-Z]{3}\d{1,2}(-[A-Z]\d{1,2})?$/;

/**
 * The regions that have regional edge caches, each with the airports that it is nearest to. AWS publishes the regions and
 * the cities of edge locations, and not which goes to which: nearness is our reading.
 */
const airportsOf: Readonly<Record<string, string>> = {
  "us-east-2": "BNA CMH DFW DTW IAH IND MCI MSP ORD PIT STL YTO YYZ",
  "us-west-1": "LAS LAX PHX QRO SFO SJC",
  "us-west-2": "DEN HIO PDX SEA SLC YVR",
  "sa-east-1": "EZE FOR GIG GRU LIM SCL",
  "eu-west-1": "DUB LIS MAD",
  "eu-west-2": "BCN CDG EDI LHR MAN MRS",
  "eu-central-1":
    "AMS ARN ATH BER BRU BUD CPH CPT DUS FCO FRA HAM HEL IST JNB LOS MUC MXP NBO OSL OTP PMO PRG SOF TLV TXL VIE WAW ZAG ZRH",
  "ap-south-1": "BAH BLR BOM CCU DEL DOH DXB FJR HYD MAA MCT PNQ",
  "ap-southeast-1": "BKK CGK HAN KUL MNL SGN SIN",
  "ap-southeast-2": "AKL BNE MEL PER SYD",
  "ap-northeast-1": "HKG HND KIX NGO NRT TPE",
  "ap-northeast-2": "GMP ICN",
};

const regionOf: ReadonlyMap<string, string> = new Map(
  Object.entries(airportsOf).flatMap(([region, airports]) =>
    airports.split(" ").map((airport) => [airport, region] as const),
  ),
);

/** An edge location as functions see it. */
export interface ToldLocation {
  /** The airport's code. */
  readonly name: string;
  /** Of the regional edge cache; us-east-1 for airports that none of the others is nearest to. */
  readonly region: string;
}

/** @param pop the whole name, like `FRA56-P4` */
export function toldLocation(pop: string): ToldLocation {
  const name = pop.slice(0, 3);
  return { name, region: regionOf.get(name) ?? "us-east-1" };
}
