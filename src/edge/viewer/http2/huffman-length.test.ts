import assert from "node:assert/strict";
import { test } from "node:test";
import { huffmanLength } from "./huffman-length.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

/** RFC 7541, appendix C.4 and C.6. */
const examples: readonly (readonly [text: string, coded: string])[] = [
  ["www.example.com", "f1e3 c2e5 f23a 6ba0 ab90 f4ff"],
  ["no-cache", "a8eb 1064 9cbf"],
  ["custom-key", "25a8 49e9 5ba9 7d7f"],
  ["302", "6402"],
  ["Mon, 21 Oct 2013 20:13:21 GMT", "d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff"],
  [
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    "94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
  ],
];

test("huffmanLength() tells how long the texts of RFC 7541 are", () => {
  for (const [text, coded] of examples) assert.equal(huffmanLength(hex(coded)), text.length, text);
});

test("huffmanLength() knows the codes of each length, and ends with what is none", () => {
  // Appendix B: "0" of 5 bits, " " of 6, ":" of 7, "&" of 8, "!" of 10, "'" of 11, "#" of 12, 0 of 13, "^" of 14, "<" of 15,
  // "\\" of 19, 128 of 20, 153 of 21, 129 of 22, 1 of 23, 9 of 24, 199 of 25, 192 of 26, 203 of 27, 2 of 28, LF of 30.
  const codes =
    `00000 010100 1011100 11111000 1111111000 11111111010 111111111010 1111111111000 11111111111100
    111111111111100 1111111111111110000 11111111111111100110 111111111111111011100 1111111111111111010010
    11111111111111111011000 111111111111111111101010 1111111111111111111101100 11111111111111111111100000
    111111111111111111111011110 1111111111111111111111100010 111111111111111111111111111100`.split(
      /\s+/,
    );
  const all = codes.join("");
  const bytes = (bits: string): Buffer =>
    Buffer.from(
      (bits.padEnd(8 * Math.ceil(bits.length / 8), "1").match(/.{8}/g) ?? []).map((octet) =>
        parseInt(octet, 2),
      ),
    );
  for (const code of codes) assert.equal(huffmanLength(bytes(code)), 1, code);
  assert.equal(huffmanLength(bytes(all)), codes.length);
  assert.equal(huffmanLength(bytes("1".repeat(24))), 0);
  assert.equal(huffmanLength(bytes("")), 0);
});
