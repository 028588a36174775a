/** Traffic: requests as they come, narrowed down, one of them explained, asked again and made a test event. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { assertAccessible } from "./violations.ts";

const skip = skipWithoutChromium();
const origin = createServer((_, response) => {
  response.writeHead(200, { "cache-control": "max-age=600" }).end("here");
});
let node: TestNode;
let browser: Browser;
let host: string;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode({ args: ["--traces", "on", "--mock-headers"] });
  browser = await launchBrowser();
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  const source = `function handler(event) {
    var request = event.request;
    if (request.uri === '/boom') throw new Error('no luck');
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    return request;
  }`;
  const originPort = (origin.address() as AddressInfo).port;
  ({ host } = await createLiveFunction(node.client, { name: "moves", source, originPort }));
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
  origin.close();
});

test("a request is found, explained, asked again and made a test event", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const at = `${node.api}/footlight/console/traffic`;
  await page.goto(at);
  await page.getByText("No viewer has come yet").waitFor();
  const headers = { cookie: "session=secret; theme=dark", authorization: "Bearer secret" };
  await view(node.edge, host, "/docs/?a=1", { headers });
  await view(node.edge, host, "/boom");
  await page.getByRole("link", { name: "GET /docs/" }).waitFor();
  await page.getByLabel("Result").selectOption("Error");
  await page.getByRole("link", { name: "GET /docs/" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "GET /boom" }).click();
  await page.getByText(/failed in line 3: Error: no luck/).waitFor();

  await page.goto(`${at}?path=/docs/*&function=moves`);
  await page.getByRole("link", { name: "GET /docs/" }).click();
  await page.locator("ins", { hasText: "/docs/index.html" }).first().waitFor();
  await page
    .getByText(/nothing is kept under its key/)
    .first()
    .waitFor();
  await page.getByText(/answered 200/).waitFor();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.getByText(/Copied without what is masked: .*cookie session/).waitFor();
  const line = await page.evaluate(() =>
    (
      globalThis as unknown as {
        navigator: { clipboard: { readText(): Promise<string> } };
      }
    ).navigator.clipboard.readText(),
  );
  assert.match(line, /^curl --globoff --path-as-is 'http:\/\/.*\/docs\/\?a=1'/);
  assert.doesNotMatch(line, /secret|masked/);
  const address = page.url();
  await page.getByText(/compute utilization \d+ %/).waitFor();
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByText(/Without cookie session, cookie theme, header authorization/).waitFor();
  await page.getByRole("link", { name: "Its way" }).click();
  await page
    .getByText(/hit: kept, \d+ s old/)
    .first()
    .waitFor();
  assert.notEqual(page.url(), address);
  await page.goto(address);
  await page.getByRole("button", { name: "Make it a test event" }).click();
  await page
    .getByText(/cookie session/)
    .last()
    .waitFor();
  await page.getByRole("button", { name: "Make it", exact: true }).click();
  await page.waitForURL(/\/functions\/moves$/);
  await page.locator("select.event-choice").selectOption({ label: "docs" });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("/docs/index.html").first().waitFor();

  // By its viewer's country, and by the behavior that took it.
  await view(node.edge, host, "/from-elsewhere", { headers: { "x-footlight-mock-country": "SE" } });
  await page.goto(at);
  await page.getByLabel("Country").fill("SE");
  await page.getByRole("link", { name: "GET /docs/" }).first().waitFor({ state: "detached" });
  await page.getByLabel("Behavior").fill("*");
  await page.waitForURL(/country=SE&behavior=\*$/);
  await page.getByRole("link", { name: "GET /from-elsewhere" }).click();
  await page.getByText(/, in SE, by HTTP/).waitFor();

  // By its function and its distribution, of which those are suggested that have what is typed.
  await page.goto(at);
  await page.getByLabel("Function").fill("ove");
  await page.locator('datalist option[value="moves"]').waitFor({ state: "attached" });
  assert.doesNotMatch(page.url(), /function=/);
  await page.getByLabel("Function").fill("moves");
  await page.waitForURL(/\?function=moves$/);
  await page.getByLabel("Distribution").fill(host);
  await page.waitForURL(/&distribution=E\w+$/);
  await page.reload();
  assert.equal(await page.getByLabel("Function").inputValue(), "moves");
  // By the name that stands for its id.
  while ((await page.getByLabel("Distribution").inputValue()) !== host) await delay(50);
  await page.getByRole("link", { name: "GET /docs/" }).first().waitFor();
  assertNoComplaints(watched);

  await assertAccessible(browser, at, (each) =>
    each.getByRole("link", { name: "GET /docs/" }).first().waitFor(),
  );
  await assertAccessible(browser, address, (each) => each.getByText("Its way").waitFor());
  await assertAccessible(browser, address, async (each) => {
    await each.getByRole("button", { name: "Make it a test event" }).click();
    await each.getByRole("dialog").waitFor();
  });
});
