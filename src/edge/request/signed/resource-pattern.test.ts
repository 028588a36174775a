import assert from "node:assert/strict";
import { test } from "node:test";
import { compileResource } from "./resource-pattern.ts";

const site = "http://d1.example.com";

/** Reads a URL as an edge would that it was asked of. */
function asked(url: string): Parameters<ReturnType<typeof compileResource>>[0] {
  const [, scheme = "", host = "", path = "", query] =
    /^([a-z]+):\/\/([^/]*)(\/[^?]*)(?:\?([^]*))?$/.exec(url) ?? [];
  return { schemes: [scheme], hosts: [host], path, querystring: query };
}

/** Each with URLs that it is for, and URLs that it is not for. */
const cases: Readonly<Record<string, readonly [allowed: string[], refused: string[]]>> = {
  "*": [[`${site}/`, "https://other.example.com/a?b=1"], []],
  "http://d1.example.com/a": [
    [`${site}/a`, "http://D1.EXAMPLE.COM/a"],
    [
      `${site}/A`,
      `${site}/a/`,
      `${site}/a?b=1`,
      "https://d1.example.com/a",
      "http://d2.example.com/a",
    ],
  ],
  "*://d1.example.com/a": [[`${site}/a`, "https://d1.example.com/a"], [`${site}/b`]],
  "http*://d1.example.com/a": [
    [`${site}/a`, "https://d1.example.com/a"],
    ["wss://d1.example.com/a"],
  ],
  "*d1.example.com/a": [[`${site}/a`, "https://www.d1.example.com/a"], [`${site}/b`]],
  "https://*/a": [["https://d1.example.com/a"], [`${site}/a`, "https://d1.example.com/x/a"]],
  "http://d?.example.com/a": [[`${site}/a`], ["http://d10.example.com/a"]],
  "http://d1.example.com": [[`${site}/`], [`${site}/a`, `${site}/?b=1`]],
  "http://d1.example.com*": [[`${site}/`, `${site}/a?b=1`], ["http://d2.example.com/"]],
  "http://d1.example.com/*": [
    [`${site}/`, `${site}/a/b`, `${site}/a?b=1`],
    ["http://d2.example.com/"],
  ],
  "http://d1.example.com/a*": [[`${site}/a`, `${site}/ab/c`, `${site}/ab?c=1`], [`${site}/b`]],
  "http://d1.example.com/a*z": [
    [`${site}/az`, `${site}/a/b/z`],
    [`${site}/a?z`, `${site}/az?b=1`],
  ],
  "http://d1.example.com/hello*world": [
    [`${site}/helloworld`, `${site}/hello-world`],
    [`${site}/hello?world`, "http://d1.example.net/hello?world"],
  ],
  "http://d1.example.com/*zip*": [
    [`${site}/a.zip?license=yes`, `${site}/zip`],
    [`${site}/a?b=zip`],
  ],
  "http://d1.example.com/a?b=1": [
    [`${site}/a?b=1`],
    [`${site}/a`, `${site}/a?b=2`, `${site}/a?b=1&c`],
  ],
  "http://d1.example.com/a?b=*": [[`${site}/a?b=`, `${site}/a?b=1&c=2`], [`${site}/a?c=1`]],
  "http://d1.example.com/a\\?*": [[`${site}/a?b=1`, `${site}/a`], [`${site}/ab`]],
  "http://d1.example.com/img?.png": [
    [`${site}/img1.png`],
    [`${site}/img10.png`, `${site}/img1.png?a`],
  ],
  "http://d1.example.com/img?.png?size=1": [
    [`${site}/img1.png?size=1`],
    [`${site}/img1.png`, `${site}/img1.png?size=2`],
  ],
  "http://d1.example.com/public/*": [
    [`${site}/public/a..b`, `${site}/public/a/../b`, `${site}/public/.../a`],
    [
      `${site}/public/../a`,
      `${site}/public/%2e%2E/a`,
      `${site}/public/..%2Fa`,
      `${site}/public/..%5ca`,
      `${site}/public/a/../../b`,
      `${site}/public/..`,
    ],
  ],
  "d1.example.com/a": [[], [`${site}/a`, `${site}/`]],
  "/a": [[], [`${site}/a`]],
  "": [[], [`${site}/`]],
  "http://": [[], [`${site}/`]],
};

for (const [resource, [allowed, refused]] of Object.entries(cases)) {
  test(`compileResource() knows which URLs ${resource || "nothing"} is for`, () => {
    const isFor = compileResource(resource);
    for (const url of allowed) assert.equal(isFor(asked(url)), true, url);
    for (const url of refused) assert.equal(isFor(asked(url)), false, url);
  });
}
