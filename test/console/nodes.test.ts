/** Nodes and changes: how far the last publish has come, and who did what, narrowed down. */
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { assertAccessible } from "./violations.ts";

const skip = skipWithoutChromium();
let node: TestNode;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  browser = await launchBrowser();
  const live = { name: "first", source: pageOf("one"), originPort: 80 };
  await createLiveFunction(node.client, live);
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

test("the nodes, and the way to a change by its filters", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${node.api}/footlight/console/nodes`);
  await page.getByText("All viewers get it, from 1 edge").waitFor();
  await page.getByRole("row", { name: /Ready/ }).waitFor();
  await page.getByRole("link", { name: "Changes" }).click();
  await page.getByLabel("Operation").fill("PublishFunction");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/\/nodes\/changes\?operation=PublishFunction$/);
  await page.getByText("CreateDistribution").waitFor({ state: "detached" });
  await page.getByRole("button", { name: /What PublishFunction/ }).click();
  await page.getByText('"name": "first"').waitFor();
  // The address is a link to it.
  await page.reload();
  await page.getByRole("button", { name: /What PublishFunction/ }).waitFor();
  await page.goto(`${node.api}/footlight/console/nodes/changes?principal=nobody`);
  await page.getByRole("button", { name: "Show all changes" }).click();
  await page.getByText("CreateDistribution").waitFor();
  assertNoComplaints(watched);
});

test("they are accessible", { skip }, async () => {
  const at = `${node.api}/footlight/console`;
  await assertAccessible(browser, `${at}/nodes`, (page) =>
    page.getByText("All viewers get it").waitFor(),
  );
  await assertAccessible(browser, `${at}/nodes/changes`, async (page) => {
    await page
      .getByRole("button", { name: /What CreateDistribution/ })
      .first()
      .click();
    await page.locator(".change-fact").waitFor();
  });
});
