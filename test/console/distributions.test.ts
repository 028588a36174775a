/**
 * Distributions: one made in four fields, which behavior takes a URL, what is kept and made unusable, and its configuration
 * changed by two at once.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { GetDistributionCommand, UpdateDistributionCommand } from "@aws-sdk/client-cloudfront";
import type { Browser } from "playwright-core";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  pasteOver,
  skipWithoutChromium,
} from "./browser.ts";
import { assertAccessible } from "./violations.ts";

const skip = skipWithoutChromium();
const origin = createServer((_, response) => {
  response.writeHead(200, { "cache-control": "max-age=600" }).end("kept");
});
let node: TestNode;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  browser = await launchBrowser();
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const source = "function handler(event) { return event.request; }";
  await createLiveFunction(node.client, { name: "pass", source, originPort: 80 });
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
  origin.close();
});

test("a distribution is made, looked into, invalidated and changed", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const at = `${node.api}/footlight/console`;
  await page.goto(`${at}/distributions?new`);
  await page
    .getByLabel("Origin", { exact: true })
    .fill(`127.0.0.1:${(origin.address() as AddressInfo).port}`);
  await page.getByLabel("Path", { exact: true }).fill("/img/*");
  await page.getByLabel("Function", { exact: true }).selectOption("viewer-request pass");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/\/distributions\/E\w+$/);
  const id = page.url().split("/").at(-1)!;

  const asked = page.getByLabel(/A URL or path/);
  await asked.fill("/other");
  await page.getByText("takes /other: no path pattern matches it").waitFor();
  await asked.fill("http://x/a/../img/a.png");
  await page.getByText("takes /img/a.png: the first that matches").waitFor();
  await page.getByText("not asked: one before it takes it").waitFor();
  await page.getByRole("link", { name: "pass" }).waitFor();

  const { Distribution: made } = await node.client.send(new GetDistributionCommand({ Id: id }));
  assert.equal((await view(node.edge, made!.DomainName!, "/img/a.png")).status, 200);
  await page.getByRole("link", { name: "Cache" }).click();
  await page.getByLabel("URL or path").fill("/img/a.png");
  await page.getByRole("button", { name: "Look up" }).click();
  await page.getByText("Kept", { exact: true }).waitFor();
  await page.getByLabel("Paths").fill("/img/*");
  await page.getByRole("button", { name: "Invalidate" }).click();
  await page.getByRole("listitem").filter({ hasText: "/img/*" }).getByText("Completed").waitFor();
  await page.getByText("Invalidated", { exact: true }).waitFor();

  // The model says what is wrong.
  await page.getByRole("link", { name: "Configuration" }).click();
  const editor = page.getByRole("textbox", { name: "Configuration" });
  const { Distribution, ETag } = await node.client.send(new GetDistributionCommand({ Id: id }));
  await editor.click();
  await pasteOver(page, '{ "commment": "wrong" }');
  await page.keyboard.press("Control+s");
  await page.getByText(/unknown member "commment"/).waitFor();
  // Kept over a reload; and somebody else's change is told of.
  await page.reload();
  await page.getByText("Not saved").waitFor();
  const config = Distribution!.DistributionConfig!;
  await node.client.send(
    new UpdateDistributionCommand({
      ...{ Id: id, IfMatch: ETag! },
      DistributionConfig: { ...config, Comment: "from elsewhere" },
    }),
  );
  await page.getByText("Somebody else has changed it meanwhile").waitFor();
  await page.getByRole("button", { name: "Take theirs" }).click();
  await page.getByRole("heading", { name: "from elsewhere" }).waitFor();
  const theirs = await fetch(`${node.api}/2020-05-31/distribution/${id}`, {
    headers: { accept: "application/json" },
  });
  const { data } = (await theirs.json()) as { data: { distribution_config: object } };
  await editor.click();
  await pasteOver(page, JSON.stringify({ ...data.distribution_config, comment: "mine" }));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { name: "mine" }).waitFor();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByText("Disabled", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("Enabled", { exact: true }).waitFor();

  // A function is attached to one that is there.
  await page.goto(`${at}/functions/pass/viewers`);
  await page.getByLabel("Distribution", { exact: true }).selectOption(id);
  await page.getByRole("button", { name: "Attach" }).click();
  await page.getByText(/runs it$/).waitFor();
  assertNoComplaints(watched);

  await assertAccessible(browser, `${at}/distributions`, (each) =>
    each.getByText("mine").waitFor(),
  );
  await assertAccessible(browser, `${at}/distributions?new`, (each) =>
    each.getByRole("dialog").waitFor(),
  );
  await assertAccessible(browser, `${at}/distributions/${id}?url=/img/a`, (each) =>
    each.getByText("takes /img/a").waitFor(),
  );
  await assertAccessible(browser, `${at}/distributions/${id}/cache?url=/img/a.png`, (each) =>
    each.getByText("Kept", { exact: true }).waitFor(),
  );
  await assertAccessible(browser, `${at}/distributions/${id}/configuration`, (each) =>
    each.getByRole("textbox", { name: "Configuration" }).waitFor(),
  );
});
