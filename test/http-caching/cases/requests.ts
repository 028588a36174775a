/** What viewers ask of a cache (RFC 9111 §5.2.1, §5.4). CloudFront answers from its cache whatever they say. */
import { either, type Case, type Step } from "../case.ts";

const differs = "CloudFront lets no viewer say what is answered from its cache";
const fresh = ["Cache-Control: max-age=600", "Age: 100"];

/** Asks with lines for what has been kept for 50 seconds, is 150 old, and fresh for 450 more. */
function asking(name: string, rule: string, lines: readonly string[], isGiven: boolean): Case {
  const gives: Step = { after: 50, lines, gets: 1 };
  if (isGiven) return { name, rule, origin: fresh, steps: [{ gets: "new" }, gives] };
  return {
    name,
    rule,
    differs,
    origin: fresh,
    steps: either([{ gets: "new" }, gives], [{ gets: "new" }, { ...gives, gets: "new" }]),
  };
}

export const requests: readonly Case[] = [
  asking("no-cache wants it asked about", "RFC 9111 §5.2.1.4", ["Cache-Control: no-cache"], false),
  asking("no-store wants nothing kept", "RFC 9111 §5.2.1.5", ["Cache-Control: no-store"], false),
  asking("max-age=0 wants it new", "RFC 9111 §5.2.1.1", ["Cache-Control: max-age=0"], false),
  asking("max-age wants nothing older", "RFC 9111 §5.2.1.1", ["Cache-Control: max-age=149"], false),
  asking("max-age takes what is as old", "RFC 9111 §5.2.1.1", ["Cache-Control: max-age=150"], true),
  asking("min-fresh wants it longer", "RFC 9111 §5.2.1.3", ["Cache-Control: min-fresh=451"], false),
  asking("min-fresh takes what lasts", "RFC 9111 §5.2.1.3", ["Cache-Control: min-fresh=450"], true),
  asking(
    "only-if-cached takes what is kept",
    "RFC 9111 §5.2.1.7",
    ["Cache-Control: only-if-cached"],
    true,
  ),
  asking("max-stale takes what is fresh", "RFC 9111 §5.2.1.2", ["Cache-Control: max-stale"], true),
  asking(
    "no-transform takes what is kept",
    "RFC 9111 §5.2.1.6",
    ["Cache-Control: no-transform"],
    true,
  ),
  asking("what nobody knows says nothing", "RFC 9111 §5.2.3", ["Cache-Control: x-own=1"], true),
  asking("Pragma: no-cache is no-cache", "RFC 9111 §5.4", ["Pragma: no-cache"], false),
  asking("Pragma says nothing else", "RFC 9111 §5.4", ["Pragma: x-own"], true),
  asking(
    "Pragma says nothing beside Cache-Control",
    "RFC 9111 §5.4",
    ["Pragma: no-cache", "Cache-Control: x-own=1"],
    true,
  ),
  {
    name: "only-if-cached is 504 where nothing is kept",
    rule: "RFC 9111 §5.2.1.7",
    differs,
    steps: either(
      [{ lines: ["Cache-Control: only-if-cached"], gets: "new" }],
      [{ lines: ["Cache-Control: only-if-cached"], gets: "edge", status: 504 }],
    ),
  },
  {
    name: "no-cache validates what is kept",
    rule: "RFC 9111 §5.2.1.4",
    only: "strict",
    differs,
    origin: ["Cache-Control: max-age=600", 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        lines: ["Cache-Control: no-cache"],
        origin: { status: 304, lines: ['ETag: "a"'] },
        gets: 1,
        asks: ['If-None-Match: "a"'],
      },
    ],
  },
  {
    name: "what no-cache fetched answers those who follow",
    rule: "RFC 9111 §4",
    only: "strict",
    differs,
    origin: ["Cache-Control: max-age=600"],
    steps: [{ gets: "new" }, { lines: ["Cache-Control: no-cache"], gets: "new" }, { gets: 2 }],
  },
  {
    name: "max-stale gets nothing that is stale",
    rule: "RFC 9111 §5.2.1.2",
    origin: ["Cache-Control: max-age=10"],
    steps: [{ gets: "new" }, { after: 20, lines: ["Cache-Control: max-stale=600"], gets: "new" }],
  },
  {
    name: "Cache-Control and Pragma reach the origin",
    rule: "CloudFront: request headers",
    steps: [
      {
        lines: ["Cache-Control: no-cache", "Pragma: no-cache"],
        gets: "new",
        asks: ["Cache-Control: no-cache", "Pragma: no-cache"],
      },
    ],
  },
];
