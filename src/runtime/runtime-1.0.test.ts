import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createRuntime } from "./isolate-runtime.ts";
import type { RuntimeName } from "./runtime-name.ts";
import { viewerRequest } from "./testing/short-event.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** What expressions are worth on a runtime, as text; an error's text when they throw. */
function values(expressions: readonly string[], name: RuntimeName = "cloudfront-js-1.0"): string[] {
  const attempts = expressions.map((each) => `function () { return ${each} }`).join();
  const source = `function handler(event) {
      [${attempts}].forEach(function (f) { try { console.log(String(f())) } catch (e) { console.log(String(e)) } });
      return event.request }`;
  const run = runtime.test(copyOf(source, name), JSON.stringify(viewerRequest("/")));
  assert.equal(run.errorMessage, "");
  return [...run.logs];
}

test("1.0 lacks what came with 2.0, and 2.0 has it", () => {
  const since20 = [
    "Buffer",
    "DataView",
    "atob",
    "btoa",
    "''.replaceAll",
    "Promise.all",
    "Symbol.for",
    "[].keys",
    "Uint8Array.from",
    "event.request.rawQueryString",
  ].map((each) => `typeof ${each.replace("event", "({ request: {} })")}`);
  assert.deepEqual(new Set(values(since20)), new Set(["undefined"]));
  const has = values(since20.slice(0, -1), "cloudfront-js-2.0");
  assert.deepEqual(new Set(has), new Set(["function"]));
});

test("1.0 has the string methods for bytes, and 2.0 has not", () => {
  assert.deepEqual(
    values([
      "String.bytesFrom([104, 105])",
      "String.bytesFrom('aGk', 'base64url')",
      "'é'.toUTF8().length",
      "'é'.toUTF8().fromUTF8()",
      "'日'.toBytes()",
      "String.bytesFrom([255]).fromUTF8()",
      "'hi'.toString('hex')",
      "String.bytesFrom('x', 'latin1')",
      "String.bytesFrom('x')",
    ]),
    [
      "hi",
      "hi",
      "2",
      "é",
      "null",
      "null",
      "6869",
      'TypeError: Unknown encoding: "latin1"',
      'TypeError: "encoding" must be a string',
    ],
  );
  assert.deepEqual(values(["typeof String.bytesFrom", "typeof ''.toUTF8"], "cloudfront-js-2.0"), [
    "undefined",
    "undefined",
  ]);
});

test("1.0's digest() without an encoding is a byte string, 2.0's a Buffer", () => {
  const digest = "require('crypto').createHash('md5').update('').digest()";
  assert.deepEqual(values([`typeof ${digest}`, `${digest}.length`, `${digest}.toString('hex')`]), [
    "string",
    "16",
    "d41d8cd98f00b204e9800998ecf8427e",
  ]);
  assert.deepEqual(values([`Buffer.isBuffer(${digest})`], "cloudfront-js-2.0"), ["true"]);
});

// The right values here are those of njs 0.4.3, built from its source.
const hashOf = (text: string) =>
  `require('crypto').createHash('sha256').update(${text}).digest('hex')`;

test("1.0 hashes the bytes of a byte string, as data and as a key", () => {
  const inner = "require('crypto').createHmac('sha256', 'k').update('a').digest()";
  const outer = (encoding: string) =>
    `require('crypto').createHmac('sha256', ${inner}).update('b').digest('${encoding}')`;
  const expected: Record<string, string> = {
    [outer("hex")]: "693643825562386579861644d1d9f4eb3aeb431f8b5897bbc22a2f2724590a3e",
    [outer("base64")]: "aTZDglViOGV5hhZE0dn06zrrQx+LWJe7wiovJyRZCj4=",
    [outer("base64url")]: "aTZDglViOGV5hhZE0dn06zrrQx-LWJe7wiovJyRZCj4",
    "require('crypto').createHmac('sha256', String.bytesFrom('ff00fe', 'hex')).update('b').digest('hex')":
      "41714274202bdd234554bbf9307684b0c6ecbc4ee546addebb4da2a88b49d28d",
    [hashOf("String.bytesFrom([255])")]:
      "a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89",
    [hashOf("'ÿ'")]: "ea47fa96cf6d727d3068913da9193fef44aec4ee2c5972e9ac50cf7d637a56cf",
    [hashOf("'é'.toBytes()")]: "de2e331d891ae267a7009cb45b4e8830f170e0c937288ea2731a1941c7a53b0d",
    [hashOf("'é'.toUTF8()")]: "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
    [hashOf("require('crypto').createHash('md5').update('a').digest()")]:
      "9775d5cee64852f7b24d8cb90866f93d9100d057cb2ea588957a1d366cbb4bfb",
  };
  assert.deepEqual(values(Object.keys(expected)), Object.values(expected));
});

test("1.0's byte strings count, cut, join and convert as bytes", () => {
  const expected: Record<string, string> = {
    "String.bytesFrom([0xc3, 0xa9]).length": "2",
    "String.bytesFrom([0xff]).charCodeAt(0)": "255",
    "String.bytesFrom([0xc3, 0xa9]).codePointAt(1)": "169",
    "String.bytesFrom([0xff, 300, -1, 1.9, '7', NaN]).toString('hex')": "ff2cff010700",
    "(String.bytesFrom([0xc3]) + String.bytesFrom([0xa9])).fromUTF8()": "é",
    "('é' + String.bytesFrom([0xff])).toString('hex')": "c3a9ff",
    "String.bytesFrom([0xff, 0xfe]).slice(1).toString('hex')": "fe",
    "String.bytesFrom([0xff, 0xfe]).split('')[1].toString('hex')": "fe",
    "String.bytesFrom([0xff, 0xfe]).repeat(2).toString('base64url')": "__7__g",
    "String.bytesFrom([0xff]) === 'ÿ'": "false",
    "'aé'.toBytes(1).toString('hex')": "e9",
    "'aé日'.toUTF8(1, 2).toString('hex')": "c3",
    "'aé日'.toUTF8().fromUTF8() === 'aé日'": "true",
    "String.bytesFrom([0xff, 0xfe]).fromBytes()": "ÿþ",
    "String.bytesFrom([0xc3, 0xa9]).fromBytes()": "Ã©",
    "'日'.fromBytes()": "日",
    "String.bytesFrom([0xff]).toUTF8().toString('hex')": "ff",
    "String.bytesFrom([0xff, 0xfe]).toString('base64')": "//4=",
    "String.bytesFrom('YWJj-YWJj', 'base64')": "abc",
    "String.bytesFrom('YWJj+YWJj', 'base64url')": "abc",
    "String.bytesFrom('616', 'hex')": "a",
    "'\ud83d\udc80'.charCodeAt(1)": "56448",
    "encodeURIComponent(String.bytesFrom([0xff, 0x20]))": "%FF%20",
    "encodeURI('x/' + 'é'.toUTF8())": "x/%C3%A9",
    "require('querystring').escape(String.bytesFrom([0xff]))": "%FF",
  };
  assert.deepEqual(values(Object.keys(expected)), Object.values(expected));
});

test("1.0's byte strings read as the text that they are in UTF-8", () => {
  assert.deepEqual(
    values([
      "String.bytesFrom('w6k=', 'base64')",
      "'x' + 'é日😀'.toUTF8()",
      "String.bytesFrom([0x61, 0xff])",
      `JSON.parse('{"a":"é"}'.toUTF8()).a === 'é'`,
      "JSON.stringify({ a: 'é'.toUTF8() })",
    ]),
    ["é", "xé日😀", "a\ufffd", "true", '{"a":"é"}'],
  );
  const source = `function handler(event) {
    var text = String.bytesFrom('w6k=', 'base64'), request = event.request;
    request.uri = '/' + text; request.headers['x-a'] = { value: text }; return request }`;
  const { outcome } = runtime.run(copyOf(source, "cloudfront-js-1.0"), sampleEvent);
  assert.ok(outcome.type === "request");
  assert.equal(Buffer.from(outcome.request.uri, "latin1").toString(), "/é");
  assert.equal(Buffer.from(outcome.request.headers.at(-1) ?? "", "latin1").toString(), "é");
  const alone = source.replace("request.headers['x-a'] = { value: text };", "");
  const rewritten = runtime.run(copyOf(alone, "cloudfront-js-1.0"), sampleEvent).outcome;
  assert.ok(rewritten.type === "request");
  assert.equal(Buffer.from(rewritten.request.uri, "latin1").toString(), "/é");
});

test("1.0 says undefined of null, and knows neither cloudfront nor buffer", () => {
  assert.deepEqual(values(["null.x", "require('cloudfront')", "require('buffer')"]), [
    'TypeError: cannot get property "x" of undefined',
    'Error: Cannot find module "cloudfront"',
    'Error: Cannot find module "buffer"',
  ]);
});
