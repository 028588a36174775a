import assert from "node:assert/strict";
import { test } from "node:test";
import { Recurring } from "../../base/recurring.ts";
import type { EventRequest } from "../../runtime/function-runtime.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { recurringEvent } from "./recurring-events.ts";

const headers = ["Host", "a"];
const viewer = { headers, recurring: new Recurring() } as unknown as ViewerRequest;
const eventOf = (changes: Partial<EventRequest> = {}): EventRequest => ({
  ...{ method: "GET", uri: "/a", querystring: undefined, headers },
  ...changes,
});

test("an event of lines that recur is the very same object from its second time on", () => {
  const event = eventOf();
  assert.deepEqual(recurringEvent(event, headers, viewer), { event });
  const second = recurringEvent(eventOf(), headers, viewer);
  assert.ok(second.memory);
  assert.deepEqual(second.event, event);
  assert.equal(recurringEvent(eventOf(), headers, viewer), second);
  const changes = [{ uri: "/b" }, { querystring: "" }, { querystring: "b=1" }, { method: "HEAD" }];
  for (const change of changes) {
    for (let time = 0; time < 3; time += 1) {
      const other = recurringEvent(eventOf(change), headers, viewer);
      assert.deepEqual(other.event, eventOf(change));
      assert.notEqual(other.memory, second.memory);
    }
  }
  assert.equal(recurringEvent(eventOf(), headers, viewer), second);
  const others = { headers, recurring: new Recurring() } as unknown as ViewerRequest;
  assert.notEqual(recurringEvent(eventOf(), headers, others).memory, second.memory);
});

test("an event of lines that were changed, or don't recur, is made each time, as is a long one", () => {
  const changed = [...headers];
  const long = eventOf({ uri: `/${"l".repeat(1024)}` });
  const once = { headers } as unknown as ViewerRequest;
  for (let time = 0; time < 4; time += 1) {
    assert.equal(recurringEvent(eventOf(), headers, once).memory, undefined);
    assert.equal(recurringEvent(eventOf(), changed, viewer).memory, undefined);
    assert.equal(recurringEvent(eventOf({ headers: changed }), headers, viewer).memory, undefined);
    assert.equal(recurringEvent(long, headers, viewer).memory, undefined);
  }
});

test("a thousand events in turn are known, each by its own", () => {
  let known = 0;
  for (let round = 0; round < 3; round += 1) {
    known = 0;
    for (let page = 0; page < 1000; page += 1) {
      const event = eventOf({ uri: `/articles/2026/page-${page}.html` });
      const found = recurringEvent(event, headers, viewer);
      assert.equal(found.event.uri, event.uri);
      if (found.memory) known += 1;
    }
  }
  assert.ok(known >= 950, `${known} of 1000`);
});
