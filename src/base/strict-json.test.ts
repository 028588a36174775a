import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuMsOf } from "../../test/support/cpu-ms-of.ts";
import { JsonRefusal, parseStrictJson } from "./strict-json.ts";

const refusalOf = (json: string): string | undefined => {
  try {
    assert.deepEqual(parseStrictJson(json), JSON.parse(json));
    return undefined;
  } catch (error) {
    assert.ok(error instanceof JsonRefusal, String(error));
    return error.message;
  }
};

test("JsonRefusal.withoutContent tells a place, and nothing that stands there", () => {
  const told = (json: string): string => {
    try {
      return String(parseStrictJson(json));
    } catch (error) {
      return (error as JsonRefusal).withoutContent;
    }
  };
  assert.match(told("root:x:0:0"), /^is not JSON( \(line 1 column 1\))?$/);
  assert.match(told('{"a":\nsecret}'), /^is not JSON( \(line 2 column 1\))?$/);
  assert.equal(told('{"secret":1,"secret":2}'), "says a name twice, and only one could count");
});

test("parseStrictJson() refuses a name that an object has twice, however deep or escaped", () => {
  const cases: [json: string, path: string | undefined][] = [
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', undefined],
    ['{"a":1,"b":2,"a":3}', "a"],
    ['{"x":[{}, {"b":1 , "b" :1}]}', "x[1].b"],
    ['[[1,2],[{"a":{"b":[],"b":[]}}]]', "[1][0].a.b"],
    ['{"a":{"c":1},"b":{"c":1},"a":1}', "a"],
    ['{"a":[{"b":1},"b"],"b":1}', undefined],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"\\"":1,"\\u0022":2}', '"'],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","b":"a"}', undefined],
    ['{"a":"\\\\","a":1}', "a"],
    ['{"a":"\\\\\\"","b":1}', undefined],
    ['{"":1,"":2}', ""],
    ['["a","a"]', undefined],
    ['"a"', undefined],
    ["null", undefined],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ];
  for (const [json, path] of cases) {
    const expected =
      path === undefined ? undefined : `says "${path}" twice, and only one could count`;
    assert.equal(refusalOf(json), expected, json);
  }
});

test("parseStrictJson() says what is no JSON", () => {
  for (const json of ["", "{", '{"a":1,}', "{'a':1}"]) {
    assert.match(refusalOf(json) ?? "", /^is not JSON: /, json);
  }
});

/** Each is about 2 MB; what is linear in one is far below a second. */
test("parseStrictJson() takes time that grows with the text and no faster", () => {
  const half = 1_000_000;
  const large = [
    `{"a":"${"\\\\".repeat(half)}"}`,
    `{"a":"${'\\"'.repeat(half)}"}`,
    `{${Array.from({ length: half / 5 }, (_, index) => `"${index}":1`).join(",")}}`,
    `[${'{"a":1},'.repeat(half / 4)}0]`,
    `${'{"a":'.repeat(half / 3)}1${"}".repeat(half / 3)}`,
    `{"a"${" ".repeat(2 * half)}:1}`,
  ];
  for (const json of large) {
    const ms = cpuMsOf(() => void parseStrictJson(json));
    assert.ok(ms < 1500, `${json.slice(0, 20)}… took ${ms.toFixed()} ms`);
  }
});

for (const [json, hint] of [
  ['{"a": 1,}', "no comma may stand before } or ]"],
  ['{\n  "a": [1, 2,\n  ]\n}', "no comma may stand before } or ]"],
  ['{"a": 1} // more', "JSON has no comments"],
  ['{ // first\n"a": 1}', "JSON has no comments"],
  ["{'a': 1}", `texts and names stand in ", not in '`],
  [`{"a": 'b'}`, `texts and names stand in ", not in '`],
  ["{a: 1}", 'names stand in "'],
] as const) {
  test(`parseStrictJson() says of ${JSON.stringify(json)} what to write instead`, () => {
    assert.ok(refusalOf(json)?.endsWith(`; ${hint}`), refusalOf(json));
  });
}
