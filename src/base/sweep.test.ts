import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { startSweep } from "./sweep.ts";

async function joined(t: TestContext): Promise<readonly [near: Socket, far: Socket]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [far] = (await once(server, "connection")) as [Socket];
  t.after(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return [near, far];
}

test("startSweep() looks once what arrived was read, where the process has stood still", async (t) => {
  const [near, far] = await joined(t);
  const order: string[] = [];
  far.on("data", () => order.push("read"));
  const looked = new Promise<void>((resolve) => {
    t.after(
      startSweep(() => {
        order.push("looked");
        resolve();
      }, 5),
    );
  });
  near.write("something");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  await looked;
  assert.deepEqual(order, ["read", "looked"]);
});

test("startSweep() looks again and again, until it is ended", async () => {
  let looks = 0;
  await new Promise<void>((resolve) => {
    const stop = startSweep(() => {
      looks += 1;
      if (looks < 3) return;
      stop();
      resolve();
    }, 1);
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(looks, 3);
});
