/** Asking the origin whether what is kept is still right (RFC 9111 §4.3). */
import { either, type Case, type OriginAnswer } from "../case.ts";

const short = "Cache-Control: max-age=10";
const unchanged = (...lines: string[]): OriginAnswer => ({ status: 304, lines });

export const validation: readonly Case[] = [
  {
    name: "an ETag is asked about",
    rule: "RFC 9111 §4.3.1",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged('ETag: "a"'),
        gets: 1,
        asks: ['If-None-Match: "a"', "If-Modified-Since:"],
      },
    ],
  },
  {
    name: "a weak ETag is asked about as it came",
    rule: "RFC 9111 §4.3.1",
    origin: [short, 'ETag: W/"a"'],
    steps: [
      { gets: "new" },
      { after: 10, origin: unchanged('ETag: W/"a"'), gets: 1, asks: ['If-None-Match: W/"a"'] },
    ],
  },
  {
    name: "Last-Modified is asked about as it came",
    rule: "RFC 9111 §4.3.1",
    origin: [short, "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT"],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged(),
        gets: 1,
        asks: ["If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT", "If-None-Match:"],
      },
    ],
  },
  {
    name: "both validators are asked about",
    rule: "RFC 9111 §4.3.1",
    origin: [short, 'ETag: "a"', "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT"],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged('ETag: "a"'),
        gets: 1,
        asks: ['If-None-Match: "a"', "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT"],
      },
    ],
  },
  {
    name: "without a validator the whole is asked for",
    rule: "RFC 9111 §4.3.1",
    origin: [short],
    steps: [
      { gets: "new" },
      { after: 10, gets: "new", asks: ["If-None-Match:", "If-Modified-Since:"] },
    ],
  },
  {
    name: "another version takes the place of what is kept",
    rule: "RFC 9111 §4.3.3",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      { after: 10, origin: [short, 'ETag: "b"'], gets: "new", asks: ['If-None-Match: "a"'] },
      { gets: 2, has: ['ETag: "b"'] },
      { after: 10, gets: "new", asks: ['If-None-Match: "b"'] },
    ],
  },
  {
    name: "a 304 makes fresh for as long as it says",
    rule: "RFC 9111 §4.3.4",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged('ETag: "a"', "Cache-Control: max-age=50"),
        gets: 1,
        asks: true,
      },
      { after: 49, gets: 1 },
      { after: 1, gets: 1, asks: true },
    ],
  },
  {
    name: "a 304 that says nothing makes fresh for as long as before",
    rule: "RFC 9111 §4.3.4",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      { after: 10, origin: unchanged(), gets: 1, asks: true },
      { after: 9, gets: 1 },
      { after: 1, gets: 1, asks: true },
    ],
  },
  {
    name: "a 304's headers take the place of those that are kept",
    rule: "RFC 9111 §3.2",
    origin: [short, 'ETag: "a"', "X-One: old", "X-Two: old"],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged('ETag: "a"', short, "X-One: new", "X-Three: new"),
        gets: 1,
        asks: true,
        has: ["X-One: new", "X-Two: old", "X-Three: new"],
      },
      { gets: 1, has: ["X-One: new", "X-Two: old", "X-Three: new"] },
    ],
  },
  {
    name: "a 304 changes nothing that the bytes depend on",
    rule: "RFC 9111 §3.2",
    origin: [short, 'ETag: "a"', "Content-Encoding: x-one", "Content-Type: text/one"],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged(
          'ETag: "a"',
          short,
          "Content-Encoding: x-two",
          "Content-Range: bytes 0-1/2",
        ),
        gets: 1,
        asks: true,
        has: ["Content-Encoding: x-one", "Content-Range:", "Content-Length: 15"],
      },
    ],
  },
  {
    name: "a 304 about another version makes ask again without conditions",
    rule: "RFC 9111 §4.3.4",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      // The script answers 304 to whatever is asked, so what comes of the second request is one too.
      {
        after: 10,
        origin: unchanged('ETag: "b"', short),
        gets: "edge",
        status: 304,
        asks: ["If-None-Match:"],
        result: "Miss",
      },
    ],
  },
  {
    name: "a 304 lets what must not be kept go",
    rule: "RFC 9111 §4.3.4",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged('ETag: "a"', "Cache-Control: no-store"),
        gets: 1,
        asks: ['If-None-Match: "a"'],
      },
      { origin: [short], gets: "new", asks: ["If-None-Match:"] },
    ],
  },
  {
    name: "a 304 takes the place of all lines of a header",
    rule: "RFC 9111 §3.2",
    origin: [short, 'ETag: "a"', "X-One: a", "X-One: b"],
    steps: [
      { gets: "new", has: ["X-One: a, b"] },
      {
        after: 10,
        origin: unchanged('ETag: "a"', short, "X-One: c"),
        gets: 1,
        asks: true,
        has: ["X-One: c"],
      },
    ],
  },
  {
    name: "a 304's Age and Date count for what it confirms",
    rule: "RFC 9111 §4.2.3, §4.3.4",
    origin: ["Cache-Control: max-age=100", 'ETag: "a"', "Age: 90"],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged('ETag: "a"', "Age: 60", "Date: {-0}"),
        gets: 1,
        asks: true,
        has: ["Age: 60", "Date: {+0}"],
      },
      { after: 39, gets: 1, has: ["Age: 99"] },
      { after: 1, gets: 1, asks: true },
    ],
  },
  {
    name: "a weak tag in a 304 confirms a strong one",
    rule: "RFC 9111 §4.3.4",
    origin: [short, 'ETag: "a"'],
    steps: [
      { gets: "new" },
      { after: 10, origin: unchanged('ETag: W/"a"', short), gets: 1, asks: true },
      { gets: 1, has: ['ETag: "a"'] },
    ],
  },
  {
    name: "Last-Modified of another time in a 304 makes ask again",
    rule: "RFC 9111 §4.3.4",
    origin: [short, "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT"],
    steps: [
      { gets: "new" },
      {
        after: 10,
        origin: unchanged("Last-Modified: Fri, 02 Jan 2026 00:00:00 GMT"),
        gets: "edge",
        status: 304,
        asks: ["If-Modified-Since:"],
        result: "Miss",
      },
    ],
  },
  {
    name: "no-cache is validated with each request",
    rule: "RFC 9111 §5.2.2.4",
    origin: ["Cache-Control: no-cache", 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        origin: unchanged('ETag: "a"', "Cache-Control: no-cache"),
        gets: 1,
        asks: ['If-None-Match: "a"'],
      },
      { gets: 1, asks: ['If-None-Match: "a"'] },
    ],
  },
  {
    name: "the viewer's validators are not the cache's",
    rule: "CloudFront: conditional requests",
    origin: [short, 'ETag: "a"'],
    steps: [
      { lines: ['If-None-Match: "x"'], gets: "new", asks: ["If-None-Match:"] },
      {
        after: 10,
        lines: ['If-None-Match: "x"'],
        origin: unchanged('ETag: "a"'),
        gets: 1,
        asks: ['If-None-Match: "a"'],
      },
    ],
  },
  {
    name: "where cookies are forwarded, nothing is validated",
    rule: "CloudFront: cache content based on cookies",
    setting: "cookies-forwarded",
    origin: [short, 'ETag: "a"'],
    differs: "RFC 9111 §4.3 knows no such exception",
    steps: [
      { gets: "new" },
      { after: 10, gets: "new", asks: either(["If-None-Match:"], ['If-None-Match: "a"']) },
    ],
  },
  {
    name: "an error is not validated",
    rule: "CloudFront: how CloudFront caches errors",
    differs: "by the RFC an error is a response as any other",
    origin: { status: 404, lines: ['ETag: "a"', "Cache-Control: max-age=20"] },
    steps: [{ gets: "new" }, { after: 20, gets: "new", asks: ["If-None-Match:"] }],
    only: "cloudfront",
  },
  {
    name: "an origin that minds no conditions replaces what is kept",
    rule: "RFC 9111 §4.3.3",
    origin: [short, 'ETag: "a"'],
    steps: [{ gets: "new" }, { after: 10, gets: "new", asks: ['If-None-Match: "a"'] }, { gets: 2 }],
  },
  {
    name: "Vary: * is asked for without conditions",
    rule: "CloudFront: Vary",
    origin: [short, 'ETag: "a"', "Vary: *"],
    steps: [
      { gets: "new", has: either(["Vary:"], ["Vary: *"]) },
      { gets: "new", asks: ["If-None-Match:"] },
    ],
    differs: "CloudFront takes * from what it tells viewers",
  },
];
