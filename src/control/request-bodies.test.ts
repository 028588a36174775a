import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestBodies } from "./request-bodies.ts";

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size);
}

const sizeOf = async (body: Uint8Array): Promise<number> => body.length;

test("with() hands over a body within its limit, whole", async () => {
  const bodies = new RequestBodies(100);
  assert.equal(await bodies.with(chunks(3, 4), 7, sizeOf), 7);
  assert.equal(await bodies.with(chunks(), 7, sizeOf), 0);
  await assert.rejects(bodies.with(chunks(3, 4, 1), 7, sizeOf), {
    code: "RequestTooLarge",
    status: 413,
    message: "The request body is over 7 bytes",
  });
});

test("with() holds no more of all bodies than its bound, and lets go of each", async () => {
  const bodies = new RequestBodies(10);
  const refusal = { code: "ServiceUnavailable", status: 503 };
  await bodies.with(chunks(6), 8, async () => {
    await assert.rejects(bodies.with(chunks(3, 2), 8, sizeOf), refusal);
    assert.equal(await bodies.with(chunks(4), 8, sizeOf), 4);
    await assert.rejects(bodies.with(chunks(9), 8, sizeOf), { code: "RequestTooLarge" });
  });
  await assert.rejects(
    bodies.with(chunks(8), 8, () => Promise.reject(new Error("the operation failed"))),
    /the operation failed/,
  );
  assert.equal(await bodies.with(chunks(4, 4), 8, sizeOf), 8);
});

test("with() lets go of a body whose sender went away", async () => {
  const bodies = new RequestBodies(10);
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(8);
    throw new Error("aborted");
  };
  await assert.rejects(bodies.with(broken(), 8, sizeOf), /aborted/);
  assert.equal(await bodies.with(chunks(8), 8, sizeOf), 8);
});
