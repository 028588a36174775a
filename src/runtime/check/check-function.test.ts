import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFunction } from "./check-function.ts";

const rules = (
  source: string,
  runtime: "cloudfront-js-1.0" | "cloudfront-js-2.0" = "cloudfront-js-2.0",
) => checkFunction(source, runtime).map(({ rule, line }) => `${line} ${rule}`);

const handler = "function handler(event) { return event.request }\n";

test("checkFunction() finds nothing in a function that CloudFront takes", () => {
  const source = `import cf from 'cloudfront';
    const kvs = cf.kvs();
    async function handler(event) {
      let value;
      try { value = await kvs.get(event.request.uri); } catch (e) { console.log(\`miss \${e}\`); }
      return event.request;
    }`;
  assert.deepEqual(checkFunction(source, "cloudfront-js-2.0"), []);
});

test("checkFunction() names every line, the rule and what to write instead", () => {
  const source = `class A {} var b, list, f, y, x;
const { a } = b;
for (const x of list) f(...x);
x = y?.z;
${handler}`;
  assert.deepEqual(rules(source), [
    "1 class",
    "2 destructuring",
    "3 for-of",
    "3 spread",
    "4 optional-chaining",
  ]);
  const [, second] = checkFunction(source, "cloudfront-js-2.0");
  assert.deepEqual(second, {
    severity: "error",
    rule: "destructuring",
    line: 2,
    column: 9,
    message: "destructuring is not supported by cloudfront-js-2.0; write const a = event.a",
    engineMessage: 'SyntaxError: Token "a" not supported in this version in 2',
  });
});

test("checkFunction() finds built-ins that are absent there", () => {
  assert.deepEqual(
    rules(
      `var m = new Map();\nvar u = new URL('/');\nvar o = Object.fromEntries([]);\n[].flat();\n${handler}`,
    ),
    ["1 absent-global", "2 absent-global", "3 absent-built-in", "4 absent-built-in"],
  );
  assert.deepEqual(
    rules(`function Map() {}\nvar m = new Map(), t = typeof Set, o = { Set: 1 };\n${handler}`),
    [],
  );
});

test("checkFunction() knows what 1.0 lacks", () => {
  assert.deepEqual(rules(`let a = 1;\nvar b = Buffer.from('');\n${handler}`, "cloudfront-js-1.0"), [
    "1 since-2.0",
    "2 absent-global",
  ]);
  const [keyword] = checkFunction(`let a = 1;\n${handler}`, "cloudfront-js-1.0");
  assert.equal(
    keyword?.message,
    'SyntaxError: Token "let" not supported in this version in 1; use cloudfront-js-2.0, or var and plain functions',
  );
});

test("checkFunction() knows what 2.0 lost", () => {
  const source = `var b = String.bytesFrom([1]);\nvar t = 'a'.toUTF8();\n${handler}`;
  assert.deepEqual(rules(source), ["1 absent-built-in", "2 absent-built-in"]);
  assert.deepEqual(rules(source, "cloudfront-js-1.0"), []);
});

test("checkFunction() tells a spread in an object once", () => {
  assert.deepEqual(rules(`var b, a = { ...b };\n${handler}`), ["1 spread"]);
});

test("checkFunction() finds a missing handler, an unused import, a late one, and further log arguments", () => {
  assert.deepEqual(rules("function main() {}"), ["1 handler"]);
  assert.deepEqual(rules(`import cf from 'cloudfront';\n${handler}`), ["1 unused-import"]);
  assert.deepEqual(rules(`${handler}import c from 'crypto';\nconsole.log(1, c);`), [
    "2 late-import",
    "3 console-arguments",
  ]);
});

test("checkFunction() finds a source that is too large", () => {
  assert.deepEqual(rules(`${handler}// ${"x".repeat(10_300)}`), ["1 size"]);
});

test("checkFunction() reports what cannot be read at all, with the engine's words", () => {
  const [finding] = checkFunction(
    "function handler(event) {\n  return event.request",
    "cloudfront-js-2.0",
  );
  assert.equal(finding?.engineMessage, "SyntaxError: Unexpected end of input in 2");
});

test("checkFunction() finds members that the cloudfront module does not have", () => {
  const source = `import cf from 'cloudfront';
if (cf.future) cf.logCustomData('x');
cf.overrideRequestOrigin('a');
cf.mtls.renameHeaders({});
var id = cf.distributionTenant.parameters.get('a') + cf.edgeLocation.name + cf.tenant.id;
cf.hasOwnProperty('kvs');
${handler}`;
  assert.deepEqual(rules(source), [
    "3 cloudfront-member",
    "4 cloudfront-member",
    "5 cloudfront-member",
  ]);
  assert.match(
    checkFunction(source, "cloudfront-js-2.0")[1]?.message ?? "",
    /^cf\.mtls\.renameHeaders is not there; the cloudfront module has mtls\.combinePemHeaders, /,
  );
  assert.deepEqual(rules(`var c = require('cloudfront');\nc.count();\n${handler}`), [
    "2 cloudfront-member",
  ]);
});

test("checkFunction() warns of a rest parameter in a function that awaits", () => {
  assert.deepEqual(rules(`${handler}async function f(a, ...rest) {\n  await a; return rest }`), [
    "2 rest-and-await",
  ]);
  assert.deepEqual(rules(`${handler}var f = async (...rest) => await rest[0]`), [
    "2 rest-and-await",
  ]);
  assert.deepEqual(rules(`${handler}async function f(...rest) { return rest }`), []);
  assert.deepEqual(
    rules(`${handler}async function f(...rest) { return async () => { await 1 } }`),
    [],
  );
});

test("checkFunction() wants the handler of the kind of function, which the source says where nobody else does", () => {
  const ofConnections = "function connectionHandler(connection) { connection.allow(); }";
  const found = (source: string, kind?: "request" | "connection") =>
    checkFunction(source, "cloudfront-js-2.0", kind).map(
      ({ rule, message }) => `${rule}: ${message}`,
    );
  assert.deepEqual(found(ofConnections), []);
  assert.deepEqual(found(ofConnections, "connection"), []);
  assert.deepEqual(found(ofConnections, "request"), [
    "handler: there is no function named handler; write function handler(event) { … }",
  ]);
  assert.deepEqual(found(handler, "connection"), [
    "handler: there is no function named connectionHandler; write function connectionHandler(connection) { … }",
  ]);
  // Neither is a result: what decides is what was called.
  assert.deepEqual(found(`${ofConnections} function handler() {}`, "connection"), []);
});
