import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgressBar } from "./progress-bar.ts";

function shown(isTTY: boolean): {
  readonly texts: string[];
  readonly bar: ProgressBar;
  pass: (ms: number) => void;
} {
  const texts: string[] = [];
  let now = 0;
  const output = { isTTY, columns: 80, write: (text: string) => texts.push(text) };
  return { texts, bar: new ProgressBar(output, () => now), pass: (ms) => (now += ms) };
}

test("a bar says how much is done, how fast, and what is left", () => {
  const { texts, bar, pass } = shown(true);
  pass(10_000);
  bar.show(50_000, 0.25);
  assert.equal(
    texts[0],
    `\r\u001B[K${"█".repeat(8)}${"░".repeat(22)}   25 %  50,000 runs  5,000/s  30 s left`,
  );
  bar.show(50_001, 0.25);
  assert.equal(texts.length, 1, "it is drawn ten times a second");
  bar.end();
  assert.equal(texts[1], "\r\u001B[K");
});

test("where nobody knows how much there is, runs are counted", () => {
  const { texts, bar } = shown(true);
  bar.show(500, undefined);
  assert.deepEqual(texts, ["\r\u001B[K500 runs"]);
});

test("nothing is written where there is no terminal", () => {
  const { texts, bar, pass } = shown(false);
  pass(1000);
  bar.show(1, 0.5);
  bar.end();
  assert.deepEqual(texts, []);
});
