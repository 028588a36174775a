/** A socket that lines are sent to, whose reader takes its time. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { LineSocket } from "./line-socket.ts";

async function listen(
  t: TestContext,
  take: (socket: Socket) => void,
): Promise<{ readonly path: string }> {
  const server = createServer(take);
  const open = new Set<Socket>();
  server.on("connection", (socket) => open.add(socket.on("error", () => {})));
  const path = join(temporaryFolder(), "collector.sock");
  server.listen(path);
  await once(server, "listening");
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { path };
}

const lines = Array.from({ length: 100_000 }, (_, line) => `a line, and its number: ${line}\n`);
const batch = { bytes: Buffer.from(lines.join("")), lines: lines.length, period: 0 };

test("who reads slowly, but reads, gets all of a large batch once", async (t) => {
  let text = "";
  const address = await listen(t, (socket) => {
    socket.setEncoding("utf8");
    const timer = setInterval(() => {
      text += (socket.read() as string | null) ?? "";
    }, 15);
    socket.on("close", () => clearInterval(timer));
  });
  // Long enough for a busy machine, and shorter than all of it takes.
  const patienceMs = 400;
  const socket = new LineSocket(address, patienceMs);
  const began = performance.now();
  await socket.write(batch);
  assert.ok(performance.now() - began > patienceMs, "it took longer than a piece may");
  await socket.close();
  while (text.length < batch.bytes.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(text, lines.join(""));
});

test("who has read is not given up where this process then stood still", async (t) => {
  const patienceMs = 200;
  let length = 0;
  const address = await listen(t, (reader) => {
    reader.once("data", () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patienceMs + 20);
    });
    reader.on("data", (chunk) => (length += chunk.length));
  });
  const socket = new LineSocket(address, patienceMs);
  await socket.write(batch);
  await socket.close();
  // Where the machine stands still for as long again, that is not when all of it was read.
  while (length < batch.bytes.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(length, batch.bytes.length);
});

test("who does not read is given up, and the batch is not taken", async (t) => {
  const address = await listen(t, () => {});
  const socket = new LineSocket(address, 250);
  await assert.rejects(socket.write(batch), /^Error: nobody reads$/);
  await assert.rejects(socket.write(batch), /^Error: nobody reads$/);
});
