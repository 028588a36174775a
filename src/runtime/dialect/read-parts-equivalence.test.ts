/**
 * Thousands of made-up functions, each run with what it reads of the event and with all of it.
 *
 * They run in node:vm, where loading a function costs microseconds, on the harness that isolates
 * run. The outcome, the log and the steps must be the same. The choices come from a fixed seed, so
 * that a failure is found again; its message is the function.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { buildOutcome } from "../event/build-outcome.ts";
import { decodeAnswer } from "../event/decode-answer.ts";
import { encodeEvent } from "../event/encode-event.ts";
import { ShapeNumbers } from "../event/header-shapes.ts";
import type { FunctionEvent, Outcome } from "../function-runtime.ts";
import { guestSource } from "../guest-source.ts";
import type { GuestInvoke } from "../guest/invoke.ts";
import { randomFrom } from "../../../test/support/sample-random.ts";
import { compileFunction } from "./compile-function.ts";
import { type ReadParts, readsAll, withWhole } from "./read-parts.ts";

const howMany = 1000;

const random = randomFrom(20_261_123);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
const several = <Item>(most: number, make: () => Item): Item[] =>
  Array.from({ length: below(most + 1) }, make);

const names = ["host", "accept", "a", "b", "x-a", "theme", "7", "then", "value", "é"];
/** What objects inherit is shared here, where no realm is frozen: it is not written to. */
const inherited = [
  "toString",
  "constructor",
  "hasOwnProperty",
  "valueOf",
  "__proto__",
  "toJSON",
  "length",
];
const name = (): string => (below(6) === 0 ? pick(inherited) : pick(names));
const map = (): string =>
  pick([
    ...["h", "h", "c", "q", "x", "y", "r.headers", "r.cookies", "r.querystring"],
    ...["e.request.headers", "e.request.cookies", "e.response.headers", "e.response.cookies"],
  ]);
const holder = (): string => pick(["e", "r", "e.request", "e.response", "x"]);
const entry = (): string =>
  pick([
    "{ value: 'v' }",
    "{ value: 'v', multiValue: [{ value: 'v' }, { value: 'w' }] }",
    "{ value: 'v', multiValue: [] }",
    "{ value: 'v', attributes: 'Secure' }",
    "{}",
  ]);

/** Statements that the proof can follow, so that parts are left out. */
const tame: (() => string)[] = [
  () => `show(${map()}['${name()}']);`,
  () => `show(${map()}['${name()}'].value);`,
  () => `show('${name()}' in ${map()});`,
  () => `show(${map()}.hasOwnProperty('${name()}'));`,
  () => `${map()}['${name()}'] = ${entry()};`,
  () => `${map()}['${pick(names)}'].value = 'n';`,
  () => `${map()}['${pick(names)}'].multiValue = [{ value: 'm' }];`,
  () => `delete ${map()}['${name()}'];`,
  () => `x = ${map()}; if (x) show(typeof x['${name()}']);`,
  () => `y = same(${map()}); show(y['${name()}']);`,
  () => `r = ${pick(["e.request", "e.response", "e.response || e.request"])};`,
  () => `r.uri += 'x';`,
  () => `show(e.${pick(["context.requestId", "context.eventType", "viewer.ip", "viewer.port"])});`,
  () => `y = e.${pick(["context", "viewer"])}; show(y.ip); show(typeof y.requestId);`,
  () => `r.headers = { host: h.host };`,
  () => `r.cookies = { a: ${entry()} };`,
  () => `r.querystring = ${pick(["'a=1'", "{ a: { value: 'z' } }", "{}"])};`,
  () => `r.headers = {};`,
  () => `delete r.${pick(["headers", "cookies", "querystring"])};`,
  () => `other(${map()});`,
  () => `show([3, 1, 2].sort()[k]); show(Object.keys({ p: 1 }));`,
];
/** Statements after which a map, or everything, must be taken to be read. */
const wild: (() => string)[] = [
  () => `show(Object.keys(${map()}));`,
  () => `for (var n in ${map()}) show(n);`,
  () => `show(${map()}[${pick(["k", "'a' + ''", "'__pro' + 'to__'"])}]);`,
  () => `show('' + ${map()});`,
  () => `show(JSON.stringify(${pick([map, holder])()}));`,
  () => `o.p = ${pick([map, holder])()}; show(o.p);`,
  () => `x = ${holder()}; show(x['${pick(["headers", "cookies", "request"])}']);`,
  () => `(function (z) { show(z); })(${map()});`,
  () => `[${map()}].forEach(show);`,
  () => `r.headers = ${map()};`,
  () => `x = ${map()}.valueOf(); show(x);`,
  () => `x = ${map()} || {}; x.extra = ${holder()};`,
  () => `e.request = r;`,
  () => `e.${pick(["viewer", "context"])} = e.${pick(["context", "viewer", "request"])};`,
  () => `show(JSON.stringify(e.${pick(["context", "viewer"])}));`,
  () => `for (var n in e.${pick(["context", "viewer"])}) show(e.viewer[n]);`,
  () => `show(e.request.rawQueryString());`,
  () => `show(typeof r.rawQueryString);`,
  () => `show(${map()} == '${name()}');`,
];
const ends: (() => string)[] = [
  () => "return r;",
  () => "return e.request;",
  () => "return e.response;",
  () => "return e.response ? e.response : e.request;",
  () => "return { statusCode: 200, body: out, headers: { a: { value: 'b' } } };",
  () => `return { statusCode: 200, headers: ${map()}, cookies: ${map()} };`,
  () => "return { method: 'GET', uri: '/n', querystring: q, headers: h, cookies: c };",
  () => "return { method: 'GET', uri: '/n', querystring: {}, headers: { host: h.host } };",
];

function makeSource(): string {
  const wildness = pick([0, 0, 0.1, 0.4]);
  const statement = (): string => {
    const text = pick(random() < wildness ? wild : tame)();
    if (below(3) > 0) return `try { ${text} } catch (error) { show(error.message); }`;
    return below(4) === 0 ? `if (k > ${below(5)}) { ${text} }` : text;
  };
  const start = "var r = e.request, h = r.headers, c = r.cookies, q = r.querystring, x, y;";
  return `var out = '', k = 2, o = {};
function show(value) { out += JSON.stringify(value) + ';'; }
function same(given) { return given; }
function other(z) { show(z['${name()}']); }
${pick(["", "", "async "])}function handler(e) {
${start}
${several(5, statement).join("\n")}
console.log(out);
${pick(ends)()}
}`.replaceAll(/show\((x|y|z)\);/g, "show($1 && $1.a);");
}

const headerSets = [
  ["Host", "Accept", "Cookie", "X-A"],
  ["Host", "User-Agent", "Accept", "Theme", "Value", "X-Amz-Cf-Id", "Cookie"],
  ["host", "X-A", "x-a", "Cookie", "Cookie", "7", "a"],
  ["Host", "B", "constructor", "toString", "Then", "é"],
  [],
];
const cookie = (): string =>
  `${pick([...names, "session", "\ta", "\xa0b", "\xc2\xa0a"])}${pick(["=", ""])}${pick(["1", "", "2=3"])}`;
const line = (header: string): string =>
  header.toLowerCase() === "cookie"
    ? [cookie(), ...several(2, cookie)].join(pick(["; ", ";"]))
    : pick(["one", "two", "caf\xe9", "\xc3\xa9"]);

function makeEvent(): FunctionEvent {
  const event: FunctionEvent = {
    eventType: "viewer-request",
    distributionDomainName: "d1.cloudfront.localhost",
    distributionId: "E1",
    requestId: "id==",
    viewerIp: "198.51.100.7",
    request: {
      method: pick(["GET", "HEAD"]),
      uri: pick(["/", "/a/b.html"]),
      querystring: pick([undefined, "", several(3, cookie).join("&")]),
      headers: pick(headerSets).flatMap((header) => [header, line(header)]),
    },
  };
  if (below(2) === 0) return event;
  const setCookies = several(2, () => ["Set-Cookie", `${cookie()}${pick(["", "; Path=/"])}`]);
  const headers = pick([["Server", "X-A"], ["a"], ["host", "theme", "Theme", "Content-Length"]]);
  return {
    ...event,
    eventType: "viewer-response",
    response: {
      statusCode: pick([200, 404]),
      statusDescription: "OK",
      headers: [...headers.flatMap((header) => [header, line(header)]), ...setCookies.flat()],
    },
  };
}

interface Result {
  readonly outcome: Outcome;
  readonly logs: readonly string[];
  readonly steps: number;
  /** Whether the answer depended on what was left out. */
  readonly repeated: boolean;
}

/** A function in a harness of its own. */
class Runner {
  readonly #context = vm.createContext({});
  readonly #entry: GuestInvoke;
  #numbers = new ShapeNumbers();
  #taught = 0;

  constructor() {
    const boot = vm.runInContext(guestSource("cloudfront-js-2.0"), this.#context) as (
      frozen: boolean,
      readStore: () => string,
    ) => GuestInvoke;
    this.#entry = boot(false, () => "");
  }

  load(script: string, hasJobs: boolean): void {
    this.#entry.load(vm.runInContext(script, this.#context) as never, hasJobs, true);
    this.#numbers.forget();
  }

  async run(event: FunctionEvent, reads: ReadParts): Promise<Result> {
    const sent = encodeEvent(event, reads, this.#numbers);
    this.#taught = this.#numbers.teach(this.#taught, this.#entry.learnShape);
    let text = this.#entry.invoke(0, sent);
    if (text === "?") {
      await Promise.resolve();
      text = this.#entry.settle();
    }
    if (text === "*") [text] = this.#entry.take();
    if (text.startsWith("~")) {
      this.#numbers.forget();
      const result = await this.run(event, withWhole(reads, text.slice(1)));
      this.#numbers.forget();
      return { ...result, repeated: true };
    }
    const answer = decodeAnswer(text);
    const logs = answer.type === "same-request" ? [] : answer.logs;
    return { outcome: buildOutcome(answer, event), logs, steps: answer.steps, repeated: false };
  }
}

test("readParts() leaves out nothing of which a function could tell that it is not there", async () => {
  const fast = new Runner();
  const full = new Runner();
  const counts = { leftOut: 0, repeated: 0, same: 0 };
  for (let i = 0; i < howMany; i += 1) {
    const source = makeSource();
    const compiled = compileFunction(source, "cloudfront-js-2.0");
    assert.equal(compiled.type, "compiled", source);
    if (compiled.type !== "compiled" || compiled.reads === readsAll) continue;
    counts.leftOut += 1;
    for (const runner of [fast, full]) runner.load(compiled.script, compiled.hasJobs);
    for (let j = 0; j < 4; j += 1) {
      const event = makeEvent();
      const { repeated, ...result } = await fast.run(event, compiled.reads);
      const expected = await full.run(event, readsAll);
      counts[repeated ? "repeated" : "same"] += 1;
      assert.deepEqual(
        { ...result, repeated: false },
        expected,
        `${source}\n${JSON.stringify(event)}`,
      );
    }
  }
  // So many that the comparison says something.
  assert.ok(counts.leftOut > howMany / 3, JSON.stringify(counts));
  assert.ok(counts.same > 2 * counts.repeated && counts.repeated > 100, JSON.stringify(counts));
});
