/** What viewers ask on a condition (RFC 9110 §13), of what is kept and of what is not. */
import { type Case, type Step } from "../case.ts";

const fresh = "Cache-Control: max-age=600";
const day = "Thu, 01 Jan 2026 00:00:00 GMT";
const dayBefore = "Wed, 31 Dec 2025 00:00:00 GMT";
const dayAfter = "Fri, 02 Jan 2026 00:00:00 GMT";
const both = [fresh, 'ETag: "a"', `Last-Modified: ${day}`];

/** What comes of conditions on something that is kept, and on the same when it has to be fetched. */
function onKept(
  lines: readonly string[],
  status: number,
  rule: string,
  origin: readonly string[] = both,
): Case[] {
  const has = status === 304 ? ["Content-Length:"] : [];
  const kept: Step =
    status === 412 ? { lines, gets: 1, status, body: "" } : { lines, gets: 1, status, has };
  const fetched: Step =
    status === 412
      ? { lines, gets: "new", status, body: "" }
      : { lines, gets: "new", status, has, result: "Miss" };
  const validators = origin.slice(1).join(" and ");
  const what = `${lines.join(" and ")} of what has ${validators === "" ? "no validators" : validators}`;
  return [
    { name: `${what} is ${status}, kept`, rule, origin, steps: [{ gets: "new" }, kept] },
    { name: `${what} is ${status}, fetched`, rule, origin, steps: [fetched] },
  ];
}

const noneMatch = "RFC 9110 §13.1.2";
const modified = "RFC 9110 §13.1.3";
const match = "RFC 9110 §13.1.1";
const unmodified = "RFC 9110 §13.1.4";
const order = "RFC 9110 §13.2.2";
const weak = [fresh, 'ETag: W/"a"'];

export const conditions: readonly Case[] = [
  ...onKept(['If-None-Match: "a"'], 304, noneMatch),
  ...onKept(['If-None-Match: W/"a"'], 304, noneMatch),
  ...onKept(['If-None-Match: "x", "a" , "y"'], 304, noneMatch),
  ...onKept(['If-None-Match: "x"', 'If-None-Match: "a"'], 304, noneMatch),
  ...onKept(["If-None-Match: *"], 304, noneMatch),
  ...onKept(['If-None-Match: "x"'], 200, noneMatch),
  ...onKept(['If-None-Match: "A"'], 200, noneMatch),
  ...onKept(['If-None-Match: "a"'], 304, noneMatch, weak),
  ...onKept(['If-None-Match: W/"a"'], 304, noneMatch, weak),
  ...onKept(['If-None-Match: "a"'], 200, noneMatch, [fresh]),
  ...onKept([`If-Modified-Since: ${day}`], 304, modified),
  ...onKept([`If-Modified-Since: ${dayAfter}`], 304, modified),
  ...onKept([`If-Modified-Since: ${dayBefore}`], 200, modified),
  ...onKept(["If-Modified-Since: yesterday"], 200, modified),
  ...onKept([`If-Modified-Since: ${day}`, 'If-None-Match: "x"'], 200, order),
  ...onKept([`If-Modified-Since: ${dayBefore}`, 'If-None-Match: "a"'], 304, order),
  ...onKept(['If-Match: "a"'], 200, match),
  ...onKept(["If-Match: *"], 200, match),
  ...onKept(['If-Match: "x"'], 412, match),
  ...onKept(['If-Match: W/"a"'], 412, match),
  ...onKept(['If-Match: W/"a"'], 412, match, weak),
  ...onKept([`If-Unmodified-Since: ${day}`], 200, unmodified),
  ...onKept([`If-Unmodified-Since: ${dayBefore}`], 412, unmodified),
  ...onKept(["If-Unmodified-Since: yesterday"], 200, unmodified),
  ...onKept([`If-Unmodified-Since: ${dayBefore}`, 'If-Match: "a"'], 200, order),
  ...onKept(['If-Match: "a"', 'If-None-Match: "a"'], 304, order),
  ...onKept(['If-Match: "x"', 'If-None-Match: "a"'], 412, order),
  {
    name: "a 304 tells what a 200 would have told of the object",
    rule: "RFC 9110 §15.4.5",
    origin: [...both, "Expires: {+600}", "Content-Location: /x"],
    steps: [
      { gets: "new" },
      {
        after: 5,
        lines: ['If-None-Match: "a"'],
        gets: 1,
        status: 304,
        has: [
          'ETag: "a"',
          fresh,
          "Age: 5",
          "Expires: {+595}",
          "Content-Location: /x",
          "Date: {-5}",
        ],
      },
    ],
  },
  {
    name: "HEAD on a condition is 304 too",
    rule: "RFC 9110 §13.2.2",
    origin: both,
    steps: [
      { gets: "new" },
      { method: "HEAD", lines: ['If-None-Match: "a"'], gets: 1, status: 304 },
    ],
  },
  {
    name: "a condition on an error says nothing",
    rule: "RFC 9110 §13.2.1",
    origin: { status: 404, lines: ['ETag: "a"', "Cache-Control: max-age=60"] },
    steps: [{ gets: "new" }, { lines: ['If-None-Match: "a"'], gets: 1 }],
  },
  {
    name: "where nothing is kept, conditions go to the origin as they are",
    rule: "CloudFront: conditional requests",
    setting: "off",
    origin: { status: 304, lines: ['ETag: "a"'] },
    steps: [
      {
        lines: ['If-None-Match: "a"'],
        gets: "edge",
        status: 304,
        asks: ['If-None-Match: "a"'],
        result: "Miss",
      },
    ],
  },
  {
    name: "a condition on a PUT goes to the origin",
    rule: "RFC 9110 §13.1.1",
    origin: { status: 412 },
    steps: [{ method: "PUT", lines: ['If-Match: "a"'], gets: "new", asks: ['If-Match: "a"'] }],
  },
];
