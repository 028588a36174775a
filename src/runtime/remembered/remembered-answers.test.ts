import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Answer } from "../event/decode-answer.ts";
import { type Asked, RememberedAnswers, type Surroundings } from "./remembered-answers.ts";
import { RememberedRoom } from "./remembered-room.ts";

const answer: Answer = { type: "same-request", steps: 1 };
const newAnswers = (): RememberedAnswers => new RememberedAnswers(new RememberedRoom());
const nowhere: Surroundings = { store: undefined, now: () => new Date(0) };
const nothing: Asked = { reads: undefined, clock: undefined };
/** Long enough that 2,000 of them are more than a generation, and 1,200 are not. */
const words = "w".repeat(300);

test("RememberedAnswers.find() has the answer that was kept for that very text", () => {
  const answers = newAnswers();
  assert.equal(answers.find("a", nowhere), undefined);
  answers.keep("a", words, answer, nothing);
  assert.equal(answers.find("a", nowhere)?.answer, answer);
  assert.equal(answers.find("a ", nowhere), undefined);
  answers.forget();
  assert.equal(answers.find("a", nowhere), undefined);
});

test("RememberedAnswers forgets what is not asked for, and keeps what is", () => {
  const answers = newAnswers();
  answers.keep("asked for", words, answer, nothing);
  answers.keep("not asked for", words, answer, nothing);
  let most = 0;
  for (let i = 0; i < 20_000; i += 1) {
    answers.keep(`made up ${i}`, words, answer, nothing);
    if (i % 100 === 0) assert.equal(answers.find("asked for", nowhere)?.answer, answer);
    most = Math.max(most, answers.size);
  }
  assert.equal(answers.find("not asked for", nowhere), undefined);
  assert.ok(most < 4000, `${most} of 20,000 were there at once`);
});

test("RememberedAnswers has more than a thousand answers that are asked for in turn", () => {
  const answers = newAnswers();
  for (let i = 0; i < 6000; i += 1) {
    const text = `page ${i % 1200}`;
    const found = answers.find(text, nowhere);
    assert.equal(found !== undefined, i >= 1200, `${i}`);
    if (found === undefined) answers.keep(text, words, answer, nothing);
  }
});

test("RememberedAnswers keeps no texts and no answers that are very long", () => {
  const answers = newAnswers();
  answers.keep("t".repeat(4097), words, answer, nothing);
  answers.keep("t", "w".repeat(16_385), answer, nothing);
  assert.equal(answers.size, 0);
});

/** How many of so many runs look for an answer, each with a text of its own. */
function looksIn(answers: RememberedAnswers, runs: number): number {
  let looks = 0;
  for (let i = 0; i < runs; i += 1) {
    answers.find(`${runs} ${i}`, nowhere);
    const before = answers.size;
    answers.keep(`${runs} ${i}`, words, answer, nothing);
    if (answers.size !== before) looks += 1;
  }
  return looks;
}

test("RememberedAnswers rests when no event comes again, and tries again later", () => {
  const answers = newAnswers();
  assert.ok(looksIn(answers, 5000) < 4096);
  assert.equal(answers.size, 0);
  assert.equal(looksIn(answers, 126_000), 0);
  looksIn(answers, 5000);
  answers.find("a", nowhere);
  answers.keep("a", words, answer, nothing);
  assert.equal(answers.find("a", nowhere)?.answer, answer);
});

test("RememberedAnswers goes on where one event in five comes again", () => {
  const answers = newAnswers();
  answers.keep("again", words, answer, nothing);
  for (let i = 0; i < 50_000; i += 1) {
    const text = i % 5 === 0 ? "again" : `once ${i}`;
    const found = answers.find(text, nowhere);
    assert.equal(found !== undefined, i % 5 === 0, `${i}`);
    if (found === undefined) answers.keep(text, words, answer, nothing);
  }
});

test("RememberedAnswers rests soon when runs read more than their events", () => {
  const answers = newAnswers();
  answers.keep("a", words, answer, nothing);
  for (let i = 0; i < 130; i += 1) answers.pass();
  assert.equal(answers.size, 0);
  assert.equal(answers.find("a", nowhere), undefined);
});

test("RememberedRoom bounds what all copies remember together", () => {
  const room = new RememberedRoom();
  const copies = Array.from({ length: 200 }, () => new RememberedAnswers(room));
  let most = 0;
  for (let i = 0; i < 50; i += 1) {
    for (const copy of copies) {
      for (let j = 0; j < 20; j += 1) copy.keep(`${i} ${j}`, words, answer, nothing);
    }
    let held = 0;
    for (const copy of copies) held += copy.size;
    most = Math.max(most, held);
  }
  // Each counts some 1,500 bytes, of 16 MB.
  assert.ok(most > 3000 && most < 12_000, `${most} were there at once`);
  for (const copy of copies) copy.forget();
  const again = new RememberedAnswers(room);
  again.keep("a", words, answer, nothing);
  assert.equal(again.find("a", nowhere)?.answer, answer);
});

test("whoever keeps which generation it was keeps none of its answers", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const answers = newAnswers();
  answers.keep("a", words, { ...answer }, nothing);
  const found = new WeakRef(answers.find("a", nowhere) as object);
  const { generation } = answers;
  answers.forget();
  // What a WeakRef was made of stays until the turn is over.
  await sleep(1);
  collect();
  assert.ok(found.deref() === undefined);
  assert.notEqual(answers.generation, generation);
});
