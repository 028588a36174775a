/**
 * Answers that come late: nothing that somebody has typed, chosen or checked meanwhile is overwritten or dropped by them.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { jsonFace } from "./json-face.ts";
import { violationsOf } from "./violations.ts";

const skip = skipWithoutChromium();
let node: TestNode;
let browser: Browser;
let at: (path: string) => string;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  browser = await launchBrowser();
  at = (path) => `${node.api}/footlight/console${path}`;
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

/** @returns lets the answers come that were held back, and those that follow */
async function holdBack(page: Page, method: string, path: string | RegExp): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(path, async (route) => {
    if (route.request().method() === method) await promise;
    await route.continue();
  });
  return resolve;
}

const focused = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).and(page.locator(":focus"));

test(
  "what is read anew before it is changed can be changed as soon as it was read",
  { skip },
  async () => {
    const { call } = jsonFace(node.api);
    const group = { Name: "read-anew", Enabled: true, Ipv6Enabled: true };
    const { id } = await call<{ id: string }>("POST", "/2020-05-31/connection-group", group);
    const watched = await openPage(browser, { bypassCSP: true });
    const { page } = watched;
    await page.goto(at("/distributions?new"));
    await page.getByLabel("Origin", { exact: true }).fill("127.0.0.1:1024");
    await page.getByText("For tenants", { exact: true }).click();
    await page.getByLabel(/Viewers come by domains/).check();
    await page.getByRole("button", { name: "Create" }).click();
    await page.waitForURL(/\/distributions\/E\w+\/tenants$/);

    const goOn = await holdBack(page, "GET", `**/connection-group/${id}`);
    await page.getByRole("button", { name: "Change read-anew" }).click();
    const byIpv6 = page.getByLabel("By IPv6 too");
    await byIpv6.waitFor();
    assert.ok(await byIpv6.isDisabled(), "it can be changed before it was read");
    assert.deepEqual(await violationsOf(page), []);
    goOn();
    await focused(page, "By IPv6 too").waitFor();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved read-anew").waitFor();
    const now = await call<{ ipv6_enabled: boolean }>("GET", `/2020-05-31/connection-group/${id}`);
    assert.equal(now.ipv6_enabled, false);
    assertNoComplaints(watched);
  },
);

test(
  "a dialog whose call is on its way takes nothing more, and goes on where it was when that fails",
  { skip },
  async () => {
    const watched = await openPage(browser, { bypassCSP: true });
    const { page } = watched;
    await page.goto(at("/functions?new"));
    const goOn = await holdBack(page, "POST", "**/2020-05-31/function");
    const comment = page.getByLabel("Comment");
    await page.getByLabel("Name", { exact: true }).fill("once");
    await comment.fill("c".repeat(10));
    await comment.press("Enter");
    await page.locator("button[type=submit][aria-busy=true]").waitFor();
    assert.ok(await comment.isDisabled(), "what is typed now would be dropped");
    assert.deepEqual(await violationsOf(page), []);
    await jsonFace(node.api).call("POST", "/2020-05-31/function", {
      Name: "once",
      FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      FunctionCode: { text: "function handler(event) { return event.request; }" },
    });
    goOn();
    await page.getByText("Footlight could not create the function").waitFor();
    await focused(page, "Comment").waitFor();
    assertNoComplaints(watched);
  },
);
