import assert from "node:assert/strict";
import { test } from "node:test";
import { startOnFreePort } from "./free-port.ts";

const taken = (): Error => Object.assign(new Error("taken"), { code: "EADDRINUSE" });

test("startOnFreePort() takes another port when someone was quicker", async () => {
  const tried: number[] = [];
  const port = await startOnFreePort("127.0.0.1", async (candidate) => {
    tried.push(candidate);
    if (tried.length < 3) throw taken();
    return candidate;
  });
  assert.equal(tried.length, 3);
  assert.equal(port, tried.at(-1));
});

test("startOnFreePort() gives up after five ports, and at once on another failure", async () => {
  let tries = 0;
  const failing = (error: Error) => async (): Promise<never> => {
    tries += 1;
    throw error;
  };
  await assert.rejects(startOnFreePort("127.0.0.1", failing(taken())), /taken/);
  assert.equal(tries, 5);
  await assert.rejects(startOnFreePort("127.0.0.1", failing(new Error("other"))), /other/);
  assert.equal(tries, 6);
});
