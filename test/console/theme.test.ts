/** The theme that one chooses is everywhere at once: in what is styled, and in charts, which are painted. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";

const skip = skipWithoutChromium();
let node: TestNode;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode({ args: ["--traces", "on"] });
  browser = await launchBrowser();
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

test("charts take another theme while nothing new is read", { skip }, async () => {
  const source = "function handler(event) { return { statusCode: 204 }; }";
  const { host } = await createLiveFunction(node.client, {
    name: "quiet",
    source,
    originPort: 1080,
  });
  await view(node.edge, host, "/");
  const watched = await openPage(browser, { colorScheme: "light" });
  const { page } = watched;
  await page.goto(`${node.api}/footlight/console/traffic`);
  await page.locator(".chart canvas").first().waitFor();
  await page.context().setOffline(true);
  await page.getByText("No answer, asking again").waitFor();
  const painted = (): Promise<string> =>
    page
      .locator(".chart canvas")
      .first()
      .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
  const other = async (than: string): Promise<string> => {
    for (;;) {
      const now = await painted();
      if (now !== than) return now;
    }
  };
  const light = await painted();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await other(light);
  // By hand.
  await page.getByRole("button", { name: /^Theme/ }).click();
  assert.equal(await other(dark), light);
  assertNoComplaints(watched);
});
