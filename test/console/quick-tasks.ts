/**
 * How long the tasks of a page are. What counts is what a task takes of a processor, as the browser's tracing has it: how
 * long it waits for one is what else the machine does. By the clock they are told beside it, as pages see them.
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";

/** Longer ones are felt. */
export const taskMaxMs = 200;

/** For `addInitScript()`: has the page note tasks of over 50 ms by the clock. */
export const noteLongTasks = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
`;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock: when it began, and how long it took. */
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds of the thread: what it took of a processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * What follows a task at once is part of it: what promises have it go on with. The trace has that behind it, or
 * within where the task is of several parts.
 *
 * @returns milliseconds that each task of pages' main threads took of a processor
 */
function tasksOf(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return [...threads].flatMap((thread) => {
    const tasks: number[] = [];
    let end = -Infinity;
    const events = traceEvents
      .filter(({ ph, pid, tid }) => ph === "X" && `${pid} ${tid}` === thread)
      .sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
    for (const { name, ts, dur = 0, tdur = 0 } of events) {
      if (ts < end) continue;
      end = ts + dur;
      if (name.includes("Microtask") && tasks.length > 0) tasks[tasks.length - 1]! += tdur;
      else tasks.push(tdur);
    }
    return tasks.map((microseconds) => Math.round(microseconds / 1000));
  });
}

/** @returns milliseconds by the clock of those of over 50 ms since the page was loaded, or since they were asked for last */
export async function takeLongTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => {
    // None where nothing was loaded yet.
    const { longTasks = [] } = globalThis as unknown as { longTasks?: number[] };
    return longTasks.splice(0).map(Math.round);
  });
}

/** Does something on a page that notes its long tasks, and wants none of them to be long. */
export async function assertQuick(
  t: TestContext,
  page: Page,
  what: string,
  act: () => Promise<void>,
): Promise<void> {
  const browser = page.context().browser();
  assert.ok(browser);
  await takeLongTasks(page);
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  const began = performance.now();
  let took = 0;
  let trace: Buffer;
  try {
    await act();
  } finally {
    took = performance.now() - began;
    trace = await browser.stopTracing();
  }
  const tasks = tasksOf(trace);
  const byClock = await takeLongTasks(page);
  assert.notEqual(tasks.length, 0, "the trace has no task");
  const longest = Math.max(...tasks);
  const many = tasks.filter((ms) => ms > 50).length;
  t.diagnostic(
    `${what}: ${took.toFixed(0)} ms, ${many} tasks over 50 ms, the longest ${longest} ms (by the clock ${Math.max(0, ...byClock)} ms)`,
  );
  assert.ok(longest <= taskMaxMs, `${what}: a task took ${longest} ms`);
}
