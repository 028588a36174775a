/**
 * The console before a large account and much traffic: no task of the page takes longer than 200 ms of a processor, and its memory stays
 * what it is over an hour of requests. FOOTLIGHT_CONSOLE_SCALE says how large: 1 is 100,000 keys, 5,000 functions,
 * 1,000 distributions, 1,000 requests a second and an hour, which `npm run soak -- console` takes. The hour's timers
 * go thirty times as fast.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { visitSteadily } from "../support/steady-viewers.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { makeLargeAccount, quotasFor, type LargeAccountInput } from "./large-account.ts";

const skip = skipWithoutChromium();
const scale = Number(process.env["FOOTLIGHT_CONSOLE_SCALE"] ?? 0.02);
const size = {
  keys: Math.round(100_000 * scale),
  functions: Math.round(5000 * scale),
  distributions: Math.round(1000 * scale),
};
const perSecond = 1000 * scale;
const streamSeconds = 3600 * scale;
/** How much faster the page's timers go while an hour passes. */
const haste = 30;
const taskMaxMs = 200;

const origin = createServer((_request, response) => response.end("here"));
let node: TestNode;
let browser: Browser;
let host: string;

before(
  async () => {
    if (skip !== false) return;
    await once(origin.listen(0, "127.0.0.1"), "listening");
    const { port } = origin.address() as AddressInfo;
    const input: LargeAccountInput = { ...size, origin: `127.0.0.1:${port}` };
    node = await startTestNode({ args: ["--traces", "on", "--quotas", quotasFor(input)] });
    ({ host } = await makeLargeAccount(node.api, input));
    browser = await launchBrowser();
  },
  { timeout: 1_800_000 },
);
after(async () => {
  origin.close();
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

/** Timers end sooner, those of an hour within two minutes. */
const hasten = `
  const slow = globalThis.setTimeout;
  globalThis.setTimeout = (act, ms, ...rest) => slow(act, (ms ?? 0) / ${haste}, ...rest);
`;

const scrollToEnd = `{
  const area = document.querySelector(".kv-area");
  area.scrollTop = area.scrollHeight;
}`;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, as `tdur`. */
  readonly dur?: number;
  /** Of the thread: what it took of a processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** @returns milliseconds that each task of pages' main threads took of a processor, as the browser's tracing has them */
function tasksOf(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(
      ({ name, ph, pid, tid }) =>
        name.endsWith("RunTask") && ph === "X" && threads.has(`${pid} ${tid}`),
    )
    .map(({ tdur = 0 }) => Math.round(tdur / 1000));
}

/**
 * Does something on a page, and wants no task of it to be long. What counts is what a task takes of a processor: how
 * long it has to wait for one is what else the machine does.
 */
async function assertQuick(
  t: TestContext,
  page: Page,
  what: string,
  act: () => Promise<void>,
): Promise<void> {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  const began = performance.now();
  await act();
  const took = performance.now() - began;
  const tasks = tasksOf(await browser.stopTracing());
  assert.notEqual(tasks.length, 0, "the trace has no task");
  const longest = Math.max(...tasks);
  const many = tasks.filter((ms) => ms > 50).length;
  t.diagnostic(
    `${what}: ${took.toFixed(0)} ms, ${many} tasks over 50 ms, the longest ${longest} ms`,
  );
  assert.ok(longest <= taskMaxMs, `${what}: a task took ${longest} ms`);
}

async function openWatched(t: TestContext, scripts: readonly string[] = []): Promise<Page> {
  const watched = await openPage(browser);
  t.after(() => assertNoComplaints(watched));
  for (const content of scripts) await watched.page.addInitScript({ content });
  return watched.page;
}

test("every view answers at once", { skip, timeout: 900_000 }, async (t) => {
  const page = await openWatched(t);
  const at = `${node.api}/footlight/console`;
  const last = `function-${String(size.functions - 1).padStart(5, "0")}`;
  await assertQuick(t, page, "the functions", async () => {
    await page.goto(`${at}/functions`);
    await page.getByText(`${size.functions} functions`).waitFor();
  });
  await assertQuick(t, page, "the functions, filtered", async () => {
    await page.getByLabel("Filter functions").pressSequentially(last.slice(-5));
    await page.getByRole("link", { name: last }).waitFor();
    await page.getByLabel("Filter functions").fill("");
    await page.getByRole("link", { name: "function-00000" }).waitFor();
  });
  await assertQuick(t, page, "more functions, and half a minute of them", async () => {
    for (let count = 0; count < 10; count += 1) {
      const more = page.getByRole("button", { name: "Show more" });
      if (await more.isVisible()) await more.click();
    }
    await delay(30_000 * Math.min(1, scale * 10));
  });
  await assertQuick(t, page, "the palette", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.type(last);
    await page.getByRole("option", { name: last }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("CloudFront takes it").waitFor();
  });
  await assertQuick(t, page, "a function's viewers", async () => {
    await page.getByRole("link", { name: "Viewers" }).click();
    await page.getByRole("option", { name: "A new one" }).waitFor({ state: "attached" });
    await page.getByText(/Run it in another place|Give it viewers/).waitFor();
  });
  await assertQuick(t, page, "the distributions", async () => {
    await page.getByRole("link", { name: "Distributions" }).first().click();
    await page.getByText(`${size.distributions} distributions`).waitFor();
    await page.getByLabel("Filter distributions").fill(`Site ${size.distributions - 1}`);
    await page.getByRole("link", { name: `Site ${size.distributions - 1}` }).click();
    await page.getByLabel(/A URL or path/).waitFor();
  });
  await assertQuick(t, page, "a new distribution", async () => {
    await page.goto(`${at}/distributions?new`);
    if (size.functions > 200) {
      await page.getByLabel("A part of the function's name").fill(last);
    }
    await page.getByRole("option", { name: last }).first().waitFor({ state: "attached" });
  });
  await assertQuick(t, page, "the keys", async () => {
    await page.goto(`${at}/stores/redirects`);
    await page.getByRole("cell", { name: "/old/000000" }).waitFor();
    for (let count = 0; count < 20; count += 1) {
      await page.evaluate(scrollToEnd);
      await delay(50);
    }
  });
  await assertQuick(t, page, "all keys looked through", async () => {
    await page.getByLabel("Search keys and values").pressSequentially(`/new/${size.keys - 1}`);
    await page.getByText("1 found", { exact: true }).waitFor({ timeout: 300_000 });
    await page.getByLabel("Search keys and values").fill("");
    await page.getByRole("cell", { name: "/old/000000" }).waitFor();
    await page.evaluate(scrollToEnd);
    const lastKey = `/old/${String(size.keys - 1).padStart(6, "0")}`;
    await page.getByRole("cell", { name: lastKey }).waitFor();
  });
  await page.context().close();
});

interface Held {
  readonly heapMb: number;
  /** Of documents, those that are not shown any more among them. */
  readonly domNodes: number;
  readonly listeners: number;
}

/** What the page holds when all that can go is gone. */
async function heldBy(session: CDPSession): Promise<Held> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((each) => each.name === name)?.value ?? 0;
  return {
    heapMb: Math.round(of("JSHeapUsedSize") / 10_000) / 100,
    domNodes: of("Nodes"),
    listeners: of("JSEventListeners"),
  };
}

async function measure(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return session;
}

/** @param readings after a while of the same, oldest first */
function assertFlat(t: TestContext, what: string, readings: readonly Held[]): void {
  for (const name of ["heapMb", "domNodes", "listeners"] as const) {
    const values = readings.map((each) => each[name]);
    t.diagnostic(`${what}, ${name}: ${values.join(", ")}`);
    const half = Math.ceil(values.length / 2);
    const [early, late] = [Math.max(...values.slice(0, half)), Math.min(...values.slice(half))];
    // What grows has its least of the later half above its most of the earlier one.
    const slack = name === "heapMb" ? 1 : early * 0.05 + 50;
    assert.ok(late <= early + slack, `${what}: ${name} grows from ${early} to ${late}`);
  }
}

test("an hour of requests leaves nothing behind", { skip, timeout: 900_000 }, async (t) => {
  const page = await openWatched(t, [hasten]);
  const ending = new AbortController();
  const seconds = streamSeconds / haste;
  const visits = visitSteadily({
    ...{ edge: node.edge, host, perSecond, seconds: seconds * 3 + 60, signal: ending.signal },
    path: "/part-1/a?b=c",
  });
  try {
    const unhurried = await openWatched(t);
    await assertQuick(t, unhurried, `${perSecond} requests a second`, async () => {
      await unhurried.goto(`${node.api}/footlight/console/traffic`);
      await unhurried.getByRole("link", { name: /^GET/ }).first().waitFor();
      await delay(15_000 * Math.min(1, scale * 10));
    });
    await unhurried.context().close();
    let polls = 0;
    page.on("response", (response) => {
      if (response.url().includes("/v1/traces")) polls += 1;
    });
    await page.goto(`${node.api}/footlight/console/traffic`);
    await page.getByRole("link", { name: /^GET/ }).first().waitFor();
    const session = await measure(page);
    const readings: Held[] = [];
    // The charts' lines fill at first: of their 150 readings each takes 2.5 s.
    await delay((Math.min(400, streamSeconds / 2) / haste) * 1000);
    for (let count = 0; count < 8; count += 1) {
      await delay((seconds * 1000) / 8);
      readings.push(await heldBy(session));
    }
    t.diagnostic(`${polls} lists of requests were read`);
    assertFlat(t, "an hour of traffic", readings);
  } finally {
    ending.abort();
    await visits;
  }
  await page.context().close();
});

test(
  "views that are opened and left leave nothing behind",
  { skip, timeout: 600_000 },
  async (t) => {
    const page = await openWatched(t);
    await page.goto(`${node.api}/footlight/console/functions`);
    const session = await measure(page);
    const readings: Held[] = [];
    const round = async (): Promise<void> => {
      for (const name of ["Distributions", "Stores", "Traffic", "Nodes", "Functions"]) {
        await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
        await page.getByRole("heading", { level: 1 }).waitFor();
        await delay(50);
      }
      await page.getByRole("link", { name: "function-00000" }).click();
      await page.getByText("CloudFront takes it").waitFor();
      await page.getByRole("link", { name: "History" }).click();
      await page.getByText("first", { exact: true }).waitFor();
    };
    for (let count = 0; count < 3; count += 1) await round();
    for (let count = 0; count < 8; count += 1) {
      await round();
      readings.push(await heldBy(session));
    }
    assertFlat(t, "visits", readings);
    await page.context().close();
  },
);
