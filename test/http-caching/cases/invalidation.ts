/** Invalidations by path and by tag (CloudFront), which reach whatever was fetched before them. */
import { type Case, type Step } from "../case.ts";

const rule = "CloudFront: invalidate files";
const fresh = ["Cache-Control: max-age=600"];

/** @param paths behind the case's own */
function reaches(
  name: string,
  asked: string,
  paths: readonly string[],
  lines: readonly string[] = fresh,
): Case {
  return {
    name: `an invalidation reaches ${name}`,
    rule,
    origin: lines,
    steps: [
      { path: asked, gets: "new" },
      { path: asked, gets: 1 },
      { path: asked, invalidates: paths, gets: "new" },
      { path: asked, gets: 3 },
    ],
  };
}

function spares(
  name: string,
  asked: string,
  paths: readonly string[],
  lines: readonly string[] = fresh,
): Case {
  const again: Step = { path: asked, invalidates: paths, gets: 1 };
  return {
    name: `an invalidation spares ${name}`,
    rule,
    origin: lines,
    steps: [{ path: asked, gets: "new" }, again],
  };
}

const tagged = [...fresh, "X-Tags: Red, blue ,,big one"];

export const invalidation: readonly Case[] = [
  reaches("a path", "/a", ["/a"]),
  reaches("what a path begins with", "/a/b", ["/a*"]),
  reaches("all", "/a", ["*"]),
  reaches("a query string that is in the key", "/a?x=1", ["/a?x=1"]),
  reaches("query strings by wildcard", "/a?x=1", ["/a*"]),
  reaches("one of several paths", "/b", ["/a", "/b"]),
  reaches("an escape that need not be one", "/%61", ["/a"]),
  spares("another path", "/a", ["/b"]),
  spares("a path in another case", "/a", ["/A"]),
  spares("a path with a slash at its end", "/a", ["/a/"]),
  spares("a query string that is not named", "/a?x=1", ["/a"]),
  spares("a star that is not at the end", "/a/b", ["/*/b"]),
  reaches("a tag", "/a", ["#red"], tagged),
  reaches("a tag in any case", "/a", ["#BLUE"], tagged),
  spares("another tag", "/a", ["#green"], tagged),
  spares("a part of a tag", "/a", ["#re"], tagged),
  spares("a tag with a space", "/a", ["#big"], tagged),
  {
    name: "what is invalid is not validated",
    rule,
    origin: [...fresh, 'ETag: "a"'],
    steps: [{ gets: "new" }, { invalidates: [""], gets: "new", asks: ["If-None-Match:"] }],
  },
  {
    name: "what is invalid does not stand in for a failing origin",
    rule,
    origin: fresh,
    steps: [{ gets: "new" }, { invalidates: [""], origin: { status: 500 }, gets: "new" }],
  },
  {
    name: "errors are invalidated by the path that was asked for",
    rule,
    origin: { status: 404, lines: fresh },
    steps: [{ gets: "new" }, { gets: 1 }, { invalidates: [""], origin: fresh, gets: "new" }],
  },
  {
    name: "all variants of a path are invalid",
    rule,
    setting: "header-in-key",
    origin: fresh,
    steps: [
      { lines: ["X-Kind: a"], gets: "new" },
      { lines: ["X-Kind: b"], gets: "new" },
      { lines: ["X-Kind: a"], invalidates: [""], gets: "new" },
      { lines: ["X-Kind: b"], gets: "new" },
    ],
  },
];
