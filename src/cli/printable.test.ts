import assert from "node:assert/strict";
import { test } from "node:test";
import { inColumns } from "./columns.ts";
import { printable, printableLines } from "./printable.ts";
import { endText, waveLine } from "./told-waves.ts";

const hostile = "looks good\u001b[2J\rby root\n3  100 %\u202e";
const harmless = "looks good?[2J?by root?3  100 %?";

test("printable() leaves nothing that commands a terminal, or that is a line of its own", () => {
  assert.equal(printable(hostile), harmless);
  assert.equal(printable("ä 日本 🙂 → “x”"), "ä 日本 🙂 → “x”");
  assert.equal(printableLines("\ta\u009b1m\n\tb\r\n"), "\ta?1m\n\tb?\n");
});

test("what people say of a publish commands no terminal, in columns and in sentences", () => {
  assert.equal(inColumns([["MESSAGE"], [hostile]]).split("\n")[1], harmless);
  const on = {
    ...{ version: 2, old_version: 1, wave: 1, waves: [{ share: 1 }], gates: [] },
    paused: { by: "me", because: hostile },
  };
  assert.ok(waveLine(on).endsWith(harmless));
  const ended = { version: 2, how: "aborted", wave: 1, waves: 1, at: "", by: "me" } as const;
  assert.ok(endText("fn", { ...ended, message: hostile }).endsWith(`${harmless}.`));
});
