/**
 * What do the versions that are kept cost a node with 10,000 functions: memory, the size of a snapshot,
 * and the time to write and to read one?
 *
 *     node --expose-gc bench/what-do-versions-cost.bench.ts [FUNCTIONS] [CODE BYTES]
 *
 * Each line is a state of its own: functions that were published once, ten times with other code each time,
 * and ten times with the same code, as whoever changes a comment does.
 */
import { applyChange } from "../src/state/apply-change.ts";
import type { Change } from "../src/state/change.ts";
import { decodeSnapshot, encodeSnapshot } from "../src/state/snapshot.ts";
import { emptyState, type State } from "../src/state/state.ts";
import {
  functionCreated,
  functionUpdated,
  sampleAccount,
  versionPublished,
} from "../test/support/sample-changes.ts";

const functions = Number(process.argv[2] ?? 10_000);
const codeBytes = Number(process.argv[3] ?? 1000);

let texts = 0;

function newCode(): string {
  texts += 1;
  return Buffer.from(`// ${texts} `.padEnd(codeBytes, "x")).toString("base64");
}

function stateOf(publishes: number, code: (number: number) => string): State {
  let state = emptyState(sampleAccount);
  const apply = (change: Change) => (state = applyChange(state, change, state.revision + 1));
  for (let index = 0; index < functions; index += 1) {
    const name = `fn${index}`;
    apply(functionCreated(name, code(1)));
    apply(versionPublished(name, 1));
    for (let number = 2; number <= publishes; number += 1) {
      apply(functionUpdated(name, code(number)));
      apply(versionPublished(name, number));
    }
  }
  return state;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MB`;

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let same = "";
const states: Readonly<Record<string, () => State>> = {
  "published once": () => stateOf(1, newCode),
  "ten versions, other code each": () => stateOf(10, newCode),
  "ten versions, the same code": () =>
    stateOf(10, (number) => (number === 1 ? (same = newCode()) : Buffer.from(same).toString())),
};

for (const [what, make] of Object.entries(states)) {
  const before = memory();
  let state: State | undefined = make();
  const held = memory() - before;
  const startedAt = performance.now();
  const bytes = encodeSnapshot(state);
  const encodedAt = performance.now();
  state = undefined;
  const readAt = performance.now();
  const restored = decodeSnapshot(bytes, sampleAccount);
  const readMs = performance.now() - readAt;
  process.stdout.write(
    `${what}: ${megabytes(held)} held; snapshot ${megabytes(bytes.length)}, ` +
      `written in ${(encodedAt - startedAt).toFixed(0)} ms, read in ${readMs.toFixed(0)} ms (${restored?.functions.size} functions)\n`,
  );
}
