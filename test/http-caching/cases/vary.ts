/** Responses that were chosen by more than the key (RFC 9111 §4.1). CloudFront goes by its key alone. */
import { either, type Case, type Step } from "../case.ts";

const fresh = "Cache-Control: max-age=600";
const differs = "CloudFront chooses by its cache key alone";

/** Asks with other lines than what is kept was asked for with. */
function asksOtherwise(
  name: string,
  vary: string,
  first: readonly string[],
  second: readonly string[],
): Case {
  return {
    name,
    rule: "RFC 9111 §4.1",
    differs,
    origin: [fresh, vary],
    steps: [
      { lines: first, gets: "new" },
      { lines: second, gets: either(1, "new") },
    ],
  };
}

function asksAlike(
  name: string,
  vary: string,
  first: readonly string[],
  second: readonly string[],
): Case {
  return {
    name,
    rule: "RFC 9111 §4.1",
    origin: [fresh, vary],
    steps: [
      { lines: first, gets: "new" },
      { lines: second, gets: 1 },
    ],
  };
}

const one: Step = { lines: ["X-Kind: one"], gets: 1 };

export const vary: readonly Case[] = [
  asksAlike("the same value matches", "Vary: X-Kind", ["X-Kind: one"], ["X-Kind: one"]),
  asksOtherwise("another value does not match", "Vary: X-Kind", ["X-Kind: one"], ["X-Kind: two"]),
  asksOtherwise("no value does not match one", "Vary: X-Kind", ["X-Kind: one"], []),
  asksOtherwise("a value does not match none", "Vary: X-Kind", [], ["X-Kind: one"]),
  asksAlike("no value matches none", "Vary: X-Kind", [], []),
  asksOtherwise("an empty value is not none", "Vary: X-Kind", [], ["X-Kind:"]),
  asksAlike("names match in any case", "Vary: x-kIND", ["X-Kind: one"], ["X-KIND: one"]),
  asksOtherwise("values match in their case", "Vary: X-Kind", ["X-Kind: one"], ["X-Kind: One"]),
  asksAlike("what Vary does not name says nothing", "Vary: X-Kind", ["X-Own: a"], ["X-Own: b"]),
  asksAlike(
    "lines are as good as a list",
    "Vary: X-Kind",
    ["X-Kind: one, two"],
    ["X-Kind: one", "X-Kind: two"],
  ),
  asksAlike(
    "space around commas says nothing",
    "Vary: X-Kind",
    ["X-Kind: a,b"],
    ["X-Kind: a ,  b"],
  ),
  asksOtherwise(
    "all that Vary names have to match",
    "Vary: X-Kind, X-Own",
    ["X-Kind: one", "X-Own: a"],
    ["X-Kind: one", "X-Own: b"],
  ),
  asksAlike(
    "the order of headers says nothing",
    "Vary: X-Kind, X-Own",
    ["X-Kind: one", "X-Own: a"],
    ["X-Own: a", "X-Kind: one"],
  ),
  asksOtherwise(
    "the order within a header counts",
    "Vary: X-Kind",
    ["X-Kind: a, b"],
    ["X-Kind: b, a"],
  ),
  asksAlike("empty members of Vary say nothing", "Vary: , X-Kind ,,", ["X-Kind: a"], ["X-Kind: a"]),
  asksAlike(
    "the case of a language says nothing",
    "Vary: Accept-Language",
    ["Accept-Language: en-GB"],
    ["Accept-Language: EN-gb"],
  ),
  ...["*", "X-Kind, *", "*, X-Kind"].map((value) => ({
    name: `Vary: ${value} matches nobody`,
    rule: "RFC 9111 §4.1",
    origin: [fresh, `Vary: ${value}`],
    steps: [{ gets: "new" }, { gets: "new" }] as const,
  })),
  {
    name: "Vary: * is as any other with a minimum TTL",
    rule: "CloudFront: Vary",
    setting: "minimum",
    differs: "by the RFC it matches nobody, whatever the settings",
    origin: [fresh, "Vary: *"],
    steps: [{ gets: "new" }, { gets: either(1, "new") }],
  },
  {
    name: "what two viewers get is kept for both",
    rule: "RFC 9111 §4.1",
    differs,
    origin: [fresh, "Vary: X-Kind"],
    steps: [
      { lines: ["X-Kind: one"], gets: "new" },
      { lines: ["X-Kind: two"], gets: either(1, "new") },
      one,
      { lines: ["X-Kind: two"], gets: either(1, 2) },
    ],
  },
  {
    name: "Vary in several lines is all of them",
    rule: "RFC 9111 §4.1",
    differs,
    origin: [fresh, "Vary: X-Kind", "Vary: X-Own"],
    steps: [
      { lines: ["X-Kind: one", "X-Own: a"], gets: "new" },
      { lines: ["X-Kind: one", "X-Own: b"], gets: either(1, "new") },
      { lines: ["X-Kind: one", "X-Own: a"], gets: 1 },
    ],
  },
  {
    name: "one who asks what nobody has asked is answered with no variant's 304",
    rule: "RFC 9111 §4.3.1",
    only: "strict",
    differs,
    origin: ["Cache-Control: max-age=10", "Vary: X-Kind", 'ETag: "a"'],
    steps: [
      { lines: ["X-Kind: one"], gets: "new" },
      { after: 10, lines: ["X-Kind: two"], gets: "new", asks: ["If-None-Match:"] },
      {
        lines: ["X-Kind: one"],
        origin: { status: 304, lines: ['ETag: "a"'] },
        gets: 1,
        asks: ['If-None-Match: "a"'],
      },
    ],
  },
  {
    name: "the newest of several that match is given",
    rule: "RFC 9111 §4",
    only: "strict",
    differs,
    origin: [fresh, "Vary: X-Kind"],
    steps: [
      { lines: ["X-Kind: one"], gets: "new" },
      { lines: ["X-Kind: two"], after: 1, origin: [fresh], gets: "new" },
      { lines: ["X-Kind: one"], gets: 2 },
    ],
  },
  {
    name: "viewers are told of what the origin could choose by",
    rule: "CloudFront: Vary",
    origin: [fresh, "Vary: X-Kind, Accept-Encoding, Cookie"],
    steps: [{ gets: "new", has: ["Vary: X-Kind, Accept-Encoding, Cookie"] }],
  },
  {
    name: "viewers are not told of what the origin never gets",
    rule: "CloudFront: Vary",
    setting: "forwards-nothing",
    differs: "the RFC has a cache pass on what it was told",
    origin: [fresh, "Vary: X-Kind, Accept-Encoding, Cookie"],
    steps: [
      {
        gets: "new",
        has: either(["Vary: Accept-Encoding, Cookie"], ["Vary: X-Kind, Accept-Encoding, Cookie"]),
      },
    ],
  },
];
