import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderRules, headerRules, readOnlyHeaders } from "./header-rules.ts";
import { namesWithRows } from "./header-table.ts";

function rulesOf(spelling: string): object {
  const { request, response, functions, added, policy, isRemovable } = headerRules(spelling);
  return { request, response, functions, added, policy, isRemovable };
}

const unknown = {
  request: "other",
  response: "kept",
  functions: "seen",
  added: "freely",
  policy: "free",
  isRemovable: true,
};

test("a name that no row has is treated like every other, also where objects have such a member", () => {
  for (const name of ["X-Own", "constructor", "__proto__", "toString"]) {
    assert.deepEqual(rulesOf(name), unknown);
  }
});

test("a name's case changes nothing", () => {
  for (const name of namesWithRows) {
    assert.deepEqual(rulesOf(name.toUpperCase()), rulesOf(name));
  }
  assert.equal(headerRules("VIA").lower, "via");
});

test("a family's rules hold for all names that begin like it, and join those of the name itself", () => {
  assert.deepEqual(rulesOf("CloudFront-Anything"), { ...unknown, request: "edge" });
  assert.deepEqual(rulesOf("x-amz-cf-pop"), {
    request: "never",
    response: "removed",
    functions: "hidden",
    added: "by-nobody",
    policy: "free",
    isRemovable: false,
  });
  assert.deepEqual(rulesOf("x-amz-id-2"), { ...unknown, response: "s3", added: "by-nobody" });
  assert.equal(headerRules("x-amzn-trace-id").added, "by-settings");
});

test("functions see a name in lower case, and nothing of what is hidden from them", () => {
  assert.equal(headerRules("Accept-Language").visible, "accept-language");
  assert.equal(headerRules("Connection").visible, "");
  assert.deepEqual(readOnlyHeaders("viewer-response"), new Set(["via", "warning"]));
  assert.ok(readOnlyHeaders("viewer-request").has("host"));
});

test("what functions can't see no policy removes, and nobody adds what is about a connection", () => {
  for (const name of namesWithRows) {
    const { functions, policy, isRemovable, added } = new HeaderRules(name);
    if (functions === "hidden") assert.equal(isRemovable, false, name);
    if (policy === "connection") assert.ok(added === "by-nobody" || added === "in-vain", name);
  }
});
