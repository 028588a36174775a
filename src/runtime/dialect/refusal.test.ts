import assert from "node:assert/strict";
import { test } from "node:test";
import { tokenizer } from "acorn";
import { cpuMsOf } from "../../../test/support/cpu-ms-of.ts";
import { SourceTokens } from "./refusal.ts";

function tokensOf(source: string): SourceTokens {
  return new SourceTokens(source, [...tokenizer(source, { ecmaVersion: "latest" })]);
}

test("behindChain() finds what follows the last link, from any link", () => {
  const tokens = tokensOf("a?.b?.c + d?.e");
  assert.equal(tokens.behindChain(1)?.start, 8);
  assert.equal(tokens.behindChain(4)?.start, 8);
  assert.equal(tokens.behindChain(11), undefined);
});

test("behindChain() takes time in proportion to a chain whose every link is asked for", () => {
  const links = 40_000;
  const tokens = tokensOf(`a${"?.b".repeat(links)};`);
  const tookMs = cpuMsOf(() => {
    // From the first link to the last, and then the other way: neither walks the chain again.
    for (let link = 0; link < links; link += 1) tokens.behindChain(1 + 3 * link);
    for (let link = links - 1; link >= 0; link -= 1) tokens.behindChain(1 + 3 * link);
  });
  // Walking it from each link takes half a minute.
  assert.ok(tookMs < 3000, `took ${tookMs} ms`);
});

test("lineOf() counts lines from 1", () => {
  const tokens = tokensOf("a\n\nb\nc");
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((at) => tokens.lineOf(at)),
    [1, 1, 2, 3, 3, 4, 4],
  );
});
