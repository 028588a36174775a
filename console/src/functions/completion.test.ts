import assert from "node:assert/strict";
import { test } from "node:test";
import { isCloudfrontMember } from "../../../src/runtime/check/cloudfront-members.ts";
import { suggestMembers } from "./completion.ts";

function labels(before: string, source = "function handler(event) {}"): string[] {
  return suggestMembers(source, before).map(({ label }) => label);
}

test("suggestMembers() knows the event", () => {
  assert.deepEqual(labels("event.request"), [
    ...["method", "uri", "querystring", "headers", "cookies"],
  ]);
  assert.deepEqual(labels("event.request.headers.host"), ["value", "multiValue"]);
  assert.deepEqual(labels("event.request.headers['x-a']"), ["value", "multiValue"]);
  assert.deepEqual(labels("somebody"), []);
  assert.deepEqual(labels("constructor"), []);
});

test("suggestMembers() follows variables, and a parameter of another name", () => {
  const source = `import edge from 'cloudfront';
async function handler(e) {
  var request = e.request;
  const h = request.headers;
  let store = edge.kvs();
  var a = b; var b = a;
}`;
  assert.deepEqual(labels("request", source), labels("event.request"));
  assert.deepEqual(labels("h.host", source), ["value", "multiValue"]);
  assert.deepEqual(labels("store", source), ["get", "exists", "meta"]);
  assert.deepEqual(labels("edge.cwt", source), ["validateToken", "generateToken"]);
  assert.deepEqual(labels("a", source), []);
});

test("suggestMembers() knows of cf what the checker knows", () => {
  for (const label of labels("cf")) assert.ok(isCloudfrontMember(label), label);
  for (const label of labels("cf.cwt")) assert.ok(isCloudfrontMember(`cwt.${label}`), label);
});
