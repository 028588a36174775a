import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { KeyValueReader, TestRun } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, patientWatchdogMs } from "../../test/support/sample-copy.ts";
import { viewerRequest } from "./testing/short-event.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const sentence =
  "The CloudFront function associated with the CloudFront distribution is invalid or could not run. ";

const store: KeyValueReader = {
  id: "11111111-2222-3333-4444-555555555555",
  get: (key) => (key === "broken" ? "{x" : undefined),
  keyCount: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastUpdatedTime: "2026-01-01T00:00:00.000Z",
};

function run(source: string): TestRun {
  return runtime.test(copyOf(source), JSON.stringify(viewerRequest("/")), store);
}

/** How a run of a handler's body fails, without the sentence before it. */
function failure(body: string): string {
  return run(
    `import cf from 'cloudfront'; async function handler(event) { ${body} }`,
  ).errorMessage.slice(sentence.length);
}

/** What a caught error of an expression's says. */
function caught(expression: string): string {
  const source = `function handler(event) { try { ${expression} } catch (e) { console.log(String(e)) } return event.request }`;
  return run(source).logs.join("\n");
}

test("run() leaves the messages of the function's own errors as they are", () => {
  for (const message of ["apiKey is not defined", "x is not a function", "URI malformed"]) {
    assert.equal(caught(`throw new Error('${message}')`), `Error: ${message}`);
    assert.equal(failure(`throw new TypeError('${message}')`), `TypeError: ${message}`);
    assert.equal(
      failure(`Promise.reject(new Error('${message}')); return event.request`),
      `Error: unhandled promise rejection: Error: ${message}`,
    );
  }
  assert.equal(
    caught("require('querystring').parse('a', null, null, { decodeURIComponent: 1 })"),
    "TypeError: option decodeURIComponent is not a function",
  );
});

test("run() shows nothing of what is compiled into a function", () => {
  assert.equal(
    caught("var u; u[function () {}]"),
    'TypeError: cannot get property "[object Function]" of undefined',
  );
});

test("run() names the value of a computed name that is called", () => {
  const is = (key: string) => `TypeError: (intermediate value)["${key}"] is not a function`;
  assert.equal(caught("var routes = {}; routes[event.request.uri](event)"), is("/"));
  assert.equal(failure("var k = 'a' + 1; return event[k]()"), is("a1"));
  assert.equal(failure("var k = '/'; return new event[k](1)"), is("/"));
  assert.equal(failure("await null; var k = 'later'; return event[k]()"), is("later"));
  assert.equal(failure("return event[(1, 'last')]()"), is("last"));
});

test("run() gives what was thrown a stack that names the error and none of our files", () => {
  const stack = (statement: string) => {
    const source = `async function handler(event) { try { ${statement} } catch (e) { console.log(e.stack) } return event.request }`;
    return run(source).logs.join("\n");
  };
  assert.equal(stack("null.x"), 'TypeError: cannot get property "x" of null\n    at handler');
  assert.equal(stack("await Promise.reject(new Error('no'))"), "Error: no\n    at handler");
  assert.equal(stack("throw new Error('no')"), "Error: no\n    at handler");
  assert.equal(stack("var e = new Error('no'); e.stack = 'mine'; throw e"), "mine");
  assert.equal(
    stack(
      "throw Object.defineProperty(new Error(), 'message', { get: function () { while (true) {} } })",
    ),
    "",
  );
});

test("run() still puts the engine's errors into njs's words, rejections among them", () => {
  assert.equal(caught("nope"), 'ReferenceError: "nope" is not defined');
  assert.equal(
    failure("(async function () { null.x })(); return event.request"),
    'Error: unhandled promise rejection: TypeError: cannot get property "x" of null',
  );
});

test("errors have njs's shape: no cause, no stack, one family", () => {
  const seen = `[new Error('a', { cause: 1 }).cause, typeof new Error('a').stack, new TypeError('b') instanceof Error,
    TypeError('b').name, Object.getPrototypeOf(TypeError) === Error, Error.length, new AggregateError([1], 'm').errors[0]].join()`;
  assert.equal(caught(`throw ${seen}`), ",undefined,true,TypeError,true,1,1");
  assert.equal(
    caught(
      "try { null.x } catch (e) { throw [e.constructor === TypeError, e instanceof Error].join() }",
    ),
    "true,true",
  );
});

test("a lost KeyNotFound says so", () => {
  assert.equal(
    failure("cf.kvs().get('none'); return event.request"),
    "Error: unhandled promise rejection: KeyNotFound",
  );
  assert.equal(failure("await cf.kvs().get('none')"), "KeyNotFound");
});

test("get() of a value that is no JSON is refused as JSON.parse() refuses it", () => {
  assert.equal(
    failure("await cf.kvs().get('broken', { format: 'json' })"),
    "SyntaxError: Unexpected token at position 1",
  );
});

test("Function() is refused, but for the text that finds the global object", () => {
  const refusal = 'TypeError: function constructor is disabled in "safe" mode';
  assert.equal(caught("Function('return 1')"), refusal);
  assert.equal(caught("new Function('a', 'return this')"), refusal);
  assert.equal(caught("throw new Function('return this')() === globalThis"), "true");
});

test("console.log() keeps 10 KB of UTF-8, and whole characters", () => {
  for (const text of ["x", "é", "家", "😀", "a😀é"]) {
    const { logs } = run(
      `function handler(event) { for (var i = 0; i < 30; i++) console.log('${text}'.repeat(300)); console.log('${text}'.repeat(5000)); return event.request }`,
    );
    const kept = logs.join("");
    assert.ok(Buffer.byteLength(kept) <= 10_240);
    assert.ok(Buffer.byteLength(kept) > 10_240 - 4, `${text}: ${Buffer.byteLength(kept)}`);
    assert.ok(kept.isWellFormed());
  }
});

test("Symbol has no names that are newer than the runtimes", () => {
  assert.equal(
    caught(
      "throw [typeof Symbol.dispose, typeof Symbol.asyncDispose, typeof Symbol.iterator].join()",
    ),
    "undefined,undefined,symbol",
  );
  assert.equal(
    caught(
      "throw [Symbol('a').toString(), Symbol('a') === Symbol('a'), Symbol.for('a') === Symbol.for('a')].join()",
    ),
    "Symbol(a),false,true",
  );
});
