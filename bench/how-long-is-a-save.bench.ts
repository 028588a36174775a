/**
 * How long is it from a save to the first answer by it, with `footlight dev`?
 *
 * Fifty saves of one function, 120 ms after the answer to the one before, written in place. The clock starts before the file is written, and
 * stops with the first answer by it; an answer is asked for every millisecond, on one connection. Beside it what dev itself says, which
 * begins with the system's notice.
 *
 * Usage: node bench/how-long-is-a-save.bench.ts
 */
import { writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startDev } from "../test/support/dev-command.ts";
import { temporaryFolder } from "../test/support/test-node.ts";

const saves = 50;
const targetMs = 100;

const folder = temporaryFolder();
const file = join(folder, "rewrite.js");
write(0);
const dev = await startDev(folder);
const agent = new Agent({ keepAlive: true });
await sleep(1000);

const [seen, told]: [number[], number[]] = [[], []];
for (let version = 1; version <= saves; version += 1) {
  const since = performance.now();
  write(version);
  while ((await servedVersion()) !== version) await sleep(1);
  seen.push(performance.now() - since);
  const said = await dev.prints(/is published {2}\d+ ms/);
  told.push(Number(/is published {2}(\d+) ms/.exec(said)![1]));
  await sleep(120);
}
await dev.stop();
agent.destroy();
const [load = 0] = loadavg();
console.log(`load ${load.toFixed(1)}; in ms: half, nine in ten, the longest; over ${targetMs} ms`);
console.log(`to the answer ${figures(seen)}`);
console.log(`as dev says   ${figures(told)}`);

function write(version: number): void {
  writeFileSync(
    file,
    `function handler(event) {\n  event.request.uri = '/${version}';\n  return event.request;\n}\n`,
  );
}

async function servedVersion(): Promise<number> {
  const answer = await new Promise<unknown>((done, fail) => {
    get(`${dev.edge}/a`, { agent }, (response) => void json(response).then(done, fail)).on(
      "error",
      fail,
    );
  });
  return Number((answer as { readonly uri: string }).uri.slice(1));
}

function figures(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): string => sorted[Math.ceil(sorted.length * part) - 1]!.toFixed(0);
  const over = values.filter((value) => value > targetMs).length;
  return `${at(0.5)}, ${at(0.9)}, ${at(1)}; ${over} of ${values.length}`;
}
