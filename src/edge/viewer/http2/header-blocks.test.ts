import assert from "node:assert/strict";
import { test } from "node:test";
import { literal } from "../../../../test/tls/http2-frames.ts";
import { HeaderBlocks } from "./header-blocks.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const lengthOf = (fields: Readonly<Record<string, string>>): number =>
  Object.entries(fields).reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/** RFC 7541, appendix C.3. */
const first = {
  ":method": "GET",
  ":scheme": "http",
  ":path": "/",
  ":authority": "www.example.com",
};
const second = { ...first, "cache-control": "no-cache" };
const third = {
  ...{ ":method": "GET", ":scheme": "https", ":path": "/index.html" },
  ...{ ":authority": "www.example.com", "custom-key": "custom-value" },
};

test("HeaderBlocks knows how long the requests of RFC 7541 are, with what each adds to the table for those after it", () => {
  const blocks = new HeaderBlocks();
  const read = [
    blocks.read(hex("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d")),
    blocks.read(hex("8286 84be 5808 6e6f 2d63 6163 6865")),
    blocks.read(hex("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65")),
  ];
  assert.deepEqual(read, [
    { fields: 4, bytes: lengthOf(first) },
    { fields: 5, bytes: lengthOf(second) },
    { fields: 5, bytes: lengthOf(third) },
  ]);
});

test("HeaderBlocks takes what is coded by Huffman for no longer than it is", () => {
  const blocks = new HeaderBlocks();
  const { fields, bytes } = blocks.read(hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"));
  assert.equal(fields, 4);
  assert.equal(bytes, lengthOf(first) - "www.example.com".length + 3);
});

test("HeaderBlocks forgets what the table has no room for, and all of it where its size is said to be none", () => {
  const blocks = new HeaderBlocks();
  const learned = (value: string) => literal("x", value, 0x40);
  const newest = Buffer.from([0xbe]);
  const beforeIt = Buffer.from([0xbf]);
  assert.deepEqual(
    blocks.read(Buffer.concat([learned("a".repeat(2000)), learned("b"), newest, beforeIt])),
    {
      fields: 4,
      bytes: 2 * 2001 + 2 * 2,
    },
  );
  // The first of them goes: with what each entry takes beside its texts, all are more than 4096 bytes.
  blocks.read(learned("c".repeat(2000)));
  const oldest = Buffer.from([0xc0]);
  assert.deepEqual(blocks.read(oldest), { fields: 0, bytes: 0 });
  assert.deepEqual(blocks.read(beforeIt), { fields: 1, bytes: 2 });
  assert.deepEqual(blocks.read(Buffer.concat([hex("20"), newest])), { fields: 0, bytes: 0 });
  // More than its settings say no table gets.
  blocks.read(
    Buffer.concat([hex("3fffff03"), learned("d".repeat(3000)), learned("e".repeat(3000))]),
  );
  assert.deepEqual(blocks.read(newest), { fields: 1, bytes: 3001 });
  assert.deepEqual(blocks.read(beforeIt), { fields: 0, bytes: 0 });
});

test("HeaderBlocks reads no further than to what is no field, and never beyond the block", () => {
  const whole = Buffer.concat([
    hex("8286 84"),
    literal("name", "value"),
    literal("x", "y".repeat(300), 0x40),
  ]);
  for (let length = 0; length < whole.length; length += 1) {
    assert.ok(new HeaderBlocks().read(whole.subarray(0, length)).fields < 5);
  }
  for (const broken of [
    "80",
    "ff",
    "ffffffffffffffffffffffff7f",
    "40ff",
    "40017fffffffffffffffff01",
    "0001",
    "7f",
  ]) {
    assert.deepEqual(new HeaderBlocks().read(hex(`82 ${broken}`)), { fields: 1, bytes: 10 });
  }
  assert.deepEqual(new HeaderBlocks().read(Buffer.alloc(100_000, 0xff)), { fields: 0, bytes: 0 });
});
