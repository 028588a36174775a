import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionEvent } from "../../../runtime/function-runtime.ts";
import type { Visit } from "../visit.ts";
import { eventShape, pathPattern } from "./event-shape.ts";
import { FieldHider, readHiddenFields } from "./hide-fields.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { openSealed, sealingKey, ValueSealer } from "./sealed-values.ts";
import { RunRecorder, type RunRecorderOptions } from "./run-recorder.ts";

const key = Buffer.alloc(32, 7);

function eventOf(
  uri: string,
  headers: readonly string[] = [],
  querystring?: string,
): FunctionEvent {
  return {
    ...{ eventType: "viewer-request", distributionDomainName: "d", distributionId: "E" },
    ...{ requestId: "r", viewerIp: "192.0.2.1" },
    request: { method: "GET", uri, querystring, headers },
  };
}

function visitOf(name: string, event: FunctionEvent, endedAt = 0): Visit {
  const run = { name, version: 3, event, ranAt: undefined, seed: undefined, storeReads: undefined };
  return { runs: [run], endedAt } as unknown as Visit;
}

function recorderWith(options: Partial<RunRecorderOptions> = {}): RunRecorder {
  return new RunRecorder({
    ...{ mode: "on", lengthMax: 1_000_000, hider: new FieldHider(key, new Set()) },
    ...{ now: () => 1000, random: () => 0.5, later: () => {}, sealedMs: 1000 },
    ...options,
  });
}

function runsIn(recorder: RunRecorder, name: string): RecordedRun[] {
  return recorder.page(name, 0).lines.map(({ text }) => JSON.parse(text) as RecordedRun);
}

test("a run is recorded with what it had, under its function's name", () => {
  const recorder = recorderWith();
  const event = eventOf("/a", ["Host", "h"]);
  const visit = visitOf("fn", event);
  Object.assign(visit.runs[0]!, { ranAt: 5, seed: 9 });
  recorder.listener(visit);
  assert.deepEqual(runsIn(recorder, "fn"), [
    {
      function: "fn",
      version: 3,
      at: 5,
      seed: 9,
      event: JSON.parse(JSON.stringify(event)) as unknown,
    },
  ]);
  assert.deepEqual(runsIn(recorder, "other"), []);
});

test("what is secret has a hash in its place, the same for the same", () => {
  const recorder = recorderWith({
    hider: new FieldHider(key, readHiddenFields("header X-User, query email")),
  });
  const headers = [
    ...["Cookie", "session=secret-1; lang=secret-2; secret-3", "authorization", "Bearer secret-4"],
    ...["X-User", "secret-5", "Referer", "https://h/?token=secret-6", "accept", "*/*"],
    ...["x-copy", "it is secret-1 again"],
  ];
  recorder.listener(visitOf("fn", eventOf("/", headers, "email=secret-7&token=secret-8&page=2")));
  recorder.listener(visitOf("fn", eventOf("/", headers)));
  const [first, second] = recorder.page("fn", 0).lines.map(({ text }) => text);
  assert.doesNotMatch(first! + second!, /secret-/);
  const [run, again] = runsIn(recorder, "fn");
  assert.deepEqual(run!.event.request.headers, again!.event.request.headers);
  assert.match(
    run!.event.request.headers[1]!,
    /^session=hashed-cookie-[\w-]{22}; lang=hashed-cookie-[\w-]{22}; hashed-/,
  );
  assert.match(
    run!.event.request.querystring!,
    /^email=hashed-query-[\w-]{22}&token=hashed-query-[\w-]{22}&page=2$/,
  );
  assert.deepEqual(run!.hidden, [
    ...["query email", "query token", "cookie session", "cookie lang", "cookie "],
    ...["header authorization", "header x-user", "header referer", "header x-copy"],
  ]);
  assert.throws(() => readHiddenFields("body x"), /"body x" is no field/);
});

test("what is secret is hidden however its name is written, and where others repeat it", () => {
  const hider = new FieldHider(key, readHiddenFields("header X-User, query email"));
  const headers = [
    ...["cookie", "session=secret-1", "x-user", "secret-2"],
    ...["referer", "https://h/?email=secret-3&a=1#b", "x-copy", "of secret-2"],
  ];
  const query = "%65mail=secret-4&E%4dAIL=secret-5&t%6fken=secret-6&sid=secret-1&u=secret-2&page=2";
  const { event } = hider.hide(eventOf("/", headers, query), { name: "fn", at: 0 });
  assert.doesNotMatch(JSON.stringify(event), /secret-/);
  assert.match(event.request.querystring!, /&page=2$/);
});

const repeated = "secret-0123456789";
const cookie = ["cookie", `session=${repeated}; lang=english`];

const repeating: Readonly<Record<string, { uri?: string; headers?: string[]; query?: string }>> = {
  "a query that is a value alone": { query: repeated },
  "a value alone among parameters": { query: `page=2&${repeated}&a=b` },
  "a parameter's name": { query: `${repeated}=1` },
  "a parameter's name, percent-encoded": { query: `%73ecret-0123456789=1` },
  "a parameter, percent-encoded": { query: "a=%73ecret%2d0123456789" },
  "userinfo in Referer": { headers: ["referer", `https://${repeated}@www.example.com/`] },
  "a password in Referer": { headers: ["referer", `https://me:${repeated}@www.example.com/`] },
  "a path": { uri: `/reset/${repeated}/form` },
  "a part of a path's part": { uri: `/reset;id=${repeated}/form` },
};

for (const [where, { uri = "/", headers = [], query }] of Object.entries(repeating)) {
  test(`what is secret is hidden where ${where} repeats it`, () => {
    const hider = new FieldHider(key, new Set());
    const event = eventOf(uri, [...cookie, ...headers], query);
    const told = hider.hide(event, { name: "fn", at: 0 });
    assert.doesNotMatch(JSON.stringify(told), /0123456789/);
    assert.match(JSON.stringify(told), /hashed-/);
  });
}

test("userinfo in a URL is secret by itself, and what else repeats it", () => {
  const headers = ["referer", "https://me:pass-word@h/", "x-copy", "pass-word"];
  const { event } = new FieldHider(key, new Set()).hide(eventOf("/", headers), {
    ...{ name: "fn", at: 0 },
  });
  assert.doesNotMatch(JSON.stringify(event), /pass-word/);
});

test("what repeats nothing stays as it is", () => {
  const headers = [...cookie, "referer", "https://www.example.com/a", "x-at", "me@h"];
  const event = eventOf("/english/a-page-of-its-own", headers, "top&page=2&flag=&=x");
  const { event: told } = new FieldHider(key, new Set()).hide(event, { name: "fn", at: 0 });
  assert.equal(told.request.uri, event.request.uri);
  assert.equal(told.request.querystring, event.request.querystring);
  assert.deepEqual(told.request.headers.slice(2), headers.slice(2));
});

test("a key of a store that repeats a secret is hidden, and one of what is sealed can be opened", () => {
  const store = {
    reads: [
      { question: "get", key: `user:${repeated}`, answer: "+1" },
      { question: "get", key: "theme", answer: "+dark" },
    ],
    isWhole: true,
  };
  const about = { name: "fn", at: 0 };
  const event = eventOf("/", [...cookie, "authorization", "Bearer other-9876543210"]);
  const hidden = new FieldHider(key, new Set()).hide(event, about, store);
  assert.doesNotMatch(JSON.stringify(hidden), /0123456789/);
  assert.equal(hidden.store!.reads[1]!.key, "theme");

  const fields = readHiddenFields("cookie session");
  const sealing = { fields, sealer: new ValueSealer(key) };
  const hider = new FieldHider(key, new Set(), sealing);
  const sealed = hider.hide(event, about, store);
  assert.doesNotMatch(JSON.stringify(sealed), /0123456789/);
  const keys = new Map([[0, sealingKey(key, "fn", 0)]]);
  const { text } = openSealed(JSON.stringify(sealed), keys);
  assert.equal((JSON.parse(text) as typeof sealed).store!.reads[0]!.key, `user:${repeated}`);
  // Of two, one of which stays hidden, neither is told to whoever may open the other.
  const both = { ...store.reads[0]!, key: `${repeated} other-9876543210` };
  const told = hider.hide(event, about, { reads: [both], isWhole: true }).store!.reads[0]!.key;
  assert.match(told, /^hashed-key-[\w-]{22}$/);
});

test("Set-Cookie keeps its name and attributes", () => {
  const response = {
    statusCode: 200,
    statusDescription: "OK",
    headers: ["set-cookie", "sid=secret; Path=/; Secure"],
  };
  const { event } = new FieldHider(key, new Set()).hide(
    { ...eventOf("/"), eventType: "viewer-response", response },
    { name: "fn", at: 0 },
  );
  assert.match(event.response!.headers[1]!, /^sid=hashed-cookie-[\w-]{22}; Path=\/; Secure$/);
});

test("a sample is one visit of two hundred, fifty a second at most, and two a second beside", () => {
  for (const [visits, perSecond, least, most] of [
    [100_000, 50_000, 122, 126],
    [40_000, 20_000, 122, 126],
    [20_000, 10_000, 122, 126],
    [20_000, 2000, 138, 142],
    [100, 1, 100, 100],
  ] as const) {
    const recorder = recorderWith({ mode: "sample" });
    for (let visit = 0; visit < visits; visit += 1) {
      const endedAt = 100_000 + (visit * 1000) / perSecond;
      recorder.listener(visitOf("fn", eventOf("/a"), endedAt));
    }
    const { length } = runsIn(recorder, "fn");
    assert.ok(length >= least && length <= most, `${length} of ${visits}`);
  }
});

test("memory is bounded, and shapes that are rare stay", () => {
  const recorder = recorderWith({ lengthMax: 100_000 });
  recorder.listener(visitOf("fn", eventOf("/rare", ["x-rare", "1"])));
  for (let number = 0; number < 5000; number += 1) {
    recorder.listener(visitOf(number % 10 === 0 ? "other" : "fn", eventOf(`/common/${number}`)));
  }
  const runs = runsIn(recorder, "fn");
  assert.ok(runs.length > 100 && runs.length < 1000, String(runs.length));
  assert.equal(runs[0]!.event.request.uri, "/rare");
  assert.equal(runs.at(-1)!.event.request.uri, "/common/4999");
  assert.ok(runsIn(recorder, "other").length > 0);
});

test("pages follow on each other", () => {
  const recorder = recorderWith({ lengthMax: 10_000_000 });
  for (let number = 0; number < 3000; number += 1) {
    recorder.listener(visitOf("fn", eventOf(`/${number}`, ["x-long", "y".repeat(1000)])));
  }
  const seen: number[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page = recorder.page("fn", after);
    seen.push(...page.lines.map(({ number }) => number));
    after = page.next;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 3000 }, (_, index) => index + 1),
  );
});

test("events of a shape differ in values alone", () => {
  const shape = eventShape(
    eventOf("/users/17/photo.jpg", ["Host", "a", "Cookie", "b=1; a=2"], "y=1&x=2"),
  );
  assert.equal(
    shape,
    eventShape(eventOf("/users/9/photo.jpg", ["cookie", "a=9; b=3", "host", "c"], "x=8&y=1")),
  );
  assert.notEqual(shape, eventShape(eventOf("/users/17/photo.jpg", ["Host", "a"], "y=1&x=2")));
  const alone = (value: string): string => eventShape(eventOf("/", [], `hashed-query-${value}`));
  assert.equal(alone("a"), alone("b"));
  assert.equal(pathPattern("/assets/app.8f3a.js"), "/assets/*.js");
  assert.equal(pathPattern("/index.html"), "/index.html");
});
