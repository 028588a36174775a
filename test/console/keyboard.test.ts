/**
 * The first story with nothing but the keyboard: a function made, edited, run and published, a distribution in four
 * fields, a page answered through it, a wave that stops, and the way back. Each stop of the Tab key shows that it has the focus, nothing
 * holds it, and what was opened gives it back.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  pasteOver,
  skipWithoutChromium,
} from "./browser.ts";

const skip = skipWithoutChromium();
const origin = createServer((request, response) => response.end(`origin: ${request.url}`));
let node: TestNode;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  await once(origin.listen(0, "127.0.0.1"), "listening");
  node = await startTestNode();
  browser = await launchBrowser();
});
after(async () => {
  origin.close();
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

interface Stop {
  readonly name: string;
  readonly isSeen: boolean;
}

/** Of what has the focus: its name, and whether one sees that it has it. */
const focused = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return { name: "", isSeen: true };
  const label = element.labels?.[0]?.textContent;
  const name = element.getAttribute("aria-label") ?? label ?? element.textContent ?? "";
  const shows = (each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  };
  const around = element.closest(".search, .palette-search, .cm-editor, .code-area, .choice") ?? element;
  const box = element.getBoundingClientRect();
  const isSeen = (shows(element) || shows(around) || element.matches(".cm-content")) && box.width > 0;
  return { name: name.replace(/\\s+/g, " ").trim(), isSeen };
})()`;

async function focusOf(page: Page): Promise<Stop> {
  return page.evaluate<Stop>(focused);
}

/** Presses Tab until what is called so has the focus. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < 90; count += 1) {
    await page.keyboard.press(key);
    const stop = await focusOf(page);
    assert.ok(stop.isSeen, `"${stop.name}" does not show that it has the focus`);
    if (typeof name === "string" ? stop.name === name : name.test(stop.name)) return;
    passed.push(stop.name);
  }
  assert.fail(`Tab never came to ${String(name)}: ${passed.join(" | ")}`);
}

async function untilFocused(page: Page, name: string | RegExp): Promise<void> {
  // A busy machine takes its time.
  for (let count = 0; count < 1000; count += 1) {
    const stop = await focusOf(page);
    if (typeof name === "string" ? stop.name === name : name.test(stop.name)) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`${(await focusOf(page)).name} has the focus, not ${String(name)}`);
}

const source = `function handler(event) {
  event.request.uri = '/v1' + event.request.uri;
  return event.request;
}
`;

test("the first story, by keys alone", { skip, timeout: 300_000 }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${node.api}/footlight/console/`);
  await page.getByRole("heading", { name: "Write your first function" }).waitFor();
  await tabTo(page, "Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(page, "New function");
  await page.keyboard.press("Enter");
  await untilFocused(page, "Name");
  // What was opened gives the focus back.
  await page.keyboard.press("Escape");
  // One that is closed has no role any more, and is taken away when it has heard of that.
  await page.locator("dialog").waitFor({ state: "detached" });
  await untilFocused(page, "New function");
  await page.keyboard.press("Enter");
  await untilFocused(page, "Name");
  await page.keyboard.type("rewrite");
  await page.keyboard.press("Enter");
  await page.getByText("CloudFront takes it").waitFor();

  await tabTo(page, "Code of rewrite");
  await pasteOver(page, source);
  await page.getByText("· not saved").waitFor();
  // Tab leaves the editor.
  await tabTo(page, "Test event");
  await tabTo(page, "Code of rewrite", "Shift+Tab");
  await page.keyboard.press("Control+Enter");
  await page.getByText("The origin is asked for GET /v1/").waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText("Saved in DEVELOPMENT").waitFor();
  await page.getByText("· not saved").waitFor({ state: "detached" });
  // A save does not take the editor away.
  await untilFocused(page, "Code of rewrite");
  await tabTo(page, "Settings", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Cancel");
  await page.keyboard.press("Enter");
  await untilFocused(page, "Settings");
  await tabTo(page, "Publish");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Publish rewrite" }).waitFor();
  await tabTo(page, "Message");
  await page.keyboard.type("all below /v1");
  await page.keyboard.press("Enter");
  await page.getByText("LIVE v1 100 %").waitFor();
  // The button can't be pressed again, so what is around it has the focus, and not the page's top.
  await tabTo(page, "Code");

  await tabTo(page, "Distributions", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Make your first distribution" }).waitFor();
  // The list of functions may take its time, and nothing can be made before it is there.
  const list = /\/2020-05-31\/function(\?|$)/;
  await page.route(list, async (route) => {
    await page.getByText("Reading which are published").waitFor();
    assert.ok(await page.getByRole("button", { name: "Create", exact: true }).isDisabled());
    await route.continue();
  });
  await tabTo(page, "New distribution");
  await page.keyboard.press("Enter");
  await untilFocused(page, "Origin");
  await page.keyboard.type(`localhost:${(origin.address() as AddressInfo).port}`);
  await tabTo(page, "Path");
  await tabTo(page, "Function");
  await page.getByText("Those that are published").waitFor();
  await page.unroute(list);
  await page.keyboard.press("ArrowDown");
  const chosen = page.getByLabel("Function", { exact: true });
  assert.equal(await chosen.inputValue(), "viewer-request rewrite");
  await tabTo(page, /^Keep what the origin answers/);
  await page.keyboard.press("Space");
  await tabTo(page, "Create");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/distributions\/E\w+$/);
  const heading = page.getByRole("heading", { level: 1, name: /\.cloudfront\./ });
  const host = (await heading.textContent()) ?? "";
  assert.equal((await view(node.edge, host, "/docs")).body, "origin: /v1/docs");

  await runCommand(page, "rewrite");
  await page.getByText("CloudFront takes it").waitFor();
  await tabTo(page, "Code of rewrite");
  await pasteOver(page, "function handler() { throw new Error('broken'); }");
  await page.getByText("· not saved").waitFor();
  await tabTo(page, "Publish", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Publish rewrite" }).waitFor();
  await tabTo(page, /^All viewers, now/);
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "Waves");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("50% 1h, 100%");
  await page.keyboard.press("Enter");
  await page.getByText("Wave 1 of 2").waitFor();
  let isAsking = true;
  const asking = (async () => {
    for (let count = 0; isAsking && count < 5000; count += 1) {
      const agent = new Agent({ localAddress: `127.0.2.${1 + (count % 200)}` });
      await view(node.edge, host, `/${count}`, { agent });
      agent.destroy();
    }
  })();
  await page.getByText("Taken back by a gate").waitFor();
  isAsking = false;
  await asking;
  assert.equal((await view(node.edge, host, "/docs")).body, "origin: /v1/docs");

  await tabTo(page, "Code");
  await page.keyboard.press("Enter");
  await page.getByText("CloudFront takes it").waitFor();
  await tabTo(page, "Code of rewrite");
  await pasteOver(page, source.replace("/v1", "/v2"));
  await page.getByText("· not saved").waitFor();
  await runCommand(page, "publish");
  await page.getByRole("dialog", { name: "Publish rewrite" }).waitFor();
  await tabTo(page, "Publish to all viewers");
  await page.keyboard.press("Enter");
  await page.getByText("LIVE v3 100 %").waitFor();
  await runCommand(page, "undo");
  await page.getByRole("dialog", { name: /Give all viewers version 1/ }).waitFor();
  await tabTo(page, "Go to version 1");
  await page.keyboard.press("Enter");
  await page.getByText("LIVE v1 100 %").waitFor();
  assert.equal((await view(node.edge, host, "/docs")).body, "origin: /v1/docs");
  assertNoComplaints(watched);
});

test("nothing moves for who wants nothing to move", { skip }, async () => {
  const { page } = await openPage(browser, { reducedMotion: "reduce" });
  await page.goto(`${node.api}/footlight/console/functions?new`);
  await page.getByRole("dialog").waitFor();
  const lasting = await page.evaluate(
    "document.getAnimations().map((each) => each.effect.getComputedTiming().activeDuration).filter((ms) => ms > 1)",
  );
  assert.deepEqual(lasting, []);
  await page.context().close();
});

/** By the palette. */
async function runCommand(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("listbox", { name: "Found" }).getByRole("option").first().waitFor();
  await page.keyboard.type(name);
  await page.getByRole("option", { name }).and(page.locator("[aria-selected=true]")).waitFor();
  await page.keyboard.press("Enter");
}
