import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "./change-log.ts";
import { Followers } from "./followers.ts";

test("Followers.isBroken asks for another wake-up, as long as reading fails", async () => {
  let failure: Error | undefined = new Error("disk error");
  const entry: Entry = { revision: 1, bytes: new Uint8Array() };
  const followers = new Followers((after) => {
    if (failure) throw failure;
    return after === 0 ? [entry] : [];
  });
  const [entries, errors]: [Entry[], string[]] = [[], []];
  const wake = (): Promise<void> => {
    followers.wake();
    return Promise.resolve();
  };
  followers.add(
    0,
    (delivered) => entries.push(delivered),
    (error) => errors.push(error.message),
  );
  await wake();
  await wake();
  assert.ok(followers.isBroken);
  assert.deepEqual(errors, ["disk error"]);
  failure = undefined;
  await wake();
  assert.ok(!followers.isBroken);
  assert.deepEqual(entries, [entry]);
  followers.stop();
  assert.equal(followers.size, 0);
});
