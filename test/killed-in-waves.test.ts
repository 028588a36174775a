/**
 * Waves under kill -9: the whole node is killed in each step, and started again on what it left. The step that was on goes on, its time begins
 * anew, and no viewer gets a version outside of what the step says.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

/** Shares that a version has before it has all. */
const steps = [10, 40, 80];

interface Told {
  readonly etag: string;
  readonly development?: { readonly etag: string };
  readonly on?: { readonly wave: number };
  readonly ended?: { readonly how: string };
}

async function call(node: TestNode, path: string, ifMatch?: string, body?: object): Promise<Told> {
  const answer = await fetch(`${node.api}/footlight/v1/functions/page/${path}`, {
    method: ifMatch === undefined ? "GET" : "POST",
    headers: { accept: "application/json", ...(ifMatch !== undefined && { "if-match": ifMatch }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { data, error } = (await answer.json()) as { data?: Told; error?: object };
  assert.ok(data, JSON.stringify(error));
  return data;
}

/** @returns the status: 412 where the waves have gone on */
async function tell(node: TestNode, path: string, ifMatch: string): Promise<number> {
  const { status } = await fetch(`${node.api}/footlight/v1/functions/page/${path}`, {
    method: "POST",
    headers: { accept: "application/json", "if-match": ifMatch },
    body: "{}",
  });
  assert.ok(status === 200 || status === 412, `${path}: ${status}`);
  return status;
}

/** Of viewers with many addresses: who gets "two", in this order. */
async function whoGetsTwo(node: TestNode, host: string): Promise<boolean[]> {
  const got: boolean[] = [];
  for (let index = 1; index <= 40; index += 1) {
    const agent = new Agent({ localAddress: `127.0.5.${index}` });
    const { status, body } = await view(node.edge, host, "/", { agent });
    agent.destroy();
    assert.equal(status, 200);
    assert.match(body, /^(one|two)$/);
    got.push(body === "two");
  }
  return got;
}

const linux = {
  skip: process.platform === "linux" ? false : "only Linux has all of 127.0.0.0/8",
};

test(
  "kill -9 in every step: the step stays what it was, and the waves come to their end",
  linux,
  async () => {
    const dataFolder = temporaryFolder();
    let node = await startTestNode({ dataFolder });
    const { host, update } = await createLiveFunction(node.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 80 },
    });
    await update(pageOf("two"));
    const { development } = await call(node, "versions");
    const waves = `${steps.map((share) => `${share}% 3s`).join(", ")}, 100%`;
    await call(node, "publish", development!.etag, { waves, break_glass: true });

    let before: boolean[] = [];
    let killed = 0;
    for (;;) {
      const { on, etag } = await call(node, "waves");
      if (on === undefined) break;
      const { wave } = on;
      // So that a slow machine has the time to look; one that is slower meets the next step.
      const isPaused = wave > killed && (await tell(node, "waves/pause", etag)) === 200;
      if (!isPaused) {
        await wait(50);
        continue;
      }
      killed = wave;
      const got = await whoGetsTwo(node, host);
      await node.kill();
      node = await startTestNode({ dataFolder });
      assert.equal((await call(node, "waves")).on?.wave, wave);
      assert.deepEqual(await whoGetsTwo(node, host), got, "nobody has switched");
      for (const [index, had] of before.entries()) if (had) assert.ok(got[index]);
      before = got;
      const paused = await call(node, "waves");
      await call(node, "waves/resume", paused.etag, {});
      await node.kill();
      node = await startTestNode({ dataFolder });
    }
    assert.ok(killed > 0);
    assert.equal((await call(node, "waves")).ended?.how, "finished");
    assert.ok((await whoGetsTwo(node, host)).every(Boolean));
    await node.stop();
  },
);
