/** What two requests must have in common to get the same object: CloudFront's cache key. */
import { either, type Case } from "../case.ts";
import type { SettingName } from "../settings.ts";

const guide = "CloudFront: understand the cache key";
const fresh = ["Cache-Control: max-age=600"];

interface Asks {
  readonly path?: string;
  readonly lines?: readonly string[];
}

function shares(name: string, setting: SettingName, one: Asks, other: Asks): Case {
  return {
    name: `one object: ${name}`,
    rule: guide,
    setting,
    origin: fresh,
    steps: [
      { ...one, gets: "new" },
      { ...other, gets: 1 },
    ],
  };
}

function differ(name: string, setting: SettingName, one: Asks, other: Asks): Case {
  return {
    name: `two objects: ${name}`,
    rule: guide,
    setting,
    origin: fresh,
    steps: [
      { ...one, gets: "new" },
      { ...other, gets: "new" },
      { ...one, gets: 1 },
      { ...other, gets: 2 },
    ],
  };
}

const query = (path: string): Asks => ({ path });
const line = (...lines: string[]): Asks => ({ lines });

export const keys: readonly Case[] = [
  shares("a header is not in the key unless listed", "plain", line("X-Kind: 1"), line("X-Kind: 2")),
  shares(
    "a cookie is not in the key unless listed",
    "plain",
    line("Cookie: a=1"),
    line("Cookie: a=2"),
  ),
  shares("what browsers accept is not in the key", "plain", line("Accept: a"), line("Accept: b")),
  shares("HTTP's version is not in the key", "plain", {}, line("Via: 1.0 x")),
  differ("the path is in the key", "plain", query("/a"), query("/b")),
  differ("the path's case is in the key", "plain", query("/a"), query("/A")),
  differ("a slash at the end is in the key", "plain", query("/a"), query("/a/")),
  differ("a listed header is in the key", "header-in-key", line("X-Kind: 1"), line("X-Kind: 2")),
  differ("a header's case is in the key", "header-in-key", line("X-Kind: a"), line("X-Kind: A")),
  differ("a listed header that is absent", "header-in-key", line("X-Kind: a"), {}),
  shares("a header's name in any case", "header-in-key", line("X-Kind: a"), line("x-kIND: a")),
  {
    name: "credentials that are in the key are answered by themselves",
    rule: guide,
    setting: "authorization-in-key",
    differs: "by RFC 9111 §3.5 an answer to credentials is kept for nobody else, whatever the key",
    origin: fresh,
    steps: [
      { ...line("Authorization: a"), gets: "new" },
      { ...line("Authorization: b"), gets: "new" },
      { ...line("Authorization: a"), gets: either(1, "new") },
      { ...line("Authorization: b"), gets: either(2, "new") },
    ],
  },
  differ("a query string in the key", "plain", query("?a=1"), query("?a=2")),
  differ("a query string's order is in the key", "plain", query("?a=1&b=2"), query("?b=2&a=1")),
  differ("a query string and none", "plain", query(""), query("?a=1")),
  shares("a query string outside the key", "no-query", query("?a=1"), query("?a=2")),
  shares("unlisted parameters", "some-query", query("?a=1&b=1"), query("?b=2&a=1&d=4")),
  differ("listed parameters", "some-query", query("?a=1&c=1"), query("?a=1&c=2")),
  shares("parameters that are left out", "all-query-but", query("?a=1&b=1"), query("?a=2&b=1")),
  differ("parameters that are not left out", "all-query-but", query("?b=1"), query("?b=2")),
  differ("all cookies", "cookies-in-key", line("Cookie: a=1"), line("Cookie: a=2")),
  shares("unlisted cookies", "some-cookies", line("Cookie: a=1; b=1"), line("Cookie: b=2; a=1")),
  differ("listed cookies", "some-cookies", line("Cookie: a=1"), line("Cookie: a=2")),
  shares("cookies that are left out", "all-cookies-but", line("Cookie: a=1"), line("Cookie: a=2")),
  differ(
    "cookies that are not left out",
    "all-cookies-but",
    line("Cookie: b=1"),
    line("Cookie: b=2"),
  ),
  shares(
    "encodings in any order",
    "encodings",
    line("Accept-Encoding: gzip, br"),
    line("Accept-Encoding: br, deflate;q=0.5, gzip"),
  ),
  differ("encodings", "encodings", line("Accept-Encoding: gzip"), line("Accept-Encoding: br")),
  differ("encodings and none", "encodings", line("Accept-Encoding: gzip"), {}),
  shares("no encoding that counts", "encodings", {}, line("Accept-Encoding: deflate")),
  shares("an encoding that is refused", "encodings", {}, line("Accept-Encoding: gzip;q=0")),
  shares(
    "only the encoding that is switched on",
    "only-gzip",
    line("Accept-Encoding: gzip"),
    line("Accept-Encoding: gzip, br"),
  ),
  shares("without a cache policy: headers", "legacy", line("X-Kind: 1"), line("X-Kind: 2")),
  differ("without a cache policy: the query string", "legacy", query("?a=1"), query("?a=2")),
  shares(
    "without a cache policy: unlisted parameters",
    "legacy-listed",
    query("?a=1&b=1"),
    query("?a=1"),
  ),
  differ(
    "without a cache policy: listed parameters",
    "legacy-listed",
    query("?a=1"),
    query("?a=2"),
  ),
  differ(
    "without a cache policy: listed headers",
    "legacy-listed",
    line("X-Kind: 1"),
    line("X-Kind: 2"),
  ),
  shares(
    "without a cache policy: unlisted cookies",
    "legacy-listed",
    line("Cookie: a=1"),
    line("Cookie: a=2"),
  ),
  differ(
    "without a cache policy: cookies by wildcard",
    "legacy-listed",
    line("Cookie: sid=1"),
    line("Cookie: sid=2"),
  ),
  {
    name: "without a cache policy: parameters outside the key reach the origin",
    rule: guide,
    setting: "legacy-listed",
    origin: fresh,
    steps: [
      { path: "?a=1&b=1", lines: ["Cookie: b=1; sid=1"], gets: "new", asks: ["Cookie: sid=1"] },
    ],
  },
  {
    name: "without a cache policy: where all headers are forwarded nothing is kept",
    rule: guide,
    setting: "legacy-all-headers",
    origin: fresh,
    steps: [{ gets: "new" }, { gets: "new" }],
  },
  {
    name: "what is in the key reaches the origin",
    rule: guide,
    setting: "header-in-key",
    origin: fresh,
    steps: [{ lines: ["X-Kind: a"], gets: "new", asks: ["X-Kind: a"] }],
  },
  {
    name: "cookies reach the origin in the order of their names",
    rule: "CloudFront: cache content based on cookies",
    setting: "cookies-in-key",
    origin: fresh,
    steps: [{ lines: ["Cookie: c=3; a=1; b=2"], gets: "new", asks: ["Cookie: a=1; b=2; c=3"] }],
  },
  {
    name: "cookies in another order are the same",
    rule: "CloudFront: cache content based on cookies",
    setting: "cookies-in-key",
    origin: fresh,
    steps: [
      { lines: ["Cookie: c=3; a=1"], gets: "new" },
      { lines: ["Cookie: a=1; c=3"], gets: 1 },
    ],
  },
];
