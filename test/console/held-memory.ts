/** What a page holds when all that can go is gone, and whether that stays as it is. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";

export interface Held {
  readonly heapMb: number;
  /** Of documents, those that are not shown any more among them. */
  readonly domNodes: number;
  readonly listeners: number;
}

export async function measure(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return session;
}

async function heldBy(session: CDPSession): Promise<Held> {
  // Some of it goes only when what pointed at it has gone.
  for (let count = 0; count < 2; count += 1) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((each) => each.name === name)?.value ?? 0;
  return {
    heapMb: Math.round(of("JSHeapUsedSize") / 10_000) / 100,
    domNodes: of("Nodes"),
    listeners: of("JSEventListeners"),
  };
}

/** @returns what it holds once nothing is under way: a page that is busy has not handled yet what came before it was asked */
export async function heldAtRest(session: CDPSession): Promise<Held> {
  let held = await heldBy(session);
  for (let calm = 0, count = 0; calm < calmReadings && count < restReadingsMax; count += 1) {
    await delay(100);
    const next = await heldBy(session);
    calm = next.heapMb < held.heapMb - 0.05 ? 0 : calm + 1;
    if (next.heapMb < held.heapMb) held = next;
  }
  return held;
}

const calmReadings = 2;
const restReadingsMax = 20;

/** How much a heap may seem to grow over all readings: what a collection leaves differs so much. */
const heapSlackMb = 0.5;

/** @param readings after a while of the same, oldest first, at equal distances */
export function assertFlat(t: TestContext, what: string, readings: readonly Held[]): void {
  for (const name of ["heapMb", "domNodes", "listeners"] as const) {
    const values = readings.map((each) => each[name]);
    const growth = slopeOf(values) * (values.length - 1);
    t.diagnostic(`${what}, ${name}: ${values.join(", ")}; grows by ${growth.toFixed(2)}`);
    const slack = name === "heapMb" ? heapSlackMb : values[0]! * 0.05 + 50;
    assert.ok(growth <= slack, `${what}: ${name} grows by ${growth.toFixed(2)} over all readings`);
  }
}

/** @returns by how much one is more than the one before, as the middle of all pairs has it: some are taken while much is under way */
function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((later, at) =>
    values.slice(0, at).map((earlier, before) => (later - earlier) / (at - before)),
  );
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
}
