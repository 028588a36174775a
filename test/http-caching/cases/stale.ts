/** When a stale response is given (RFC 9111 §4.2.4, RFC 5861), and when CloudFront gives one. */
import { either, type Case, type OriginAnswer } from "../case.ts";

const guide = "CloudFront: serve stale content";
const down: OriginAnswer = { fails: "refuses" };
const broken: OriginAnswer = { status: 500 };

/** What stands in for a failing origin, or not. */
const standsIn = (after = 20, origin: OriginAnswer = broken) =>
  [{ gets: "new" }, { after, origin, gets: 1, asks: true }] as const;
const standsInNot = (after = 20, origin: OriginAnswer = broken) =>
  [{ gets: "new" }, { after, origin, gets: "new" }] as const;
const isRefused = [
  { gets: "new" },
  { after: 20, origin: down, gets: "edge", status: 502, asks: true },
] as const;

export const stale: readonly Case[] = [
  {
    name: "what has expired stands in for a 500",
    rule: guide,
    origin: ["Cache-Control: max-age=10"],
    steps: standsIn(),
  },
  {
    name: "what has expired stands in for an origin that can't be reached",
    rule: guide,
    origin: ["Cache-Control: max-age=10"],
    steps: standsIn(20, down),
  },
  {
    name: "an origin that failed is left alone for ten seconds",
    rule: guide,
    origin: ["Cache-Control: max-age=10"],
    steps: [
      { gets: "new" },
      { after: 20, origin: { status: 503 }, gets: 1, asks: true },
      { after: 9, gets: 1 },
      { after: 1, gets: 1, asks: true },
      { after: 10, origin: [], gets: "new" },
    ],
  },
  {
    name: "nothing stands in for a 404",
    rule: guide,
    origin: ["Cache-Control: max-age=10"],
    steps: standsInNot(20, { status: 404 }),
  },
  {
    name: "stale-if-error=0 lets nothing stand in",
    rule: "RFC 5861 §4",
    origin: ["Cache-Control: max-age=10, stale-if-error=0"],
    steps: standsInNot(),
  },
  {
    name: "stale-if-error ends",
    rule: "RFC 5861 §4",
    origin: ["Cache-Control: max-age=10, stale-if-error=10"],
    steps: standsInNot(20),
  },
  {
    name: "stale-if-error lasts",
    rule: "RFC 5861 §4",
    origin: ["Cache-Control: max-age=10, stale-if-error=60"],
    steps: standsIn(60),
  },
  {
    name: "nothing stands in for longer than the maximum TTL",
    rule: guide,
    setting: "default",
    origin: ["Cache-Control: max-age=10"],
    steps: standsInNot(1000),
  },
  ...["must-revalidate", "proxy-revalidate", "s-maxage=10"].map((directive) => ({
    name: `${directive} lets nothing stand in for a failing origin`,
    rule: "RFC 9111 §4.2.4",
    differs: "CloudFront's guide knows no exception but stale-if-error=0",
    origin: [`Cache-Control: max-age=10, ${directive}`],
    steps: either(standsIn(20, down), isRefused),
  })),
  {
    name: "no-cache stands in for an origin that can't be reached",
    rule: guide,
    differs: "by the RFC it may not be used without asking",
    origin: ["Cache-Control: no-cache"],
    steps: either(standsIn(20, down), isRefused),
  },
  {
    name: "no-cache that was kept for a minimum TTL stands in for an origin that can't be reached",
    rule: guide,
    setting: "minimum",
    differs: "by the RFC it may not be used without asking",
    origin: ["Cache-Control: no-cache"],
    steps: either(
      [{ gets: "new" }, { after: 60, origin: down, gets: 1, asks: true }],
      [{ gets: "new" }, { after: 60, origin: down, gets: "edge", status: 502, asks: true }],
    ),
  },
  {
    name: "stale-if-error=0 lets no no-cache stand in either",
    rule: guide,
    setting: "minimum",
    origin: ["Cache-Control: no-cache, stale-if-error=0"],
    steps: [{ gets: "new" }, { after: 60, origin: down, gets: "edge", status: 502, asks: true }],
  },
  {
    name: "stale-while-revalidate ends at the maximum TTL",
    rule: guide,
    setting: "default",
    origin: ["Cache-Control: max-age=990, stale-while-revalidate=600"],
    steps: [{ gets: "new" }, { after: 1000, gets: "new" }],
  },
  {
    name: "what is fetched behind and fails leaves what is kept",
    rule: "RFC 5861 §3",
    origin: ["Cache-Control: max-age=10, stale-while-revalidate=60"],
    steps: [
      { gets: "new" },
      { after: 20, origin: broken, gets: 1, asks: "behind" },
      { gets: 1, eventually: true },
    ],
  },
  {
    name: "no-store can't stand in, being kept nowhere",
    rule: "RFC 9111 §5.2.2.5",
    origin: ["Cache-Control: no-store"],
    steps: isRefused,
  },
  {
    name: "stale-while-revalidate answers at once, and fetches behind",
    rule: "RFC 5861 §3",
    origin: ["Cache-Control: max-age=10, stale-while-revalidate=60"],
    steps: [
      { gets: "new" },
      { after: 9, gets: 1 },
      { after: 20, gets: 1, asks: "behind" },
      { gets: 3, eventually: true },
    ],
  },
  {
    name: "stale-while-revalidate ends",
    rule: "RFC 5861 §3",
    origin: ["Cache-Control: max-age=10, stale-while-revalidate=60"],
    steps: [{ gets: "new" }, { after: 70, gets: "new" }],
  },
  {
    name: "without a word, nothing stale is given while the origin answers",
    rule: "RFC 9111 §4.2.4",
    origin: ["Cache-Control: max-age=10"],
    steps: [{ gets: "new" }, { after: 10, gets: "new" }],
  },
  {
    name: "a validation that fails with 500 gives what is kept",
    rule: guide,
    origin: ["Cache-Control: max-age=10", 'ETag: "a"'],
    steps: [
      { gets: "new" },
      { after: 20, origin: broken, gets: 1, asks: ['If-None-Match: "a"'], result: "Hit" },
    ],
  },
];
