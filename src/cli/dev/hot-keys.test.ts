import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { listenForKeys } from "./hot-keys.ts";

/** @returns what was pressed, as pieces come from a terminal, and what was written to it */
async function pressed(...pieces: readonly string[]): Promise<string> {
  let done = "";
  const written: string[] = [];
  const input = Object.assign(new EventEmitter(), {
    setRawMode: () => input,
    setEncoding: () => input,
    pause: () => input,
    resume: () => input,
  });
  const keys = ["q", "t"].map((key) => ({ key, does: "", run: () => void (done += key) }));
  const release = listenForKeys(
    { input: input as never, output: { write: (text: string) => written.push(text) > 0 } },
    keys,
    () => void (done += "!"),
    (error) => assert.fail(String(error)),
  );
  for (const piece of pieces) input.emit("data", piece);
  await new Promise((resolve) => setImmediate(resolve));
  release();
  assert.deepEqual(written, ["\u001b[?2004h", "\u001b[?2004l"]);
  return done;
}

test("keys are pressed one by one, in either case, and arrows are none", async () => {
  assert.equal(await pressed("t", "\u001b[At", "xQ"), "ttq");
  assert.equal(await pressed("\u0003"), "!");
  assert.equal(await pressed("t\u0004"), "!t");
  // Escape, and then a key.
  assert.equal(await pressed("\u001b", "t"), "t");
});

test("what is pasted presses nothing, however it is cut", async () => {
  assert.equal(await pressed("t\u001b[200~quit\nq\u0003\u001b[201~t"), "tt");
  const whole = "\u001b[200~a quick question\u001b[201~";
  for (let cut = 1; cut < whole.length; cut += 1) {
    assert.equal(await pressed(whole.slice(0, cut), `${whole.slice(cut)}t`), "t", String(cut));
  }
  assert.equal(await pressed(...whole.split(""), "t"), "t");
});

test("Ctrl-C by itself ends what is pasted without an end", async () => {
  assert.equal(await pressed("\u001b[200~q", "\u0003"), "!");
});
