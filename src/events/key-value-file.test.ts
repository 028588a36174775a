import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { readKeys } from "./key-value-file.ts";

const file = join(temporaryFolder(), "keys.json");
function keysOf(content: unknown): object {
  writeFileSync(file, JSON.stringify(content));
  return readKeys(file);
}

test("A store's pairs are read as CreateKeyValueStore imports them", () => {
  const data = [
    { key: "a", value: "1" },
    { key: "__proto__", value: "" },
  ];
  const keys = keysOf({ data });
  assert.deepEqual(Object.entries(keys), [
    ["a", "1"],
    ["__proto__", ""],
  ]);
});

for (const [content, message] of [
  [{ a: "1" }, /must be \{"data": \[/],
  [{ data: [], more: 1 }, /must be \{"data": \[/],
  [{ data: [{ key: "a", value: 1 }] }, /data\[0\] must be .* of two texts$/],
  [{ data: ["a"] }, /data\[0\] must be .* of two texts$/],
  [{ data: [{ key: "", value: "" }] }, /data\[0\] has an empty key/],
  [
    {
      data: [
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ],
    },
    /data\[1\] has the key that data\[0\] has$/,
  ],
] as const) {
  test(`${JSON.stringify(content)} is refused`, () => {
    assert.throws(() => keysOf(content), message);
  });
}

for (const text of [
  "root:x:0:0",
  '"root:x:0:0"',
  '{"data": [{"key": "a", "value": "root:x:0:0",}]}',
  '{"data": ["root:x:0:0"]}',
  '{"root:x:0:0": 1, "root:x:0:0": 2}',
  Buffer.from('{"root:x:0:0": 1}').toString("base64"),
]) {
  test(`What stands in a file that has no pairs is not told: ${text}`, () => {
    writeFileSync(file, text);
    assert.throws(
      () => readKeys(file),
      ({ message, cause }: Error) =>
        message.startsWith(`${file} `) && !message.includes("root") && cause === undefined,
    );
  });
}
