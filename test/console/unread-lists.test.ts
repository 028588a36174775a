/**
 * Lists that come late or not at all: nothing is taken for none before it is known, a form waits for what may be chosen, and
 * where that can't be read it says so, and leaves what is set as it is.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { createLiveFunction, pageOf, type LiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { jsonFace, type JsonFace } from "./json-face.ts";

const skip = skipWithoutChromium();
const listOf = (kind: string): RegExp => new RegExp(`/2020-05-31/${kind}(\\?|$)`);
const functions = listOf("function");
const distributions = listOf("distribution");
const stores = listOf("key-value-store");
const groups = listOf("connection-groups");

let node: TestNode;
let browser: Browser;
let at: (path: string) => string;
let call: JsonFace["call"];
let fn: LiveFunction;
/** ARN. */
let store: string;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode({ args: ["--traces", "on"] });
  browser = await launchBrowser();
  at = (path) => `${node.api}/footlight/console${path}`;
  ({ call } = jsonFace(node.api));
  fn = await createLiveFunction(node.client, {
    ...{ name: "unread", source: pageOf("unread"), originPort: 1024 },
  });
  await call("POST", "/2020-05-31/key-value-store", { Name: "prices" });
  ({ arn: store } = await call<{ arn: string }>("GET", "/2020-05-31/key-value-store/prices"));
  await call("POST", "/2020-05-31/function", {
    Name: "reads",
    FunctionCode: { text: pageOf("reads") },
    FunctionConfig: {
      ...{ Comment: "", Runtime: "cloudfront-js-2.0" },
      KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: store }] },
    },
  });
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

interface Held {
  /** Lets go on what was held back, and what follows. */
  readonly goOn: () => void;
  /** Answers them as a node does that is broken. */
  readonly fail: () => void;
}

/** Holds back what is asked for, until it is told how to go on. */
async function hold(page: Page, url: RegExp): Promise<Held> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  await page.unroute(url);
  await page.route(url, async (route) => {
    if (await promise) await route.continue();
    else await route.fulfill({ status: 500, json: { success: false } });
  });
  return { goOn: () => resolve(true), fail: () => resolve(false) };
}

const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole("button", { name, exact: true });

test("settings keep the store that is set until others can be chosen", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions/reads"));
  const dialog = page.getByRole("dialog", { name: "Settings of reads" });
  const chosen = dialog.getByLabel("Key value store");
  const open = async (): Promise<Held> => {
    const held = await hold(page, stores);
    await button(page, "Settings").click();
    await dialog.getByText("Reading which there are").waitFor();
    assert.ok(await button(dialog, "Apply").isDisabled());
    await chosen.focus();
    await page.keyboard.press("ArrowUp");
    return held;
  };

  const late = await open();
  late.goOn();
  await dialog.getByText("What cf.kvs() opens").waitFor();
  assert.equal(await chosen.inputValue(), store);
  assert.deepEqual(await chosen.locator("option").allTextContents(), ["None", "prices"]);
  await button(dialog, "Cancel").click();

  const broken = await open();
  broken.fail();
  await dialog.getByText("They could not be read").waitFor();
  assert.equal(await chosen.inputValue(), store);
  await dialog.getByLabel("Comment").fill("changed");
  await button(dialog, "Apply").click();
  await button(page, "Save").click();
  await page.getByText("Saved in DEVELOPMENT").waitFor();
  const saved = await call<{ comment: string; key_value_stores: readonly string[] }>(
    "GET",
    "/footlight/v1/functions/reads/versions/DEVELOPMENT",
  );
  assert.equal(saved.comment, "changed");
  assert.deepEqual(saved.key_value_stores, [store]);
  assertNoComplaints(watched);
});

test("a tenant is made when its connection group could be chosen", { skip }, async () => {
  await call("POST", "/2020-05-31/connection-group", { Name: "late-group", Enabled: true });
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/distributions?new"));
  await page.getByLabel("Origin", { exact: true }).fill("127.0.0.1:1024");
  await page.getByText("For tenants", { exact: true }).click();
  await page.getByLabel(/Viewers come by domains/).check();
  await button(page, "Create").click();
  await page.waitForURL(/\/distributions\/E\w+\/tenants$/);
  await page.getByText("late-group").first().waitFor();
  const [, id = ""] = /\/distributions\/(E\w+)/.exec(page.url()) ?? [];

  const open = async (): Promise<Held> => {
    const held = await hold(page, groups);
    await page.goto(at(`/distributions/${id}/tenants`));
    await page.getByText("Reading the connection groups …").waitFor();
    await button(page, "New tenant").click();
    await dialog.getByText("Reading which there are").waitFor();
    assert.ok(await button(dialog, "Create").isDisabled());
    return held;
  };
  const dialog = page.getByRole("dialog", { name: "New tenant" });
  const own = page.getByText("The first tenant without one gets the account's own");
  const chosen = dialog.getByLabel("Connection group");
  const late = await open();
  assert.equal(await own.count(), 0);
  assert.deepEqual(await chosen.locator("option").allTextContents(), ["Reading …"]);
  late.goOn();
  await dialog.getByText("By whose endpoint viewers reach it").waitFor();
  await chosen.focus();
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await chosen.inputValue(), "");

  const broken = await open();
  broken.fail();
  await dialog.getByText("They could not be read").waitFor();
  await page.getByText("Footlight could not read the connection groups").waitFor();
  assert.equal(await own.count(), 0);
  assert.ok(await button(dialog, "Create").isEnabled());
  assertNoComplaints(watched);
});

test("no copy is made before it is known whether there is one", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const held = await hold(page, distributions);
  await page.goto(at(`/distributions/${fn.distributionId}/staging`));
  await page.getByText("Reading which staging distributions there are").waitFor();
  const make = button(page, "Make a staging distribution");
  assert.ok(await make.isDisabled());
  held.fail();
  await page.getByText("Footlight could not read which staging distributions there are").waitFor();
  assert.ok(await make.isEnabled());
  await page.unroute(distributions);
  await button(page, "Try again").click();
  await page.getByText("Footlight could not read").waitFor({ state: "detached" });

  const uses = await hold(page, distributions);
  await page.goto(at("/functions/unread/viewers"));
  await page.getByRole("heading", { name: "unread" }).waitFor();
  uses.fail();
  await page.getByText("Footlight could not read the distributions").waitFor();
  assert.equal(await page.getByText("Give it viewers").count(), 0);
  assertNoComplaints(watched);
});

test("what a publish changes is said to be read, or that it could not be", { skip }, async () => {
  await fn.update(pageOf("next"));
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions/unread"));
  await page.getByText("CloudFront takes it").waitFor();
  const dialog = page.getByRole("dialog", { name: "Publish unread" });
  const reading = dialog.getByText("Reading what changes for viewers …");
  const live = /\/functions\/unread\/versions\/LIVE$/;
  for (const isBroken of [false, true]) {
    const held = await hold(page, live);
    await button(page, "Publish").click();
    await reading.waitFor();
    if (isBroken) held.fail();
    else held.goOn();
    const come = isBroken
      ? "Footlight could not read and check what would be published"
      : "What changes for viewers version 1";
    await dialog.getByText(come).waitFor();
    assert.equal(await reading.count(), 0);
    await button(dialog, "Cancel").click();
  }
  // Whoever needs not look at it needs not wait for it.
  const held = await hold(page, live);
  await button(page, "Publish").click();
  await reading.waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("LIVE v2 100 %").waitFor();
  held.goOn();
  assertNoComplaints(watched);
});

test("a store has keys, and is read by functions, before both are known", { skip }, async () => {
  const contentPath = `/key-value-stores/${encodeURIComponent(store)}`;
  const { etag } = await call<{ etag: string }>("GET", contentPath);
  await call("POST", `${contentPath}/keys`, { puts: [{ key: "one", value: "1" }] }, etag);
  const watched = await openPage(browser);
  const { page } = watched;
  const keys = /\/keys(\?|$)/;
  const held = await hold(page, keys);
  await page.goto(at("/stores/prices"));
  await page.getByText("1 key", { exact: false }).first().waitFor();
  await page.getByRole("table", { name: "Keys and values" }).waitFor();
  assert.equal(await page.getByText("No key is like this").count(), 0);
  held.fail();
  await page.getByText("Footlight could not read the keys").waitFor();
  assert.equal(await page.getByText("No key is like this").count(), 0);
  await page.unroute(keys);

  // A new key has nothing to wait for: what is typed at once is not lost.
  const content = await hold(page, /\/key-value-stores\/[^/]+$/);
  await button(page, "New key").click();
  await page.keyboard.type("typed");
  const field = page.getByRole("textbox", { name: "Key", exact: true });
  assert.equal(await field.inputValue(), "typed");
  await page.getByRole("textbox", { name: "Value" }).fill("2");
  await button(page, "Save").click();
  await page.getByText("Saved typed").waitFor();
  content.goOn();

  for (const isBroken of [false, true]) {
    const list = await hold(page, functions);
    await page.goto(at("/stores"));
    const row = page.getByRole("row", { name: /prices/ });
    await row.getByText("Reading …").waitFor();
    if (isBroken) list.fail();
    else list.goOn();
    await row.getByText(isBroken ? "Could not be read" : "reads").waitFor();
  }
  assertNoComplaints(watched);
});

test("the palette, filters and logs say what is not known", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const list = await hold(page, functions);
  list.fail();
  await page.goto(at("/traffic"));
  await page.getByText("They could not be read").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("unread");
  await page.getByText("What else there is could not all be read").waitFor();
  assert.equal(await page.getByText("Nothing is called so").count(), 0);

  const none = page.getByText("Nothing was printed yet");
  for (const isBroken of [true, false]) {
    const live = await hold(page, /\/logs\/live/);
    await page.goto(at("/functions/unread/logs"));
    await page.getByText("Reading the logs …").waitFor();
    assert.equal(await none.count(), 0);
    if (isBroken) {
      live.fail();
      await page.getByText("Footlight could not read the logs").waitFor();
      assert.equal(await none.count(), 0);
    } else {
      live.goOn();
      await none.waitFor();
    }
  }
  assertNoComplaints(watched);
});
