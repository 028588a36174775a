/** How long an origin's errors are kept: CloudFront's minimum of ten seconds, or what the RFC lets be kept. */
import { either, freshFor, type Case } from "../case.ts";

const guide = "CloudFront: how CloudFront caches errors";
const differs = "the RFC keeps what the origin says, and guesses for few statuses";

function lasts(status: number, lines: readonly string[], cloudfront: number, strict: number): Case {
  const isSame = cloudfront === strict;
  const said = lines.length === 0 ? "nothing" : lines.join(" and ");
  return {
    name: `a ${status} that says ${said}`,
    rule: guide,
    origin: { status, lines },
    steps: isSame ? freshFor(strict) : either(freshFor(cloudfront), freshFor(strict)),
    ...(!isSame && { differs }),
  };
}

export const errors: readonly Case[] = [
  lasts(404, [], 10, 10),
  lasts(410, [], 10, 10),
  lasts(501, [], 0, 0),
  lasts(500, [], 10, 0),
  lasts(502, [], 10, 0),
  lasts(503, [], 10, 0),
  lasts(504, [], 30, 0),
  lasts(400, [], 0, 0),
  lasts(403, [], 0, 0),
  lasts(405, [], 0, 10),
  lasts(429, [], 0, 0),
  lasts(404, ["Cache-Control: max-age=60"], 60, 60),
  lasts(404, ["Cache-Control: max-age=5"], 10, 5),
  lasts(404, ["Expires: {+60}"], 60, 60),
  lasts(503, ["Cache-Control: s-maxage=60"], 60, 60),
  lasts(403, ["Cache-Control: max-age=60"], 60, 60),
  lasts(403, ["Expires: {+60}"], 0, 60),
  lasts(429, ["Cache-Control: max-age=60"], 0, 60),
  lasts(404, ["Cache-Control: no-store"], 0, 0),
  lasts(404, ["Cache-Control: private"], 0, 0),
  lasts(404, ["Cache-Control: no-cache"], 0, 0),
  lasts(500, ["Cache-Control: no-store"], 10, 0),
  lasts(502, ["Cache-Control: private"], 10, 0),
  lasts(416, ["Cache-Control: max-age=60"], 0, 0),
  {
    name: "a kept error tells its age",
    rule: guide,
    origin: { status: 404 },
    steps: [
      { gets: "new", has: ["Age:"] },
      { after: 4, gets: 1, has: ["Age: 4"] },
    ],
  },
  {
    name: "where all TTLs are 0 no error is kept",
    rule: guide,
    setting: "off",
    origin: { status: 404 },
    steps: freshFor(0),
  },
  {
    name: "an error is kept for no longer than the maximum TTL",
    rule: guide,
    setting: "default",
    origin: { status: 404, lines: ["Cache-Control: max-age=5000"] },
    steps: freshFor(1000),
  },
  {
    name: "an error whose page is shown is kept for its minimum TTL",
    rule: "CloudFront: custom error responses",
    origin: { status: 414 },
    steps: [
      { gets: "edge", status: 200, body: "a page", asks: true, result: "Error" },
      { after: 19, gets: "edge", status: 200, body: "a page", result: "Error" },
      { after: 1, gets: "edge", status: 200, body: "a page", asks: true, result: "Error" },
    ],
  },
  {
    name: "an error takes the place of nothing that is fresh",
    rule: "RFC 9111 §4",
    origin: ["Cache-Control: max-age=60"],
    steps: [{ gets: "new" }, { origin: { status: 500 }, gets: 1 }],
  },
];
