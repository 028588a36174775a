import assert from "node:assert/strict";
import { test } from "node:test";
import { faceOf } from "./face.ts";

const json = "application/json";

const cases: readonly [face: string, accept: string | undefined, contentType?: string][] = [
  // The AWS clients.
  ["xml", undefined],
  ["xml", undefined, "application/xml"],
  ["xml", "*/*"],
  ["xml", "*/*", "application/xml"],
  // curl, with and without the header of the documentation.
  ["json", json],
  ["json", json, json],
  ["json", "*/*", json],
  ["json", undefined, json],
  ["json", undefined, "application/json; charset=utf-8"],
  ["json", undefined, "application/merge-patch+json"],
  ["xml", "*/*", "application/x-www-form-urlencoded"],
  // Preferences.
  ["json", "application/json, text/plain, */*"],
  ["xml", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["xml", "application/json;q=0.5, text/xml"],
  ["json", "application/json;q=0.6, text/xml;q=0.5", "text/xml"],
  ["xml", "text/xml", json],
  ["xml", "application/xml", json],
  ["json", "APPLICATION/JSON"],
  ["json", "application/*", json],
  ["xml", "application/*"],
  ["xml", "application/json;q=0"],
  ["xml", "application/json;q=0, */*"],
  ["xml", "application/json;q=banana"],
  ["json", "text/html, application/json;q=0.2"],
  ["xml", ""],
  ["xml", ",;,q=,///"],
];

for (const [face, accept, contentType] of cases) {
  test(`faceOf() says ${face} for Accept ${accept} and Content-Type ${contentType}`, () => {
    assert.equal(
      faceOf({ path: "/2020-05-31/function", headers: { accept, "content-type": contentType } }),
      face,
    );
  });
}

test("faceOf() leaves the key value stores' own JSON to AWS's clients, unless JSON is asked for", () => {
  const path = "/key-value-stores/arn/keys";
  const faceFor = (accept?: string): string =>
    faceOf({ path, headers: { accept, "content-type": json } });
  assert.equal(faceFor(), "rest-json");
  assert.equal(faceFor("*/*"), "rest-json");
  assert.equal(faceFor("application/json"), "json");
});

test("faceOf() looks at as many media ranges as anybody needs, and no further", () => {
  const faceAfter = (count: number): string => {
    const accept = `${"image/png,".repeat(count)}application/json`;
    return faceOf({ path: "/2020-05-31/function", headers: { accept } });
  };
  assert.equal(faceAfter(63), "json");
  assert.equal(faceAfter(64), "xml");
});
