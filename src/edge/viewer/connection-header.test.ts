import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyBody } from "../../base/body.ts";
import type { Answer } from "../answer/answer.ts";
import { Signature } from "../answer/own-headers.ts";
import { writtenHeaders } from "../answer/written-headers.ts";
import { fieldsWith, hasLength, headersWith } from "./connection-header.ts";

const signature = new Signature({ pop: "FRA", viaName: "edge (CloudFront)" });
const headers = ["Server", "s", "X-A", "1"];
const answer: Answer = {
  status: 200,
  reason: "",
  headers,
  body: emptyBody,
  result: "Miss",
  via: "",
};

/** As HTTP/1.1 writes what node:http is given. */
function written(lines: readonly string[]): string {
  let fields = "";
  for (let i = 0; i < lines.length; i += 2) fields += `${lines[i]}: ${lines[i + 1]}\r\n`;
  return fields;
}

test("fieldsWith() writes what headersWith() lists, for each result again", () => {
  const changes: Partial<Answer>[] = [{}, { via: "1.0 before" }, { result: "Hit", age: 3 }, {}];
  for (const change of changes) {
    const sent = signature.sign({ ...answer, ...change }, "ID==");
    assert.equal(fieldsWith("close", sent), written(headersWith("close", sent)));
  }
});

test("fieldsWith() takes a written form for the headers that it was made of, and no others", () => {
  const kept = { ...answer, written: { headers, fields: "Server: kept\r\n", isMeasured: false } };
  assert.match(fieldsWith("close", signature.sign(kept, "ID==")), /^Server: kept\r\nConnection/);
  const changed = { ...kept, headers: ["X-B", "2"] };
  assert.match(fieldsWith("close", signature.sign(changed, "ID==")), /^X-B: 2\r\nConnection/);
});

test("hasLength() says the same of headers in their written form, and not of others", () => {
  const isMeasured = (of: Partial<Answer>) =>
    hasLength(signature.sign({ ...answer, ...of }, "ID=="));
  const measured = ["Content-length", "0"];
  const bare = { written: writtenHeaders(headers) };
  const kept = { written: writtenHeaders(measured) };
  assert.deepEqual([{}, bare, kept].map(isMeasured), [false, false, false]);
  assert.equal(isMeasured({ headers: measured }), true);
  assert.equal(isMeasured({ ...bare, headers: measured }), true);
  assert.equal(isMeasured({ ...kept, headers: measured }), true);
});
