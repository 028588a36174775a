import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerAnswers } from "./worker-answers.ts";

test("WorkerAnswers gives each question its own answer, in whatever order they come", async () => {
  const answers = new WorkerAnswers();
  const ids: number[] = [];
  const asked = [7, 8].map((pid) => answers.ask(pid, 60_000, (id) => ids.push(id)));
  answers.hear(ids[1]!, { value: "of 8" });
  answers.hear(ids[0]!, { value: "of 7" });
  assert.deepEqual(await Promise.all(asked), [{ value: "of 7" }, { value: "of 8" }]);
  answers.hear(ids[0]!, { value: "again" });
});

test("WorkerAnswers waits neither for a worker that ended nor longer than it was told to", async () => {
  const answers = new WorkerAnswers();
  const ended = answers.ask(7, 60_000, () => {});
  const other = answers.ask(8, 1, () => {});
  answers.leave(7);
  assert.equal(await ended, undefined);
  assert.equal(await other, undefined);
});
