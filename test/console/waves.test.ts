/** A version that is wrong, published in waves from the console: the wave stops, and the page says why. */
import { Agent } from "node:http";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";

const skip = skipWithoutChromium();
let node: TestNode;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  browser = await launchBrowser();
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

test(
  "a wave with errors is taken back, and the page shows the gate and its counts",
  { skip },
  async () => {
    const fn = await createLiveFunction(node.client, {
      ...{ name: "broken", source: pageOf("one"), originPort: 80 },
    });
    await fn.update("function handler() { throw new Error('broken'); }");
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${node.api}/footlight/console/functions/broken`);
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByLabel("In waves").check();
    await page.getByLabel("Waves", { exact: true }).fill("50% 1h, 100%");
    await page.getByRole("button", { name: "Begin the first wave" }).click();
    await page.getByText("Wave 1 of 2").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused by").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();

    let isAsking = true;
    const asking = (async () => {
      for (let count = 0; isAsking && count < 5000; count += 1) {
        const agent = new Agent({ localAddress: `127.0.2.${1 + (count % 200)}` });
        await view(node.edge, fn.host, `/${count}`, { agent });
        agent.destroy();
      }
    })();
    await page.getByText("Taken back by a gate").waitFor();
    isAsking = false;
    await asking;
    await page.getByText(/The gate errors closed/).waitFor();
    await page.getByText("LIVE v1 100 %").waitFor();
    assertNoComplaints(watched);
  },
);
