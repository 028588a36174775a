/**
 * The console before a large account and much traffic: no task of the page takes longer than 200 ms of a processor, and its memory stays
 * what it is over an hour of requests. FOOTLIGHT_CONSOLE_SCALE says how large: 1 is 100,000 keys, 5,000 functions,
 * 1,000 distributions, 1,000 requests a second and an hour, which `npm run soak -- console` takes. The hour is hurried:
 * the page has as many readings as in an hour, as fast as it takes them.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { visitSteadily } from "../support/steady-viewers.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { assertFlat, heldAtRest, measure, type Held } from "./held-memory.ts";
import { hurryTraffic } from "./hurried-traffic.ts";
import {
  argsFor,
  makeLargeAccount,
  nameOf,
  pairsFileOf,
  visitAll,
  type LargeAccount,
  type LargeAccountInput,
} from "./large-account.ts";
import { assertQuick, noteLongTasks, takeLongTasks } from "./quick-tasks.ts";

const skip = skipWithoutChromium();
const scale = Number(process.env["FOOTLIGHT_CONSOLE_SCALE"] ?? 0.02);
const size = {
  keys: Math.round(100_000 * scale),
  functions: Math.round(5000 * scale),
  distributions: Math.round(1000 * scale),
};
const lastFunction = nameOf(size.functions - 1);
const perSecond = 1000 * scale;
/** How long something is looked at that goes on by itself. */
const watchedMs = 20_000 * Math.min(1, scale * 5);
const hourSeconds = 3600 * scale;

const origin = createServer((_request, response) => response.end("here"));
let node: TestNode;
let browser: Browser;
let account: LargeAccount;

before(
  async () => {
    if (skip !== false) return;
    await once(origin.listen(0, "127.0.0.1"), "listening");
    const { port } = origin.address() as AddressInfo;
    const folder = temporaryFolder();
    const input: LargeAccountInput = { ...size, folder, origin: `127.0.0.1:${port}` };
    node = await startTestNode({ args: ["--traces", "on", ...argsFor(input)] });
    account = await makeLargeAccount(node.api, input);
    await visitAll(node.edge, account.hosts);
    browser = await launchBrowser();
  },
  { timeout: 900_000 },
);
after(async () => {
  origin.close();
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

async function openWatched(
  t: TestContext,
  scripts: readonly string[] = [],
  within = browser,
): Promise<Page> {
  const watched = await openPage(within);
  t.after(() => assertNoComplaints(watched));
  for (const content of [noteLongTasks, ...scripts]) await watched.page.addInitScript({ content });
  return watched.page;
}

/** What the engine compiles of what runs often it keeps, and that grows for a while: here nothing is compiled so. */
async function launchPlain(t: TestContext): Promise<Browser> {
  const plain = await launchBrowser(["--js-flags=--no-opt --no-maglev --no-sparkplug"]);
  t.after(() => plain.close());
  return plain;
}

function consoleAt(path: string): string {
  return `${node.api}/footlight/console${path}`;
}

test("every view of functions answers at once", { skip, timeout: 300_000 }, async (t) => {
  for (const [what, ms] of account.took)
    t.diagnostic(`${what} made in ${(ms / 1000).toFixed(1)} s`);
  const page = await openWatched(t);
  const search = page.getByLabel("Filter functions");
  await assertQuick(t, page, "the functions", async () => {
    await page.goto(consoleAt("/functions"));
    await page.getByText(`${size.functions} functions`).waitFor();
  });
  await assertQuick(t, page, "the functions, filtered", async () => {
    await search.pressSequentially(lastFunction.slice(-5));
    await page.getByRole("link", { name: lastFunction }).waitFor();
    await search.fill("");
    await page.getByRole("link", { name: nameOf(0) }).waitFor();
  });
  await assertQuick(t, page, "more functions, and a while of them", async () => {
    for (let count = 0; count < 10; count += 1) {
      const more = page.getByRole("button", { name: "Show more" });
      if (await more.isVisible()) await more.click();
    }
    await delay(watchedMs);
  });
  await assertQuick(t, page, "the dialog of a new function", async () => {
    await page.getByRole("button", { name: "New function" }).click();
    await page.getByRole("dialog").getByLabel("Name").pressSequentially("another");
    await page.keyboard.press("Escape");
  });
  await assertQuick(t, page, "the palette", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.type(lastFunction);
    await page.getByRole("option", { name: lastFunction }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("CloudFront takes it").waitFor();
  });
  await assertQuick(t, page, "viewers of a function that every distribution runs", async () => {
    await page.goto(consoleAt(`/functions/${nameOf(0)}/viewers`));
    await page.getByRole("option", { name: "A new one" }).waitFor({ state: "attached" });
    await page.getByRole("cell", { name: "viewer-request" }).first().waitFor();
  });
  await assertQuick(t, page, "its history", async () => {
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("first", { exact: true }).waitFor();
  });
  await assertQuick(t, page, "its settings", async () => {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("dialog").getByLabel("Comment").waitFor();
    await page.keyboard.press("Escape");
  });
  await page.context().close();
});

test("every view of distributions answers at once", { skip, timeout: 300_000 }, async (t) => {
  const page = await openWatched(t);
  const last = `Site ${size.distributions - 1}`;
  await assertQuick(t, page, "the distributions, filtered", async () => {
    await page.goto(consoleAt("/distributions"));
    await page.getByText(`${size.distributions} distributions`).waitFor();
    await page.getByLabel("Filter distributions").pressSequentially(last);
    await page.getByRole("link", { name: last }).waitFor();
  });
  await assertQuick(t, page, "which of 76 behaviors takes a URL", async () => {
    await page.getByRole("link", { name: last }).click();
    await page.getByLabel(/A URL or path/).pressSequentially("/more-60/some/thing");
    await page.getByText("the first that matches").waitFor();
  });
  for (const tab of ["Cache", "Tenants", "Staging", "Configuration"]) {
    const link = page.getByRole("link", { name: tab, exact: true });
    if (!(await link.isVisible())) continue;
    await assertQuick(t, page, `a distribution's ${tab.toLowerCase()}`, async () => {
      await link.click();
      await delay(500);
    });
  }
  await assertQuick(t, page, "the dialog of a new distribution", async () => {
    await page.goto(consoleAt("/distributions?new"));
    if (size.functions > 200) {
      await page.getByLabel("A part of the function's name").pressSequentially(lastFunction);
    }
    await page.getByRole("option", { name: lastFunction }).first().waitFor({ state: "attached" });
    await page.getByRole("textbox", { name: "Origin" }).pressSequentially("localhost:3000");
  });
  await page.context().close();
});

const scrollToEnd = `{
  const area = document.querySelector(".kv-area");
  area.scrollTop = area.scrollHeight;
}`;

test("every view of a store answers at once", { skip, timeout: 600_000 }, async (t) => {
  const page = await openWatched(t);
  const search = page.getByLabel("Search keys and values");
  await assertQuick(t, page, "the stores", async () => {
    await page.goto(consoleAt("/stores"));
    await page.getByRole("cell", { name: nameOf(0) }).waitFor();
  });
  await assertQuick(t, page, "the keys, scrolled", async () => {
    await page.getByRole("link", { name: "redirects" }).click();
    await page.getByRole("cell", { name: "/old/000000" }).waitFor();
    for (let count = 0; count < 20; count += 1) {
      await page.evaluate(scrollToEnd);
      await delay(50);
    }
  });
  await assertQuick(t, page, "all keys looked through", async () => {
    await search.pressSequentially(`/new/${size.keys - 1}`);
    await page.getByText("1 found", { exact: true }).waitFor({ timeout: 300_000 });
  });
  await assertQuick(t, page, "looked through again, and the last of all", async () => {
    await search.fill("");
    await page.getByRole("cell", { name: "/old/000000" }).waitFor();
    await search.pressSequentially("/old/0");
    await search.fill("");
    await page.evaluate(scrollToEnd);
    const lastKey = `/old/${String(size.keys - 1).padStart(6, "0")}`;
    await page.getByRole("cell", { name: lastKey }).waitFor();
  });
  await assertQuick(t, page, "a key changed", async () => {
    await page.evaluate(`document.querySelector(".kv-area").scrollTop = 0`);
    await page.getByRole("button", { name: "/old/000000" }).click();
    await page.getByRole("dialog").getByLabel("Value").fill("/newer");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("cell", { name: "/newer" }).waitFor();
  });
  await assertQuick(t, page, "an export", async () => {
    const saving = page.waitForEvent("download", { timeout: 300_000 });
    await page.getByRole("button", { name: "Export" }).click();
    const saved = await (await saving).path();
    const { data } = JSON.parse(readFileSync(saved, "utf8")) as { data: readonly object[] };
    assert.equal(data.length, size.keys);
  });
  const file = join(temporaryFolder(), "redirects.json");
  writeFileSync(file, pairsFileOf(size.keys));
  await assertQuick(t, page, "an import", async () => {
    await page.getByLabel("A file to import").setInputFiles(file);
    await page.getByText(`Imported ${size.keys} keys`).waitFor({ timeout: 300_000 });
  });
  await page.context().close();
});

test("nodes and changes answer at once", { skip, timeout: 300_000 }, async (t) => {
  const page = await openWatched(t);
  await assertQuick(t, page, "the nodes", async () => {
    await page.goto(consoleAt("/nodes"));
    await page.getByText("The last publish").waitFor();
  });
  await assertQuick(t, page, "the changes, older ones and those of one", async () => {
    await page.getByRole("link", { name: "Changes" }).click();
    await page
      .getByRole("button", { name: /^What / })
      .first()
      .waitFor();
    for (let count = 0; count < 5; count += 1) {
      const older = page.getByRole("button", { name: "Show older" });
      if (await older.isVisible()) await older.click();
      await delay(200);
    }
    await page.getByLabel("Operation").fill("CreateDistribution");
    await page.getByRole("button", { name: "Filter" }).click();
    const found = page.getByRole("button", { name: /What CreateDistribution/ }).first();
    const further = page.getByRole("button", { name: "Look further back" });
    // It is gone as soon as something is found.
    while (!(await found.isVisible())) await further.click({ timeout: 2000 }).catch(() => {});
  });
  await page.context().close();
});

test("traffic answers at once", { skip, timeout: 300_000 }, async (t) => {
  const page = await openWatched(t);
  const ending = new AbortController();
  const visits = visitSteadily({
    ...{ edge: node.edge, host: account.hosts[0]!, path: "/part-1/a?b=c" },
    ...{ perSecond, seconds: 200, signal: ending.signal },
  });
  try {
    await assertQuick(t, page, `${perSecond} requests a second`, async () => {
      await page.goto(consoleAt("/traffic"));
      await page.getByRole("link", { name: /^GET/ }).first().waitFor();
      await delay(watchedMs);
    });
    await assertQuick(t, page, "those of one function", async () => {
      const filter = page.getByLabel("Function");
      await filter.pressSequentially(nameOf(1).slice(0, 8));
      assert.ok((await page.locator("datalist option").count()) < 100);
      await filter.fill(nameOf(1));
      await page.waitForURL(/function=function-00001/);
      await page.getByRole("link", { name: /^GET/ }).first().waitFor();
      await delay(watchedMs / 4);
    });
    await assertQuick(t, page, "one request explained", async () => {
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("link", { name: /^GET/ }).first().click();
      await page.getByText("Send again").waitFor();
    });
  } finally {
    ending.abort();
    await visits;
  }
  await page.context().close();
});

/** What the page does every few seconds it does at once. */
const hasten = `
  const slow = globalThis.setTimeout;
  globalThis.setTimeout = (act, ms = 0, ...rest) => slow(act, ms < 5000 ? ms / 100 : ms, ...rest);
`;

test("an hour of requests leaves nothing behind", { skip, timeout: 1_500_000 }, async (t) => {
  const page = await openWatched(t, [hasten], await launchPlain(t));
  const traffic = await hurryTraffic(node.api, 1000);
  t.after(() => traffic.stop());
  await page.goto(`${traffic.api}/footlight/console/traffic`);
  await page.getByRole("link", { name: /^GET/ }).first().waitFor();
  const session = await measure(page);
  const began = performance.now();
  const reach = async (share: number): Promise<void> => {
    while (traffic.seconds() < hourSeconds * share) await delay(50);
  };
  // The lines of the charts fill at first.
  await reach(1 / 8);
  const readings: Held[] = [];
  const readingsMax = 15;
  for (let count = 0; count < readingsMax; count += 1) {
    await reach(1 / 8 + count / (readingsMax - 1));
    traffic.hold(true);
    readings.push(await heldAtRest(session));
    traffic.hold(false);
  }
  const tasks = await takeLongTasks(page);
  const took = (performance.now() - began) / 1000;
  t.diagnostic(
    `${traffic.seconds().toFixed(0)} s of requests in ${took.toFixed(0)} s; ${tasks.length} tasks over 50 ms by the clock, the longest ${Math.max(0, ...tasks)} ms`,
  );
  assertFlat(t, "an hour of traffic", readings);
  await page.context().close();
});

test(
  "views that are opened and left leave nothing behind",
  { skip, timeout: 600_000 },
  async (t) => {
    const page = await openWatched(t, [], await launchPlain(t));
    await page.goto(consoleAt("/functions"));
    const session = await measure(page);
    const readings: Held[] = [];
    const round = async (): Promise<void> => {
      for (const name of ["Distributions", "Stores", "Traffic", "Nodes", "Functions"]) {
        await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
        await page.getByRole("heading", { level: 1 }).waitFor();
        await delay(50);
      }
      await page.getByRole("link", { name: nameOf(0) }).click();
      await page.getByText("CloudFront takes it").waitFor();
      await page.getByRole("link", { name: "History" }).click();
      await page.getByText("first", { exact: true }).waitFor();
    };
    const rounds = scale < 1 ? 6 : 40;
    for (let count = 0; count < Math.ceil(rounds / 4); count += 1) await round();
    for (let count = 0; count < rounds; count += 1) {
      await round();
      readings.push(await heldAtRest(session));
    }
    assertFlat(t, "visits", readings);
    await page.context().close();
  },
);
