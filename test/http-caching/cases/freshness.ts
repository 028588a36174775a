/** How long a response is fresh (RFC 9111 §4.2), within a behavior's TTLs. */
import { either, freshFor, type Case } from "../case.ts";

const guide = "CloudFront: how long content stays in the cache";

/** @param seconds that it is fresh */
function lasts(name: string, rule: string, lines: readonly string[], seconds: number): Case {
  return { name, rule, origin: lines, steps: freshFor(seconds) };
}

/** How long a status is fresh that comes without a word, in a cache with a default TTL of 100 seconds. */
const withoutWord: readonly [status: number, cloudfront: number, strict: number][] = [
  [200, 100, 100],
  [201, 100, 0],
  [203, 100, 100],
  [204, 100, 100],
  [300, 100, 100],
  [301, 100, 100],
  [302, 100, 0],
  [303, 100, 0],
  [307, 0, 0],
  [308, 0, 100],
  [418, 0, 0],
];

export const freshness: readonly Case[] = [
  ...withoutWord.map(([status, cloudfront, strict]) => {
    const isSame = cloudfront === strict;
    return {
      name: `a ${status} without a word`,
      rule: "RFC 9110 §15.1",
      setting: "default" as const,
      origin: { status },
      steps: isSame ? freshFor(strict) : either(freshFor(cloudfront), freshFor(strict)),
      ...(!isSame && { differs: "CloudFront has its own list of statuses" }),
    };
  }),
  lasts("max-age is how long", "RFC 9111 §5.2.2.1", ["Cache-Control: max-age=10"], 10),
  lasts("max-age=0 is not at all", "RFC 9111 §5.2.2.1", ["Cache-Control: max-age=0"], 0),
  lasts(
    "s-maxage goes before max-age",
    "RFC 9111 §5.2.2.10",
    ["Cache-Control: max-age=10, s-maxage=20"],
    20,
  ),
  lasts(
    "s-maxage goes before a longer max-age",
    "RFC 9111 §5.2.2.10",
    ["Cache-Control: max-age=20, s-maxage=10"],
    10,
  ),
  lasts("s-maxage counts alone", "RFC 9111 §5.2.2.10", ["Cache-Control: s-maxage=10"], 10),
  lasts(
    "s-maxage=0 goes before Expires",
    "RFC 9111 §5.3",
    ["Cache-Control: s-maxage=0", "Expires: {+10}"],
    0,
  ),
  lasts(
    "max-age goes before Expires",
    "RFC 9111 §5.3",
    ["Cache-Control: max-age=10", "Expires: {+20}"],
    10,
  ),
  lasts(
    "max-age goes before an Expires that has passed",
    "RFC 9111 §5.3",
    ["Cache-Control: max-age=10", "Expires: {-20}"],
    10,
  ),
  lasts(
    "max-age=0 goes before Expires",
    "RFC 9111 §5.3",
    ["Cache-Control: max-age=0", "Expires: {+20}"],
    0,
  ),
  lasts("Expires is until when", "RFC 9111 §5.3", ["Expires: {+10}"], 10),
  lasts("Expires counts from Date", "RFC 9111 §4.2.1", ["Date: {+0}", "Expires: {+10}"], 10),
  lasts("an Expires that has passed is not at all", "RFC 9111 §5.3", ["Expires: {-10}"], 0),
  lasts("an Expires at Date is not at all", "RFC 9111 §5.3", ["Date: {+0}", "Expires: {+0}"], 0),
  lasts("Expires: 0 has passed", "RFC 9111 §5.3", ["Expires: 0"], 0),
  {
    name: "an old Date uses up what Expires leaves",
    rule: "RFC 9111 §4.2.3",
    differs: "CloudFront goes by the moment that Expires says, whatever the origin's clock",
    origin: ["Date: {-20}", "Expires: {+10}"],
    steps: either(freshFor(10), freshFor(10)),
  },
  {
    name: "a Date ahead of the edge's clock shortens Expires",
    rule: "RFC 9111 §4.2.1",
    differs: "CloudFront goes by the moment that Expires says, whatever the origin's clock",
    origin: ["Date: {+8}", "Expires: {+10}"],
    steps: either(freshFor(10), freshFor(2)),
  },
  {
    name: "an old Date uses up max-age",
    rule: "RFC 9111 §4.2.3",
    differs: "CloudFront counts from when the response came",
    origin: ["Date: {-4}", "Cache-Control: max-age=10"],
    steps: either(freshFor(10), freshFor(6)),
  },
  {
    name: "Age uses up max-age",
    rule: "RFC 9111 §4.2.3",
    origin: ["Age: 4", "Cache-Control: max-age=10"],
    steps: freshFor(6),
  },
  {
    name: "an Age of as much as max-age is stale",
    rule: "RFC 9111 §4.2",
    origin: ["Age: 10", "Cache-Control: max-age=10"],
    steps: freshFor(0),
  },
  {
    name: "where nothing is said, the default TTL is",
    rule: guide,
    setting: "default",
    steps: freshFor(100),
  },
  {
    name: "where nothing is said and the default TTL is 0, nothing is fresh",
    rule: guide,
    steps: freshFor(0),
  },
  {
    name: "public alone is fresh for the default TTL",
    rule: guide,
    setting: "default",
    origin: ["Cache-Control: public"],
    steps: freshFor(100),
  },
  {
    name: "a tenth of the time since the last change is guessed",
    rule: "RFC 9111 §4.2.2",
    differs: "CloudFront guesses nothing: it has the default TTL",
    setting: "default",
    origin: ["Last-Modified: {-500}"],
    steps: either(
      [{ gets: "new" }, { after: 99, gets: 1 }, { after: 1, gets: "new", asks: true }],
      [{ gets: "new" }, { after: 49, gets: 1 }, { after: 1, gets: "new", asks: true }],
    ),
  },
  {
    name: "nothing is fresh for longer than the maximum TTL",
    rule: guide,
    setting: "default",
    origin: ["Cache-Control: max-age=5000"],
    steps: freshFor(1000),
  },
  {
    name: "Expires is held to the maximum TTL too",
    rule: guide,
    setting: "default",
    origin: ["Expires: {+5000}"],
    steps: freshFor(1000),
  },
  {
    name: "a short max-age is raised to the minimum TTL",
    rule: guide,
    differs: "by the RFC nothing is fresh for longer than its origin says",
    setting: "minimum",
    origin: ["Cache-Control: max-age=10"],
    steps: either(freshFor(60), freshFor(10)),
  },
  {
    name: "an Expires that has passed is raised to the minimum TTL",
    rule: guide,
    differs: "by the RFC nothing is fresh for longer than its origin says",
    setting: "minimum",
    origin: ["Expires: {-10}"],
    steps: either(freshFor(60), freshFor(0)),
  },
  {
    name: "s-maxage is raised to the minimum TTL too",
    rule: guide,
    differs: "by the RFC nothing is fresh for longer than its origin says",
    setting: "minimum",
    origin: ["Cache-Control: s-maxage=10, max-age=500"],
    steps: either(freshFor(60), freshFor(10)),
  },
  {
    name: "s-maxage is held to the maximum TTL too",
    rule: guide,
    setting: "minimum",
    origin: ["Cache-Control: s-maxage=5000"],
    steps: freshFor(1000),
  },
  {
    name: "a max-age beyond all numbers is held to the maximum TTL",
    rule: "RFC 9111 §1.2.2",
    setting: "minimum",
    origin: ["Cache-Control: max-age=99999999999999999999"],
    steps: freshFor(1000),
  },
  {
    name: "the default TTL without a cache policy is a day",
    rule: guide,
    setting: "legacy",
    steps: freshFor(86_400),
  },
  {
    name: "a minimum TTL below what the origin says changes nothing",
    rule: guide,
    setting: "minimum",
    origin: ["Cache-Control: max-age=200"],
    steps: freshFor(200),
  },
  {
    name: "with a minimum TTL, what says nothing is fresh for the default TTL",
    rule: guide,
    setting: "minimum",
    steps: freshFor(100),
  },
  ...(["no-store", "private", "no-cache"] as const).map((directive) => ({
    name: `${directive} is kept for a minimum TTL above 0`,
    rule: guide,
    differs: "the RFC lets no setting override what an origin forbids",
    setting: "minimum" as const,
    origin: [`Cache-Control: ${directive}`],
    steps: either(freshFor(60), freshFor(0)),
  })),
  {
    name: "no-cache is asked about each time",
    rule: "RFC 9111 §5.2.2.4",
    origin: ["Cache-Control: no-cache, max-age=60"],
    steps: freshFor(0),
  },
  {
    name: "must-revalidate shortens nothing",
    rule: "RFC 9111 §5.2.2.2",
    origin: ["Cache-Control: max-age=10, must-revalidate"],
    steps: freshFor(10),
  },
  {
    name: "immutable lengthens nothing",
    rule: guide,
    origin: ["Cache-Control: max-age=10, immutable"],
    steps: freshFor(10),
  },
  {
    name: "Pragma of a response says nothing",
    rule: "RFC 9111 §5.4",
    origin: ["Cache-Control: max-age=10", "Pragma: no-cache"],
    steps: freshFor(10),
  },
  {
    name: "Surrogate-Control says nothing",
    rule: guide,
    origin: ["Surrogate-Control: max-age=60", "Cache-Control: max-age=10"],
    steps: freshFor(10),
  },
];
