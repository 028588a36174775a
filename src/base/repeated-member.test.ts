import assert from "node:assert/strict";
import { test } from "node:test";
import { findRepeatedMember } from "./repeated-member.ts";

test("findRepeatedMember() finds the name that an object has twice, however deep", () => {
  const cases: [json: string, name: string | undefined][] = [
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', undefined],
    ['{"a":1,"b":2,"a":3}', "a"],
    ['{"x":[{"b":1 , "b" :1}]}', "b"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","b":"a"}', undefined],
    ['{"a":"\\\\","a":1}', "a"],
    ['["a","a"]', undefined],
    ['"a"', undefined],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ];
  for (const [json, name] of cases) assert.equal(findRepeatedMember(json), name, json);
});
