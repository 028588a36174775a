import assert from "node:assert/strict";
import { test } from "node:test";
import { stagingCookie } from "../deployment/staging-cookie.ts";
import { withoutOwnCookies } from "./without-own-cookies.ts";

const own = `${stagingCookie}=primary.1.2.x`;
const cases: readonly (readonly [sent: string[], kept: string[]])[] = [
  [["Cookie", own], []],
  [
    ["Cookie", `a=1; ${own}; b=2`, "Host", "h"],
    ["Cookie", "a=1; b=2", "Host", "h"],
  ],
  [
    ["cookie", `${own};b=2`],
    ["cookie", "b=2"],
  ],
  [
    ["Cookie", "a=1; footlight-version-0a1b=x.y; b=2"],
    ["Cookie", "a=1; b=2"],
  ],
  [
    ["Cookie", `x-${own}`],
    ["Cookie", `x-${own}`],
  ],
  [
    ["X", own, "Cookie", "a=1"],
    ["X", own, "Cookie", "a=1"],
  ],
];

for (const [sent, kept] of cases) {
  test(`withoutOwnCookies() leaves ${JSON.stringify(kept)} of ${JSON.stringify(sent)}`, () => {
    assert.deepEqual(withoutOwnCookies(sent), kept);
  });
}
