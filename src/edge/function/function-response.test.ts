import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { textOf, watchedBody } from "../../../test/support/watched-body.ts";
import type { EventResponse } from "../../runtime/function-runtime.ts";
import { WholeBody } from "../../base/body.ts";
import { hasName } from "../../base/header-lines.ts";
import { writeFields } from "../../http1/write-head.ts";
import type { Answer } from "../answer/answer.ts";
import { InvalidResult } from "./check-result.ts";
import {
  changedResponse,
  generatedResponse,
  recurringChange,
  recurringResponse,
} from "./function-response.ts";

const headers = ["Content-Type", "text/plain", "Content-Length", "11"];
const event: EventResponse = { statusCode: 200, statusDescription: "OK", headers };

function fromOrigin(t: TestContext) {
  const body = watchedBody(t);
  const answer: Answer = { status: 200, reason: "OK", headers, body, result: "Miss", via: "" };
  return { body, answer };
}

function asWritten(headers: readonly string[]) {
  const isMeasured = hasName(headers, "content-length");
  return { headers, fields: writeFields(headers), isMeasured };
}

test("an origin's body goes on when a function has left it alone, changed head or not", (t) => {
  for (const changes of [{}, { statusCode: 201 }, { headers: ["X-New", "1"] }]) {
    const { body, answer } = fromOrigin(t);
    const changed = changedResponse({ ...event, ...changes }, event, answer);
    assert.deepEqual(body.fate, []);
    assert.equal(textOf(changed.body), "from origin");
  }
});

test("an origin's body is let go of when a function replaces or removes it", (t) => {
  for (const text of ["mine", ""]) {
    const { body, answer } = fromOrigin(t);
    const changed = changedResponse({ ...event, body: Buffer.from(text) }, event, answer);
    assert.deepEqual(body.fate, ["discarded"]);
    assert.equal(textOf(changed.body), text);
  }
});

test("an origin's body is let go of where the new status has none", (t) => {
  for (const statusCode of [204, 304]) {
    const { body, answer } = fromOrigin(t);
    const changed = changedResponse({ ...event, statusCode }, event, answer);
    assert.deepEqual(body.fate, ["discarded"]);
    assert.equal(textOf(changed.body), "");
  }
});

test("an origin's body is its caller's still when a result is refused", (t) => {
  for (const wrong of [{ statusCode: 99 }, { headers: ["a b", ""] }]) {
    const { body, answer } = fromOrigin(t);
    assert.throws(() => changedResponse({ ...event, ...wrong }, event, answer), InvalidResult);
    assert.deepEqual(body.fate, []);
    body.discard();
  }
});

test("recurringChange() is what changedResponse() is, for each response it is given", () => {
  const body = new WholeBody(Buffer.from("from origin"));
  const object = { etag: undefined, lastModified: undefined, length: 11, slice: undefined };
  for (const result of [
    { ...event, headers: ["X-New", "1"] },
    { ...event, statusCode: 203 },
    { ...event, statusCode: 204 },
    { ...event, body: Buffer.from("mine") },
    event,
  ]) {
    for (const age of [1, 2, 3]) {
      for (const status of [200, 206]) {
        for (const lines of [headers, ["Content-Length", "12"]]) {
          const about = { reason: "OK", result: "Hit", via: "" } as const;
          const response = { ...about, age, status, headers: lines, body, object };
          const { written, ...made } = recurringChange(result, event, response);
          const { written: _, ...expected } = changedResponse(result, event, response);
          assert.deepEqual(made, expected);
          if (written) {
            assert.deepEqual(written, asWritten(made.headers));
            assert.equal(written.headers, made.headers);
          }
        }
      }
    }
  }
});

test("recurringResponse() is what generatedResponse() is, with the Date that it is by then", () => {
  const result = { statusCode: 200, statusDescription: "", headers: ["x-a", "1"] };
  let seconds = 0;
  const now = () => new Date(1000 * seconds);
  for (seconds of [1, 1, 2, 2, 1]) {
    const { written, ...answer } = recurringResponse(result, now);
    const { headers } = answer;
    assert.deepEqual(answer, generatedResponse(result, now));
    assert.deepEqual(written, asWritten(headers));
  }
});

test("recurringResponse() refuses what generatedResponse() refuses, each time", () => {
  const result = { statusCode: 200, statusDescription: "", headers: ["a b", ""] };
  for (let time = 0; time < 2; time += 1) {
    assert.throws(() => recurringResponse(result, () => new Date(0)), InvalidResult);
  }
});
