/**
 * A rehearsal in a browser: what DEVELOPMENT would do with what viewers have asked, in groups with a sample each, of which one is accepted,
 * exported as the file of `footlight rehearse`, and made a test event.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { DescribeFunctionCommand, UpdateFunctionCommand } from "@aws-sdk/client-cloudfront";
import type { Browser } from "playwright-core";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { assertAccessible } from "./violations.ts";

const skip = skipWithoutChromium();
const origin = createServer((_, response) => response.end("here"));
let node: TestNode;
let browser: Browser;
let host: string;

function sourceOf(body: string): string {
  return `function handler(event) { var request = event.request; ${body} return request; }`;
}

before(async () => {
  if (skip !== false) return;
  node = await startTestNode({ args: ["--record", "sample"] });
  browser = await launchBrowser();
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const { port: originPort } = origin.address() as AddressInfo;
  const source = sourceOf("");
  ({ host } = await createLiveFunction(node.client, { name: "tried", source, originPort }));
  for (const path of ["/a", "/b", "/docs/"]) await view(node.edge, host, path);
  const Name = "tried";
  const { ETag: IfMatch } = await node.client.send(new DescribeFunctionCommand({ Name }));
  await node.client.send(
    new UpdateFunctionCommand({
      ...{ Name, IfMatch: IfMatch! },
      FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      FunctionCode: Buffer.from(
        sourceOf(
          "request.headers['x-new'] = { value: '1' }; if (request.uri.endsWith('/')) request.uri += 'index.html';",
        ),
      ),
    }),
  );
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
  origin.close();
});

test(
  "differences are grouped, accepted, exported, imported and made test events",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    const at = `${node.api}/footlight/console/functions/tried/rehearsal`;
    await page.goto(at);
    await page.getByRole("button", { name: "Rehearse" }).click();
    await page.getByText(/3 requests compared, 3 differ/).waitFor();
    const header = page
      .locator("details.group, li.group details")
      .filter({ hasText: "x-new" })
      .first();
    await header.locator("summary").click();
    await header.getByRole("button", { name: "Accept", exact: true }).click();
    await page.getByText("1 difference is accepted").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "tried.rehearsal.json");
    const text = await readFile(await download.path(), "utf8");
    const { expected } = JSON.parse(text) as { expected: string[] };
    assert.equal(expected.length, 1);
    assert.match(expected[0]!, /x-new/);

    // From a file, what is accepted elsewhere is as well.
    await page.getByLabel("A file of accepted differences").setInputFiles({
      ...{ name: "tried.rehearsal.json", mimeType: "application/json" },
      buffer: Buffer.from(JSON.stringify({ expected: ["~ something else"] })),
    });
    await page.getByText("2 differences are accepted").waitFor();
    await header.getByRole("button", { name: "Make it a test event" }).click();
    await page.getByText("It is the test event rehearsed now").waitFor();
    await page.getByRole("link", { name: "Code", exact: true }).click();
    await page.locator("select.event-choice").selectOption({ label: "rehearsed" });
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("header x-new").first().waitFor();
    assertNoComplaints(watched);
    await assertAccessible(browser, at, async (each) => {
      await each.getByRole("button", { name: "Rehearse" }).click();
      await each.getByText(/3 requests compared/).waitFor();
    });
  },
);
