/**
 * How long does an edge take until it serves a large account: new, from a snapshot in NATS, and started
 * again, from its own copy, without NATS?
 *
 *     node bench/how-fast-is-an-edge-start.bench.ts
 *
 * The account has 10,000 functions of 2 KB, all LIVE, and 1,000 distributions: a snapshot of 35 MB. It
 * needs nats-server. From starting the process to its saying that it is ready, with one worker. What would
 * make it unfair: all files are in the page cache, and NATS is on the same machine.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { writeLargeAccount } from "../test/support/large-account.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";
import { NatsServer } from "../test/support/nats-server.ts";

const size = { functions: 10_000, distributions: 1000 };
const rounds = 5;
const folder = temporaryFolder();
const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");
const server = await NatsServer.start();

try {
  await writeLargeAccount(server, size);
  const [fresh, again]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const data = join(folder, `${round}`);
    fresh.push(await startMs(data));
    await server.kill("SIGTERM");
    again.push(await startMs(data));
    await server.start();
  }
  console.log("| an edge that starts | best | worst |\n| --- | --- | --- |");
  for (const [what, times] of Object.entries({
    "new, from a snapshot in NATS": fresh,
    "again, from its own copy, without NATS": again,
  })) {
    console.log(
      `| ${what} | ${Math.min(...times).toFixed(0)} ms | ${Math.max(...times).toFixed(0)} ms |`,
    );
  }
} finally {
  await server.stop();
}

async function startMs(data: string): Promise<number> {
  const began = performance.now();
  const ports = ["--edge-port", "0", "--edge-https-port", "off", "--workers", "1"];
  const child = spawn(
    process.execPath,
    [bin, "edge", "--ready-json", ...ports, "--data", data, "--log", server.address],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const took = performance.now() - began;
  // What it keeps for itself is written beside serving.
  await setTimeout(2000);
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
  return took;
}
