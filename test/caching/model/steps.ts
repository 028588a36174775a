/** What can happen in the model's world. */
import * as fc from "fast-check";
import type { Plan } from "./origin.ts";
import { policies } from "./policies.ts";
import type { ModelRequest } from "./viewer.ts";

export type Step =
  | {
      readonly do: "ask";
      readonly edge: number;
      readonly request: ModelRequest;
      /** How many ask the same at once. */
      readonly viewers: number;
      readonly plan: Plan;
    }
  | { readonly do: "release" }
  | { readonly do: "leave"; readonly who: number }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "change"; readonly path: string }
  | { readonly do: "invalidate"; readonly what: string }
  | { readonly do: "policy"; readonly index: number }
  | { readonly do: "restart"; readonly edge: number }
  | { readonly do: "reopen" };

const seconds = fc.constantFrom(0, 1, 3, 10, 10, 40, 40);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const plan: fc.Arbitrary<Plan> = fc.record({
  status: fc.oneof(
    { weight: 12, arbitrary: fc.constant(200) },
    { weight: 2, arbitrary: fc.constantFrom(301, 307, 403, 404, 410, 418, 500, 501, 503) },
  ),
  maxAge: maybe(seconds),
  sMaxAge: rarely(seconds),
  expiresIn: rarely(fc.constantFrom(-5, 0, 5, 30)),
  whileRevalidate: rarely(seconds),
  ifError: rarely(seconds),
  objection: rarely(fc.constantFrom("no-store" as const, "no-cache" as const, "private" as const)),
  age: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(2, 30)),
  etag: fc.constantFrom("strong", "strong", "weak", "none"),
  hasLastModified: fc.boolean(),
  size: fc.constantFrom(0, 40, 40, 1500, 1500, 20_000, 300_000),
  isChunked: fc.boolean(),
  fate: fc.oneof(
    { weight: 10, arbitrary: fc.constant("whole" as const) },
    { weight: 1, arbitrary: fc.constantFrom("half" as const, "none") },
  ),
  hold: fc.constantFrom("none", "none", "none", "none", "head", "body"),
  takesRanges: fc.boolean(),
  confirms: fc.boolean(),
  variesByAll: fc.constantFrom(false, false, false, false, false, false, false, true),
  tag: maybe(fc.constantFrom("one", "two")),
  contentType: fc.constantFrom("text/plain", "image/png"),
});

const path = fc.constantFrom("/a", "/a", "/a", "/b");
const condition = fc.constantFrom(
  ...["Range: bytes=0-9", "Range: bytes=20-39", "Range: bytes=30-", "Range: bytes=-8"],
  ...["Range: bytes=1000-1100", "Range: bytes=400000-", "Range: bytes=0-"],
  ...['If-None-Match: "a1"', 'If-None-Match: W/"a2"', "If-None-Match: *", 'If-Match: "a1"'],
  ...["If-Match: *", "If-Modified-Since: Wed, 03 Dec 2025 00:00:00 GMT"],
  ...['If-Range: "a1"', "If-Range: Tue, 02 Dec 2025 00:00:00 GMT"],
);

const usually = (most: string, ...others: string[]) =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant(most) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const request: fc.Arbitrary<ModelRequest> = fc.record({
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant("GET") },
    { weight: 4, arbitrary: fc.constant("HEAD") },
    { weight: 1, arbitrary: fc.constantFrom("OPTIONS", "POST") },
  ),
  path,
  query: usually("", "q=1"),
  language: usually("", "de"),
  cookie: usually("", "me"),
  encodings: usually("", "gzip", "br, gzip", "identity"),
  conditions: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.uniqueArray(condition, {
      maxLength: 2,
      selector: (line) => line.slice(0, line.indexOf(":")),
    }),
  ),
});

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      edge: fc.nat(1),
      request,
      viewers: fc.constantFrom(1, 1, 1, 2, 4),
      plan,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("release" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who: fc.nat(5) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      seconds: fc.constantFrom(1, 2, 4, 9, 35),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("change" as const), path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("invalidate" as const),
      what: fc.constantFrom("/a", "/a?q=1", "/a*", "/*", "#one", "#two", "/b"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("policy" as const),
      index: fc.nat(policies.length - 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), edge: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
);
