/** What an origin says to a CDN alone (RFC 9213). CloudFront passes it on. */
import { either, freshFor, type Case } from "../case.ts";

const rule = "RFC 9213 §2";
const differs = "CloudFront's guide knows no CDN-Cache-Control";

/** @param seconds of freshness, in either reading */
function says(name: string, lines: readonly string[], cloudfront: number, strict: number): Case {
  const isSame = cloudfront === strict;
  const steps = isSame ? freshFor(strict) : either(freshFor(cloudfront), freshFor(strict));
  return { name, rule, origin: lines, steps, ...(!isSame && { differs }) };
}

export const targeted: readonly Case[] = [
  says("CDN-Cache-Control alone counts", ["CDN-Cache-Control: max-age=20"], 0, 20),
  says(
    "CDN-Cache-Control goes before a shorter Cache-Control",
    ["CDN-Cache-Control: max-age=20", "Cache-Control: max-age=10"],
    10,
    20,
  ),
  says(
    "CDN-Cache-Control goes before a longer Cache-Control",
    ["CDN-Cache-Control: max-age=10", "Cache-Control: max-age=20"],
    20,
    10,
  ),
  says(
    "CDN-Cache-Control goes before Cache-Control's no-store",
    ["CDN-Cache-Control: max-age=10", "Cache-Control: no-store"],
    0,
    10,
  ),
  says(
    "CDN-Cache-Control can forbid what Cache-Control allows",
    ["CDN-Cache-Control: no-store", "Cache-Control: max-age=10"],
    10,
    0,
  ),
  says(
    "CDN-Cache-Control can make private what Cache-Control does not",
    ["CDN-Cache-Control: private", "Cache-Control: max-age=10"],
    10,
    0,
  ),
  says(
    "CDN-Cache-Control goes before Expires",
    ["CDN-Cache-Control: max-age=20", "Expires: {+10}"],
    10,
    20,
  ),
  says(
    "a CDN-Cache-Control that is no dictionary says nothing",
    ["CDN-Cache-Control: max-age=20, =", "Cache-Control: max-age=10"],
    10,
    10,
  ),
  says(
    "an empty CDN-Cache-Control says nothing",
    ["CDN-Cache-Control:", "Cache-Control: max-age=10"],
    10,
    10,
  ),
  {
    name: "CDN-Cache-Control is passed on",
    rule: "RFC 9213 §2.1",
    origin: ["CDN-Cache-Control: max-age=20", "Cache-Control: max-age=20"],
    steps: [
      { gets: "new", has: ["CDN-Cache-Control: max-age=20"] },
      { gets: 1, has: ["CDN-Cache-Control: max-age=20"] },
    ],
  },
];
