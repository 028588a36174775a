/**
 * Test events as files of `footlight test`: what they give counts, what they expect is compared, all of them are run at once; and
 * what a run costs is told by its calls, and beside the lines of the code.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  pasteOver,
  skipWithoutChromium,
  typeCode,
} from "./browser.ts";
import { assertAccessible } from "./violations.ts";

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

const source = `import cf from 'cloudfront';
import crypto from 'crypto';

async function handler(event) {
  var where = await cf.kvs().get('to');
  var text = 'a'.repeat(400);
  event.request.uri = '/' + where + '/' + Date.now();
  event.request.headers['x-digest'] = { value: crypto.createHash('sha256').update(text).digest('hex') };
  return event.request;
}
`;

const event = {
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.1" },
  request: {
    ...{ method: "GET", uri: "/", querystring: {}, headers: {}, cookies: {} },
  },
  given: { now: "2026-01-31T12:00:00Z", keys: { to: "there" } },
};

test("what events give and expect counts, and what a run costs is told", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const at = `${node.api}/footlight/console/functions`;
  await page.goto(`${at}?new`);
  await page.getByLabel("Name", { exact: true }).fill("digest");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "digest" }).waitFor();
  await typeCode(page, "Code of digest", source);

  await page.getByRole("button", { name: "JSON" }).click();
  await typeCode(
    page,
    "Test event first-event",
    JSON.stringify({ ...event, expect: { uri: "/elsewhere" } }),
  );
  await page.keyboard.press("Control+Enter");
  await page.getByText("Failed: not as the event expects").waitFor();
  await page.getByText('"/there/1769860800000"').waitFor();
  await page.getByRole("button", { name: "Expect this from now on" }).click();
  await page.getByText("Passed: all that the event expects holds").waitFor();

  // As a form.
  await page.getByRole("button", { name: "Form", exact: true }).click();
  assert.equal(await page.getByLabel("Clock").inputValue(), "2026-01-31T12:00:00Z");
  await page.getByLabel("How header x-digest is compared").selectOption("matches");
  await page.getByLabel("Expected of header x-digest").fill("^[0-9a-f]{63}$");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Failed: not as the event expects").waitFor();
  await page.getByLabel("Expected of header x-digest").fill("^[0-9a-f]{64}$");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Passed: all that the event expects holds").waitFor();
  await page.getByLabel("Expect something of the result").selectOption("At most, %");
  await page.getByLabel("Expected of At most, %").fill("1");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Failed: not as the event expects").waitFor();
  await page.getByRole("button", { name: "Expect no At most, %" }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("Passed: all that the event expects holds").waitFor();

  // Beside the code, and by its calls.
  await page.getByRole("heading", { name: "Calls that cost most" }).waitFor();
  const costly = page.locator(".cost", { hasText: /createHash|update|digest/ }).first();
  await costly.click();
  await page.locator(".cm-mark").first().waitFor();
  await page.locator(".code-area .cm-activeLine", { hasText: "createHash" }).waitFor();

  // Another event, which fails without an expectation: there is no such key.
  await page.getByLabel("Add an event").selectOption("viewer-request");
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByText("1 of 2 passed").waitFor();
  await page.getByRole("button", { name: /first-event Passed/ }).click();
  await page.getByText("Passed: all that the event expects holds").waitFor();
  await page.getByRole("textbox", { name: "Code of digest" }).focus();
  await pasteOver(page, source.replace("/'", "/x'"));
  await page.getByRole("button", { name: /first-event Changed since/ }).waitFor();
  await page.locator(".cm-mark").first().waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByText("0 of 2 passed").waitFor();
  assertNoComplaints(watched);

  await assertAccessible(browser, `${at}/digest`, async (each) => {
    await each.getByRole("button", { name: "Run", exact: true }).click();
    await each.getByRole("meter").waitFor();
    await each.getByLabel("Add an event").selectOption("viewer-request");
    await each.getByRole("button", { name: "Run all" }).click();
    await each.getByText(/of 2 passed/).waitFor();
  });
});
