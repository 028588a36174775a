/** Which responses are kept (RFC 9111 §3), and which of their headers (§3.1). */
import { either, type Case } from "../case.ts";

const guide = "CloudFront: how long content stays in the cache";

const hit = [{ gets: "new" }, { gets: 1 }] as const;
const miss = [{ gets: "new" }, { gets: "new" }] as const;

function kept(status: number, lines: readonly string[] = ["Cache-Control: max-age=60"]): Case {
  return {
    name: `a ${status} that says how long is kept`,
    rule: "RFC 9111 §3",
    origin: { status, lines },
    steps: hit,
  };
}

export const storing: readonly Case[] = [
  {
    name: "what says that it is fresh is kept",
    rule: "RFC 9111 §3",
    origin: ["Cache-Control: max-age=60"],
    steps: [{ gets: "new" }, { gets: 1, has: ["Age: 0"] }],
  },
  {
    name: "no-store is not kept",
    rule: "RFC 9111 §5.2.2.5",
    origin: ["Cache-Control: no-store, max-age=60"],
    steps: miss,
  },
  {
    name: "no-store leaves alone what is kept and fresh",
    rule: "RFC 9111 §5.2.2.5",
    origin: ["Cache-Control: max-age=60"],
    steps: [{ gets: "new" }, { origin: ["Cache-Control: no-store"], gets: 1 }],
  },
  {
    name: "private is not kept",
    rule: "RFC 9111 §5.2.2.7",
    origin: ["Cache-Control: private, max-age=60"],
    steps: miss,
  },
  {
    name: "s-maxage does not make private any less so",
    rule: "RFC 9111 §5.2.2.7",
    origin: ["Cache-Control: private, s-maxage=60"],
    steps: miss,
  },
  {
    name: "the fields that private names are for one viewer, the rest is kept",
    rule: "RFC 9111 §5.2.2.7",
    origin: ['Cache-Control: max-age=60, private="X-Mine"', "X-Mine: one", "X-Theirs: all"],
    steps: [
      { gets: "new", has: ["X-Mine: one"] },
      { gets: 1, has: ["X-Mine:", "X-Theirs: all"] },
    ],
  },
  {
    name: "the fields that no-cache names are not given again, the rest is",
    rule: "RFC 9111 §5.2.2.4",
    origin: [
      'Cache-Control: max-age=60, no-cache="X-Mine, X-Other"',
      "X-Mine: one",
      "X-Other: two",
    ],
    steps: [
      { gets: "new", has: ["X-Mine: one", "X-Other: two"] },
      { gets: 1, has: ["X-Mine:", "X-Other:"] },
    ],
  },
  {
    name: "what was asked for with no-store is kept for nobody",
    rule: "RFC 9111 §5.2.1.5",
    differs: "CloudFront lets no viewer say what is kept",
    origin: ["Cache-Control: max-age=60"],
    steps: [{ lines: ["Cache-Control: no-store"], gets: "new" }, { gets: either(1, "new") }],
  },
  {
    name: "an answer to credentials is for nobody else",
    rule: "RFC 9111 §3.5",
    differs: "CloudFront keeps it unless Authorization is in the key",
    origin: ["Cache-Control: max-age=60"],
    steps: [{ lines: ["Authorization: Basic abc"], gets: "new" }, { gets: either(1, "new") }],
  },
  ...["public", "must-revalidate", "s-maxage=60"].map((directive) => ({
    name: `an answer to credentials with ${directive} is for all`,
    rule: "RFC 9111 §3.5",
    origin: [`Cache-Control: max-age=60, ${directive}`],
    steps: [{ lines: ["Authorization: Basic abc"], gets: "new" }, { gets: 1 }] as const,
  })),
  {
    name: "who sends credentials gets what everybody gets, while it is fresh",
    rule: "RFC 9111 §4",
    origin: ["Cache-Control: max-age=60"],
    steps: [{ gets: "new" }, { lines: ["Authorization: Basic abc"], gets: 1 }],
  },
  ...[200, 203, 204, 299, 300, 301, 302, 303, 307, 308, 399].map((status) => kept(status)),
  {
    name: "a 206 that nobody asked for is not kept",
    rule: "RFC 9111 §3.3",
    origin: {
      status: 206,
      lines: ["Cache-Control: max-age=60", "Content-Range: bytes 0-3/10"],
      body: "0123",
    },
    steps: miss,
  },
  {
    name: "a 307 is kept only where its origin says how",
    rule: guide,
    setting: "default",
    differs: "307 is no status that RFC 9110 lets be kept without a word",
    origin: { status: 307, lines: ["Location: /else"] },
    steps: miss,
    only: "cloudfront",
  },
  {
    name: "a 302 without a word is kept for the default TTL",
    rule: guide,
    setting: "default",
    differs: "302 is no status that RFC 9110 §15.1 lets be kept without a word",
    origin: { status: 302, lines: ["Location: /else"] },
    steps: either(hit, miss),
  },
  {
    name: "must-understand lets what no-store forbids be kept, of a status that is understood",
    rule: "RFC 9111 §5.2.2.3",
    differs: "CloudFront's guide knows no must-understand",
    origin: ["Cache-Control: max-age=60, must-understand, no-store"],
    steps: either(miss, hit),
  },
  {
    name: "must-understand forbids to keep a status that is not understood",
    rule: "RFC 9111 §5.2.2.3",
    differs: "CloudFront's guide knows no must-understand",
    origin: { status: 299, lines: ["Cache-Control: max-age=60, must-understand"] },
    steps: either(hit, miss),
  },
  {
    name: "what a broken connection cuts short is not kept",
    rule: "RFC 9111 §3.3",
    origin: { lines: ["Cache-Control: max-age=60"], body: "0123456789", fails: "breaks-off" },
    steps: [
      { gets: "new", body: "01234" },
      { origin: ["Cache-Control: max-age=60"], gets: "new" },
    ],
  },
  {
    name: "what comes in chunks is kept, and given in chunks",
    rule: "CloudFront: transfer encoding",
    origin: { lines: ["Cache-Control: max-age=60"], ends: "with-a-chunk" },
    steps: [{ gets: "new" }, { gets: 1, has: ["Transfer-Encoding: chunked"] }],
  },
  {
    name: "what ends with the connection is kept",
    rule: "CloudFront: dropped TCP connections",
    origin: { lines: ["Cache-Control: max-age=60"], ends: "with-the-connection" },
    steps: hit,
  },
  {
    name: "chunks that break off are not kept",
    rule: "RFC 9111 §3.3",
    origin: {
      lines: ["Cache-Control: max-age=60", "Transfer-Encoding: chunked"],
      body: "0123456789",
      ends: "with-a-chunk",
      fails: "breaks-off",
    },
    steps: [
      { version: "1.0", gets: "new", body: "01234" },
      { origin: ["Cache-Control: max-age=60"], gets: "new" },
    ],
  },
  {
    name: "a 103 goes before the response, and is not kept",
    rule: "RFC 9110 §15.2",
    differs: "CloudFront's guide forwards no 103",
    origin: { lines: ["Cache-Control: max-age=60"], hints: { link: "</a>; rel=preload" } },
    steps: [{ gets: "new", isHinted: either(false, true) }, { gets: 1 }],
  },
  {
    name: "headers come from the cache as they came from the origin",
    rule: "RFC 9111 §3.1",
    origin: ["Cache-Control: max-age=60", "X-Any: a", "Content-Type: text/x", "Set-Thing: b;c"],
    steps: [
      { gets: "new" },
      { gets: 1, has: ["X-Any: a", "Content-Type: text/x", "Set-Thing: b;c"] },
    ],
  },
  {
    name: "what is about the connection is not kept",
    rule: "RFC 9111 §3.1",
    origin: [
      "Cache-Control: max-age=60",
      "Connection: X-Hop",
      "X-Hop: one",
      "Keep-Alive: timeout=5",
    ],
    steps: [
      { gets: "new", has: ["X-Hop:"] },
      { gets: 1, has: ["X-Hop:", "Keep-Alive:"] },
    ],
  },
  {
    name: "Cache-Control and Expires reach the viewer as the origin wrote them",
    rule: guide,
    setting: "minimum",
    origin: ["Cache-Control: max-age=600, x-own=1", "Expires: {+600}"],
    steps: [
      { gets: "new", has: ["Cache-Control: max-age=600, x-own=1", "Expires: {+600}"] },
      { after: 5, gets: 1, has: ["Cache-Control: max-age=600, x-own=1", "Expires: {+595}"] },
    ],
  },
  {
    name: "cookies that the origin never gets are not set either",
    rule: "CloudFront: cache content based on cookies",
    origin: ["Cache-Control: max-age=60", "Set-Cookie: a=1"],
    steps: [
      { gets: "new", has: ["Set-Cookie:"] },
      { gets: 1, has: ["Set-Cookie:"] },
    ],
  },
  {
    name: "where cookies are forwarded, Set-Cookie is kept with the object",
    rule: "CloudFront: cache content based on cookies",
    setting: "cookies-forwarded",
    origin: ["Cache-Control: max-age=60", "Set-Cookie: a=1"],
    steps: [
      { gets: "new", has: ["Set-Cookie: a=1"] },
      { gets: 1, has: ["Set-Cookie: a=1"] },
    ],
  },
  {
    name: 'no-cache="Set-Cookie" keeps a cookie to who asked for it',
    rule: "CloudFront: cache content based on cookies",
    setting: "cookies-forwarded",
    origin: ['Cache-Control: max-age=60, no-cache="Set-Cookie"', "Set-Cookie: a=1"],
    steps: [
      { gets: "new", has: ["Set-Cookie: a=1"] },
      { gets: 1, has: ["Set-Cookie:"] },
    ],
  },
  {
    name: "nothing is kept where all TTLs are 0",
    rule: guide,
    setting: "off",
    origin: ["Cache-Control: max-age=60"],
    steps: miss,
  },
];
