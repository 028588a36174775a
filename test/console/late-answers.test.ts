/**
 * Answers that come late: nothing that somebody has typed, chosen or checked meanwhile is overwritten or dropped by them.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import type { Browser, Locator, Page } from "playwright-core";
import { buildConfig } from "../support/distribution-config.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { jsonFace } from "./json-face.ts";
import { violationsOf } from "./violations.ts";

const skip = skipWithoutChromium();
let node: TestNode;
let browser: Browser;
let at: (path: string) => string;
let fn: LiveFunction;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode({ args: ["--traces", "on", "--record", "sample"] });
  browser = await launchBrowser();
  at = (path) => `${node.api}/footlight/console${path}`;
  const source = pageOf("answers");
  fn = await createLiveFunction(node.client, { name: "answers", source, originPort: 1024 });
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

/** @returns lets the calls go on that were held back, and those that follow */
async function holdBack(page: Page, method: string, path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(path, async (route) => {
    if (route.request().method() === method) await promise;
    await route.continue();
  });
  return resolve;
}

/** Waits until what has come of an answer is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
  );
}

/** Types without leaving the field, which is what some are taken at. */
async function typeOver(field: Locator, text: string): Promise<void> {
  await field.fill("");
  await field.pressSequentially(text);
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

test(
  "names and numbers that are half typed stay while what is around them is read anew",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(at("/functions/answers"));
    await page.getByText("CloudFront takes it").waitFor();
    const readAnew = async (): Promise<void> => {
      // The first may have been asked for before something was typed.
      for (let count = 0; count < 2; count += 1) {
        const answer = await page.waitForResponse(/\/functions\/answers\/versions$/);
        await answer.finished();
      }
      await drawn(page);
    };
    await page.getByLabel("Expect something of the result").selectOption("status");
    const fields: readonly (readonly [RegExp | string, string])[] = [
      ["Name of the event", "half a na"],
      ["Name of header 1", "x-hal"],
      ["Expected of Status", ""],
    ];
    for (const [label, text] of fields) {
      const field = page.getByLabel(label, { exact: true });
      await typeOver(field, text);
      await readAnew();
      assert.equal(await field.inputValue(), text);
      await field.press("Escape");
    }
    await page.getByLabel("Expected of Status", { exact: true }).fill("404");
    await page.getByLabel("Name of the event").fill("whole");
    await page.keyboard.press("Enter");
    await page.locator("option", { hasText: "whole" }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "JSON" }).click();
    await page.getByText('"status": 404').waitFor();
    await page.getByText('"x-hal"').waitFor();
    assertNoComplaints(watched);
  },
);

test(
  "a filter that is half typed stays while requests come, and one that is typed before names are known",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    const goOn = await holdBack(page, "GET", "**/2020-05-31/distribution?*");
    await page.goto(at(`/traffic?distribution=${fn.distributionId}`));
    const chosen = page.getByLabel("Distribution", { exact: true });
    // Emptied, it would be of all.
    await chosen.press("ControlOrMeta+a");
    await chosen.pressSequentially("another");
    const listed = page.waitForResponse(/\/2020-05-31\/distribution\?/);
    goOn();
    await (await listed).finished();
    await page.locator("datalist option").first().waitFor({ state: "attached" });
    await drawn(page);
    assert.equal(await chosen.inputValue(), "another");
    // Left as it is, it is what is looked for.
    await page.getByLabel("Status").focus();
    await page.waitForURL(/distribution=another/);
    await page.getByRole("button", { name: "Show all requests" }).click();
    await page.waitForURL(/\/traffic$/);
    assert.equal(await chosen.inputValue(), "");

    await page.getByLabel("Status").pressSequentially("20");
    await view(node.edge, fn.host, "/comes");
    await page.getByRole("link", { name: "GET /comes" }).waitFor();
    await drawn(page);
    assert.equal(await page.getByLabel("Status").inputValue(), "20");
    await page.getByLabel("Status").pressSequentially("0");
    await page.waitForURL(/status=200/);
    assertNoComplaints(watched);
  },
);

for (const leaves of [false, true]) {
  test(
    `what is typed whole before it is known is taken once it is${leaves ? ", also by who has pressed Enter" : ""}`,
    { skip },
    async () => {
      const watched = await openPage(browser);
      const { page } = watched;
      const goOn = await holdBack(page, "GET", "**/2020-05-31/distribution?*");
      await page.goto(at("/traffic"));
      const field = page.getByLabel("Distribution", { exact: true });
      await field.fill(fn.host);
      if (leaves) await field.press("Enter");
      await drawn(page);
      goOn();
      await page.waitForURL(new RegExp(`distribution=${fn.distributionId}$`));
      assertNoComplaints(watched);
    },
  );
}

test("an answer that was asked for before a change does not take it back", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at(`/distributions/${fn.distributionId}/configuration`));
  const editor = page.getByRole("textbox", { name: "Configuration" });
  await editor.getByText('"comment": ""').waitFor();
  const { promise: saved, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: asked, resolve: noteAsked } = Promise.withResolvers<void>();
  const { promise: came, resolve: noteCame } = Promise.withResolvers<void>();
  await page.route(`**/2020-05-31/distribution/${fn.distributionId}`, async (route) => {
    const response = await route.fetch();
    noteAsked();
    await saved;
    await route.fulfill({ response });
    noteCame();
  });
  await asked;
  await editor.getByText('"comment": ""').dblclick();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("mine");
  await page.keyboard.press("Control+s");
  await page.getByText("Saved: edges apply it now").waitFor();
  goOn();
  await came;
  await drawn(page);
  assert.equal(await editor.getByText('"comment": "mine"').count(), 1);
  assertNoComplaints(watched);
});

test(
  "what is filled in of a policy or a key stays when either can't be read anew, and nothing is while it is saved",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    const DistributionConfig = buildConfig({ callerReference: "tried", originPort: 1024 });
    const made = await node.client.send(new CreateDistributionCommand({ DistributionConfig }));
    await page.goto(at(`/distributions/${made.Distribution!.Id}/staging`));
    await page.getByRole("button", { name: "Make a staging distribution" }).click();
    const share = page.getByLabel(/Share in %/);
    await share.fill("12.5");
    const policy = "**/continuous-deployment-policy/*";
    await page.route(policy, (route) => route.fulfill({ status: 500, json: { success: false } }));
    await page.getByText("Footlight could not read its policy").waitFor();
    assert.equal(await share.inputValue(), "12.5");
    await page.unroute(policy);
    await page.getByText("Footlight could not read its policy").waitFor({ state: "detached" });
    const save = await holdBack(page, "PUT", policy);
    await share.press("Enter");
    await page.locator("button[type=submit][aria-busy=true]").waitFor();
    assert.ok(await share.isDisabled(), "what is typed now would be dropped");
    save();
    await page.getByText("Saved: no viewer gets it").waitFor();
    await focused(page, "Share in %, up to 15").waitFor();
    assert.equal(await share.inputValue(), "12.5");

    await jsonFace(node.api).call("POST", "/2020-05-31/key-value-store", { Name: "late" });
    await page.goto(at("/stores/late?key=half"));
    const value = page.getByRole("textbox", { name: "Value" });
    await value.fill("half");
    let isBack = false;
    await page.route("**/*", async (route) => {
      const url = route.request().url();
      if (!isBack) await route.abort("connectionrefused");
      else if (url.endsWith("/keys/half")) await route.fulfill({ status: 500, body: "" });
      else await route.continue();
    });
    await page.waitForEvent("requestfailed", (request) => request.url().endsWith("/health/live"));
    const failing = page.waitForResponse(/\/keys\/half$/);
    isBack = true;
    await failing;
    await page.getByText("The node answers again").waitFor();
    await drawn(page);
    assert.equal(await value.inputValue(), "half");
    await page.unroute("**/*");
    const write = await holdBack(page, "POST", "**/keys");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator("button[type=submit][aria-busy=true]").waitFor();
    assert.ok(await value.isDisabled(), "what is typed now would be dropped");
    write();
    assertNoComplaints(watched);
  },
);

test(
  "an undo is of the version that was asked for, and its message stays, whoever publishes meanwhile",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    const undone = await createLiveFunction(node.client, {
      ...{ name: "undone", source: pageOf("one"), originPort: 1024 },
    });
    for (const text of ["two", "three"]) {
      await undone.update(pageOf(text));
      await undone.publish();
    }
    await page.goto(at("/functions/undone"));
    await page.getByRole("button", { name: "Undo publish" }).click();
    const dialog = page.getByRole("dialog", { name: "Give all viewers version 2" });
    await dialog.getByLabel("Message").fill("three was wrong");
    await undone.update(pageOf("four"));
    await undone.publish();
    await page.getByText("LIVE v4").waitFor();
    await drawn(page);
    assert.equal(await dialog.getByLabel("Message").inputValue(), "three was wrong");
    await dialog.getByRole("button", { name: "Go to version 2" }).click();
    await page.getByText("Footlight could not go to version 2").waitFor();
    assertNoComplaints(watched);
  },
);

test("what is accepted while it is rehearsed counts in what is told", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await view(node.edge, fn.host, "/rehearsed");
  await fn.update(pageOf("other"));
  await page.goto(at("/functions/answers/rehearsal"));
  await page.getByRole("button", { name: "Rehearse" }).click();
  await page.getByText(/^\d unexpected/).waitFor();
  const { promise: accepted, resolve: goOn } = Promise.withResolvers<void>();
  const told: unknown[] = [];
  await page.route("**/functions/answers/rehears*", async (route) => {
    const body = route.request().postDataJSON() as { unexpected?: number } | null;
    if (body?.unexpected !== undefined) told.push(body.unexpected);
    else await accepted;
    await route.continue();
  });
  await page.getByRole("button", { name: "Rehearse again" }).click();
  await page.getByRole("button", { name: "Accept all" }).click();
  await page.getByText("As expected").waitFor();
  goOn();
  await page.locator("button[aria-busy=true]").waitFor({ state: "detached" });
  assert.deepEqual(told, [0, 0]);
  assertNoComplaints(watched);
});

test(
  "a dialog that is left before its call was answered leads nowhere and closes no other",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(at("/stores?new"));
    let goOn = await holdBack(page, "POST", "**/2020-05-31/key-value-store");
    await page.getByLabel("Name", { exact: true }).fill("left");
    await page.getByLabel("Name", { exact: true }).press("Enter");
    await page.locator("button[type=submit][aria-busy=true]").waitFor();
    const stopped = page.waitForEvent("requestfailed");
    await page.getByRole("button", { name: "Cancel" }).click();
    await stopped;
    await page.getByText("Left before the node answered").waitFor();
    await page.getByRole("button", { name: "New store" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("half typed");
    goOn();
    await drawn(page);
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "half typed");

    await jsonFace(node.api).call("POST", "/2020-05-31/key-value-store", { Name: "there" });
    await page.goto(at("/stores/there?key=one"));
    goOn = await holdBack(page, "POST", "**/keys");
    await page.getByRole("textbox", { name: "Value" }).fill("1");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator("button[type=submit][aria-busy=true]").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Left before the node answered").waitFor();
    await page.getByRole("button", { name: "New key" }).first().click();
    await page.getByRole("textbox", { name: "Key", exact: true }).fill("half typed");
    goOn();
    await drawn(page);
    const key = page.getByRole("textbox", { name: "Key", exact: true });
    assert.equal(await key.inputValue(), "half typed");
    assertNoComplaints(watched);
  },
);

test("a row that was not seen says what is so now when it is", { skip }, async () => {
  const { call } = jsonFace(node.api);
  for (let count = 0; count < 60; count += 1) {
    await call("POST", "/2020-05-31/function", {
      Name: `many-${String(count).padStart(2, "0")}`,
      FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      FunctionCode: { text: pageOf("many") },
    });
  }
  const last = { name: "zz-last", source: pageOf("last"), originPort: 1024 };
  const { host } = await createLiveFunction(node.client, last);
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions"));
  await page.getByRole("button", { name: "Show more" }).click();
  const errors = page
    .getByRole("row", { name: /zz-last/ })
    .getByRole("cell")
    .nth(2);
  await errors.getByText("–").waitFor();
  await view(node.edge, host, "/");
  for (let count = 0; count < 2; count += 1) {
    await (await page.waitForResponse(/\/footlight\/v1\/metrics/)).finished();
  }
  await drawn(page);
  await errors.scrollIntoViewIfNeeded();
  await errors.getByText("0 %").waitFor();
  assertNoComplaints(watched);
});

test("what is read and never answered is read again, and the page goes on", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions"));
  await page.getByRole("link", { name: "answers" }).waitFor();
  const metrics = "**/footlight/v1/metrics*";
  const held = Promise.withResolvers<void>();
  let count = 0;
  await page.route(metrics, async (route) => {
    count += 1;
    if (count > 1) await route.continue();
    else held.resolve();
  });
  await held.promise;
  // As long as it may be silent, and what a busy machine takes.
  await page.waitForResponse(metrics, { timeout: 90_000 });
  await page.close();
});
