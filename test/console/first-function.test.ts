/**
 * The first story, in a browser: from nothing to a page that is answered through a function, then a change that is
 * wrong, and the way back. With the keyboard alone as far as the first publish.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { freePort } from "../support/free-port.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  pasteOver,
  skipWithoutChromium,
  typeCode,
} from "./browser.ts";

const skip = skipWithoutChromium();
const origin = createServer((request, response) => response.end(`origin: ${request.url}`));
/** Where it is started again: nobody else is given them meanwhile. */
let ports: { readonly apiPort: number; readonly edgePort: number };
let node: TestNode;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  await once(origin.listen(0, "127.0.0.1"), "listening");
  ports = { apiPort: await freePort(), edgePort: await freePort() };
  node = await startTestNode(ports);
  browser = await launchBrowser();
});
after(async () => {
  origin.close();
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

const source = `function handler(event) {
  event.request.uri = '/v1' + event.request.uri;
  return event.request;
}
`;

test(
  "a first function is written, run, published and gets viewers, and a wrong one is taken back",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${node.api}/footlight/console/`);
    await page.getByRole("heading", { name: "Write your first function" }).waitFor();

    // By the palette, and nothing but the keyboard.
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: /New function/ }).waitFor();
    await page.keyboard.type("new function");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New function" }).waitFor();
    await page.keyboard.type("rewrite");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "rewrite" }).waitFor();
    assert.match(page.url(), /\/footlight\/console\/functions\/rewrite$/);

    const editor = page.getByRole("textbox", { name: "Code of rewrite" });
    await editor.focus();
    await pasteOver(page, "function handler(event) { class A {} return event.request; }");
    await page.getByText("1 error").waitFor();
    await pasteOver(page, source);
    await page.getByText("CloudFront takes it").waitFor();

    await page.keyboard.press("Control+Enter");
    await page.getByText("The origin is asked for GET /v1/").waitFor();
    await page.getByRole("row", { name: "changed uri / /v1/" }).waitFor();
    await page.getByRole("meter", { name: "Compute utilization" }).waitFor();

    await page.keyboard.press("Control+s");
    await page.getByText("Saved in DEVELOPMENT").waitFor();
    await runCommand(page, "publish");
    await page.getByRole("dialog", { name: "Publish rewrite" }).waitFor();
    await page.getByLabel("Message").focus();
    await page.keyboard.type("all below /v1");
    await page.keyboard.press("Enter");
    await page.getByText("LIVE v1 100 %").waitFor();

    await page.getByRole("link", { name: "Viewers" }).click();
    await page
      .getByRole("textbox", { name: "Origin" })
      .fill(`localhost:${(origin.address() as AddressInfo).port}`);
    await page.getByLabel("Keep what the origin answers").uncheck();
    await page.getByRole("button", { name: "Make the distribution" }).click();
    const open = page.getByRole("link", { name: "Open" });
    await open.waitFor();
    const site = (await open.getAttribute("href")) ?? "";
    const viewer = await openPage(browser);
    const seen = async (): Promise<string | null> => {
      await viewer.page.goto(`${site}docs`);
      return viewer.page.textContent("body");
    };
    assert.equal(await seen(), "origin: /v1/docs");

    await page.getByRole("link", { name: "Code", exact: true }).click();
    await typeCode(page, "Code of rewrite", source.replace("/v1", "/v2"));
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("What changes for viewers").waitFor();
    await page.getByRole("button", { name: "Publish to all viewers" }).click();
    await page.getByText("LIVE v2 100 %").waitFor();
    assert.equal(await seen(), "origin: /v2/docs");

    await page.getByRole("button", { name: "Undo publish" }).click();
    await page.getByRole("dialog", { name: /Give all viewers version 1/ }).waitFor();
    await page.getByRole("button", { name: "Go to version 1" }).click();
    await page.getByText("LIVE v1 100 %").waitFor();
    assert.equal(await seen(), "origin: /v1/docs");
    await page.getByRole("link", { name: /^History/ }).click();
    await page.getByText("Taken back").waitFor();
    await page.getByText("all below /v1").waitFor();
    assertNoComplaints(watched);
  },
);

test(
  "a reload, a restart of the node and somebody else's change lose nothing of what was typed",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${node.api}/footlight/console/functions/rewrite`);
    const mine = `${source}// mine\n`;
    await typeCode(page, "Code of rewrite", mine);
    await page.getByText("· not saved").waitFor();
    await page.reload();
    await page.getByText("· not saved").waitFor();
    assert.equal(await codeIn(page), mine);

    const { dataFolder } = node;
    await node.stop();
    await page.getByText("No answer, asking again").waitFor();
    node = await startTestNode({ dataFolder, ...ports });
    await page.getByText("The node answers again").waitFor();
    assert.equal(await codeIn(page), mine);

    const other = await openPage(browser);
    await other.page.goto(`${node.api}/footlight/console/functions/rewrite`);
    await typeCode(other.page, "Code of rewrite", `${source}// theirs\n`);
    await other.page.keyboard.press("Control+s");
    await other.page.getByText("Saved in DEVELOPMENT").waitFor();

    await page.getByText("Somebody else has saved this function").waitFor();
    assert.equal(await codeIn(page), mine);
    await page.keyboard.press("Control+s");
    await page.getByText("Somebody else has saved this function just now").waitFor();
    await page.getByRole("button", { name: "Go on with mine" }).click();
    await page.keyboard.press("Control+s");
    await page.getByText("Saved in DEVELOPMENT").waitFor();
    await other.page.locator(".cm-line", { hasText: "// mine" }).waitFor();
    assertNoComplaints(watched);
    assertNoComplaints(other);
  },
);

/** By the palette. */
async function runCommand(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("listbox", { name: "Found" }).getByRole("option").first().waitFor();
  await page.keyboard.type(name);
  // Commands of the view may come after those of the page around it.
  await page.getByRole("option", { name }).and(page.locator("[aria-selected=true]")).waitFor();
  await page.keyboard.press("Enter");
}

async function codeIn(page: Page): Promise<string> {
  const editor = page.getByRole("textbox", { name: "Code of rewrite" });
  await editor.locator(".cm-line").first().waitFor();
  return (await editor.locator(".cm-line").allTextContents()).join("\n");
}
