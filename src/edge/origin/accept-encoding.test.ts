import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { encodingsOffered } from "./accept-encoding.ts";

const both = { gzip: true, brotli: true };

const offered: [value: string, result: string][] = [
  ["", ""],
  ["gzip", "gzip"],
  ["gzip, deflate, br, zstd", "br,gzip"],
  ["GZip\t,BR", "br,gzip"],
  ["gzip;q=0, br;q=0.5", "br"],
  ["gzip ; q=0.000", ""],
  ["gzip;q=0.001", "gzip"],
  ["gzip;Q=0", ""],
  ["gzip;x=y;q=0", ""],
  ["x-gzip, brotli, brr, vbr", ""],
  ["br;q=0, br", "br"],
  ["*", ""],
  ["identity;q=0, br", "br"],
];
for (const [value, result] of offered) {
  test(`encodingsOffered() finds "${result}" in "${value}"`, () => {
    assert.equal(encodingsOffered(value, both), result);
  });
}

test("encodingsOffered() leaves out what is not enabled", () => {
  assert.equal(encodingsOffered("br, gzip", { gzip: true, brotli: false }), "gzip");
  assert.equal(encodingsOffered("br, gzip", { gzip: false, brotli: true }), "br");
});

test("encodingsOffered() reads the list as one that is taken apart", () => {
  const piece = fc.constantFrom("gzip", "br", "GZIP", "b", " ", "\t", ",", ";", "q=0", "q=1", ".0");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      const expected = ["br", "gzip"].filter((coding) => isListed(text.toLowerCase(), coding));
      assert.equal(encodingsOffered(text, both), expected.join(","));
    }),
    tried(1000),
  );
});

function isListed(text: string, coding: string): boolean {
  return text.split(",").some((item) => {
    const [name = "", ...parameters] = item.split(";");
    const isRefused = parameters.some((each) => /^\s*q\s*=\s*0(\.0*)?\s*$/.test(each));
    return name.trim() === coding && !isRefused;
  });
}
