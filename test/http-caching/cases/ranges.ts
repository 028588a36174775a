/** Parts of objects (RFC 9110 §14, RFC 9111 §3.3, §3.4), from what is kept and through what is not. */
import { type Case, type OriginAnswer, type Step } from "../case.ts";

const fresh = "Cache-Control: max-age=600";
const digits = "0123456789";
const whole: OriginAnswer = { lines: [fresh, 'ETag: "a"'], body: digits };

function ofKept(range: string, body: string, first: number, rule = "RFC 9110 §14.1.2"): Case {
  const last = first + body.length - 1;
  return {
    name: `${range} of ten kept bytes is ${body}`,
    rule,
    origin: whole,
    steps: [
      { gets: "new" },
      {
        lines: [`Range: bytes=${range}`],
        gets: 1,
        status: 206,
        body,
        has: [
          `Content-Range: bytes ${first}-${last}/10`,
          `Content-Length: ${body.length}`,
          'ETag: "a"',
        ],
      },
    ],
  };
}

function ignored(range: string, rule: string): Case {
  return {
    name: `Range: ${range} gets the whole`,
    rule,
    origin: whole,
    steps: [{ gets: "new" }, { lines: [`Range: ${range}`], gets: 1, has: ["Content-Range:"] }],
  };
}

function unsatisfiable(range: string): Case {
  return {
    name: `${range} of ten kept bytes is 416`,
    rule: "RFC 9110 §15.5.17",
    origin: whole,
    steps: [
      { gets: "new" },
      {
        lines: [`Range: bytes=${range}`],
        gets: 1,
        status: 416,
        body: "",
        has: ["Content-Range: bytes */10"],
      },
    ],
  };
}

function ifRange(condition: string, isCurrent: boolean, origin: OriginAnswer = whole): Case {
  const lines = ["Range: bytes=2-4", `If-Range: ${condition}`];
  const part: Step = { lines, gets: 1, status: 206, body: "234" };
  const validators = (origin.lines ?? []).slice(1).join(" and ");
  return {
    name: `If-Range: ${condition} of what has ${validators} gets the ${isCurrent ? "part" : "whole"}`,
    rule: "RFC 9110 §13.1.5",
    origin,
    steps: [{ gets: "new" }, isCurrent ? part : { lines, gets: 1, has: ["Content-Range:"] }],
  };
}

const day = "Thu, 01 Jan 2026 00:00:00 GMT";
const part: OriginAnswer = {
  status: 206,
  lines: [fresh, 'ETag: "a"', "Content-Range: bytes 2-5/10"],
  body: "2345",
};

export const ranges: readonly Case[] = [
  ofKept("0-0", "0", 0),
  ofKept("2-4", "234", 2),
  ofKept("7-", "789", 7),
  ofKept("-3", "789", 7),
  ofKept("-99", digits, 0),
  ofKept("8-99", "89", 8),
  ofKept("0-9", digits, 0),
  ignored("lines=0-1", "RFC 9110 §14.2"),
  ignored("bytes=4-2", "RFC 9110 §14.1.1"),
  ignored("bytes=a-b", "RFC 9110 §14.2"),
  ignored("bytes=2-3,0-1", "CloudFront: range GETs"),
  ignored("bytes=0-3,2-5", "CloudFront: range GETs"),
  unsatisfiable("10-"),
  unsatisfiable("99-100"),
  unsatisfiable("-0"),
  ifRange('"a"', true),
  ifRange('"x"', false),
  ifRange('W/"a"', false),
  ifRange('W/"a"', false, { lines: [fresh, 'ETag: W/"a"'], body: digits }),
  ifRange(day, true, { lines: [fresh, `Last-Modified: ${day}`], body: digits }),
  ifRange("Fri, 02 Jan 2026 00:00:00 GMT", false, {
    lines: [fresh, `Last-Modified: ${day}`],
    body: digits,
  }),
  {
    name: "HEAD knows no ranges",
    rule: "RFC 9110 §14.2",
    origin: whole,
    steps: [{ gets: "new" }, { method: "HEAD", lines: ["Range: bytes=2-4"], gets: 1, status: 200 }],
  },
  {
    name: "If-None-Match goes before Range",
    rule: "RFC 9110 §13.2.2",
    origin: whole,
    steps: [
      { gets: "new" },
      { lines: ["Range: bytes=2-4", 'If-None-Match: "a"'], gets: 1, status: 304 },
    ],
  },
  {
    name: "a Range goes to the origin where nothing is kept",
    rule: "CloudFront: range GETs",
    origin: part,
    steps: [
      {
        lines: ["Range: bytes=2-5"],
        gets: "new",
        body: "2345",
        asks: ["Range: bytes=2-5"],
        has: ["Content-Range: bytes 2-5/10"],
      },
    ],
  },
  {
    name: "a kept part answers who wants the same part",
    rule: "RFC 9111 §3.3",
    origin: part,
    steps: [
      { lines: ["Range: bytes=2-5"], gets: "new", body: "2345" },
      { lines: ["Range: bytes=2-5"], gets: 1, body: "2345", has: ["Content-Range: bytes 2-5/10"] },
    ],
  },
  {
    name: "a kept part answers who wants a part of it",
    rule: "RFC 9111 §3.3",
    origin: part,
    steps: [
      { lines: ["Range: bytes=2-5"], gets: "new", body: "2345" },
      {
        lines: ["Range: bytes=3-4"],
        gets: 1,
        body: "34",
        has: ["Content-Range: bytes 3-4/10", "Content-Length: 2"],
      },
    ],
  },
  {
    name: "a kept part does not answer who wants more",
    rule: "RFC 9111 §3.3",
    origin: part,
    steps: [
      { lines: ["Range: bytes=2-5"], gets: "new", body: "2345" },
      {
        lines: ["Range: bytes=4-7"],
        origin: {
          ...part,
          lines: [fresh, 'ETag: "a"', "Content-Range: bytes 4-7/10"],
          body: "4567",
        },
        gets: "new",
        body: "4567",
        asks: ["Range: bytes=4-7"],
      },
    ],
  },
  {
    name: "a kept part does not answer who wants the whole",
    rule: "RFC 9111 §3.3",
    origin: part,
    steps: [
      { lines: ["Range: bytes=2-5"], gets: "new", body: "2345" },
      { origin: whole, gets: "new", asks: ["Range:"] },
      { gets: 2 },
    ],
  },
  {
    name: "a part that has expired is fetched anew",
    rule: "RFC 9111 §4",
    origin: { ...part, lines: ["Cache-Control: max-age=10", "Content-Range: bytes 2-5/10"] },
    steps: [
      { lines: ["Range: bytes=2-5"], gets: "new", body: "2345" },
      {
        after: 10,
        lines: ["Range: bytes=2-5"],
        gets: "new",
        body: "2345",
        asks: ["Range: bytes=2-5"],
      },
    ],
  },
  {
    name: "an origin that knows no ranges gives the whole, which is kept",
    rule: "CloudFront: range GETs",
    origin: whole,
    steps: [
      { lines: ["Range: bytes=2-4"], gets: "new", status: 200, body: digits },
      { lines: ["Range: bytes=2-4"], gets: 1, status: 206, body: "234" },
      { gets: 1 },
    ],
  },
  {
    name: "an origin's 416 answers nobody else",
    rule: "RFC 9110 §15.5.17",
    origin: { status: 416, lines: ["Cache-Control: max-age=600", "Content-Range: bytes */10"] },
    steps: [
      { lines: ["Range: bytes=20-"], gets: "new" },
      { origin: whole, gets: "new" },
    ],
  },
  {
    name: "an origin's 416 is not kept",
    rule: "CloudFront: how CloudFront caches errors",
    origin: { status: 416, lines: ["Cache-Control: max-age=600", "Content-Range: bytes */10"] },
    steps: [
      { lines: ["Range: bytes=20-"], gets: "new" },
      { lines: ["Range: bytes=20-"], gets: "new" },
    ],
  },
  {
    name: "a 206 whose length is not what its Content-Range says is refused",
    rule: "CloudFront: range GETs",
    origin: { ...part, lines: [fresh, "Content-Range: bytes 2-6/10"] },
    steps: [{ lines: ["Range: bytes=2-6"], gets: "edge", status: 502, asks: true }],
  },
];
