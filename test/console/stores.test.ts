/** Key value stores: made, a key written by two at once, a file of 10,000 keys imported, looked through and exported. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
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

const headers = { accept: "application/json", "content-type": "application/json" };

/** Puts a pair as somebody else would. */
async function put(name: string, key: string, value: string): Promise<void> {
  const ask = async (path: string, init?: RequestInit): Promise<Record<string, string>> => {
    const response = await fetch(`${node.api}${path}`, { headers, ...init });
    return ((await response.json()) as { data: Record<string, string> }).data;
  };
  const { arn = "" } = await ask(`/2020-05-31/key-value-store/${name}`);
  const at = `/key-value-stores/${encodeURIComponent(arn)}`;
  const { etag = "" } = await ask(at);
  await ask(`${at}/keys`, {
    ...{ method: "POST", headers: { ...headers, "if-match": etag } },
    body: JSON.stringify({ puts: [{ key, value }] }),
  });
}

test("a store is made, filled, looked through and exported", { skip }, async () => {
  const watched = await openPage(browser, { acceptDownloads: true });
  const { page } = watched;
  const at = `${node.api}/footlight/console/stores`;
  await page.goto(at);
  await page.getByRole("button", { name: "New store" }).first().click();
  await page.getByLabel("Name").fill("flags");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("It holds no key yet").waitFor();
  await page.getByRole("button", { name: "New key" }).first().click();
  await page.getByLabel("Key", { exact: true }).fill("color");
  await page.getByLabel("Value", { exact: true }).fill("blue");
  await page.getByRole("button", { name: "Save" }).click();

  // Another key of somebody else's is no matter; the same one is.
  await page.getByRole("button", { name: "color" }).click();
  await page.getByLabel("Value", { exact: true }).fill("green");
  await put("flags", "other", "1");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "green" }).waitFor();
  await page.getByRole("button", { name: "color" }).click();
  await page.getByLabel("Value", { exact: true }).fill("mine");
  await put("flags", "color", "theirs");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody else has changed it meanwhile").waitFor();
  await page.getByRole("button", { name: "Save mine" }).click();
  await page.getByRole("cell", { name: "mine" }).waitFor();

  const data = Array.from({ length: 10_000 }, (_, index) => ({
    ...{ key: `/old/${String(index).padStart(5, "0")}`, value: `/new/${index}` },
  }));
  await page.getByLabel("A file to import").setInputFiles({
    ...{ name: "wrong.json", mimeType: "application/json", buffer: Buffer.from('{"a": 1}') },
  });
  await page.getByText(/The value of "a" is no text/).waitFor();
  await page.getByLabel("A file to import").setInputFiles({
    ...{ name: "many.json", mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify({ data })),
  });
  await page.getByRole("progressbar", { name: "Importing" }).waitFor();
  await page.getByText("Imported 10000 keys").waitFor();
  await page.getByLabel("Search keys and values").fill("/new/9999");
  await page.getByText("1 found", { exact: true }).waitFor();
  await page.getByRole("cell", { name: "/old/09999" }).waitFor();
  await page.waitForURL(/search=%2Fnew%2F9999/);

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = JSON.parse(readFileSync(await (await downloading).path(), "utf8")) as {
    data: readonly { key: string; value: string }[];
  };
  assert.equal(file.data.length, 10_002);
  assert.deepEqual(file.data[0], data[0]);
  assertNoComplaints(watched);

  await assertAccessible(browser, at, (each) => each.getByText("flags").waitFor());
  await assertAccessible(browser, `${at}/flags`, (each) =>
    each.getByRole("cell", { name: "/old/00001" }).waitFor(),
  );
  await assertAccessible(browser, `${at}/flags?key=color`, (each) =>
    each.getByRole("dialog").waitFor(),
  );
});

test("a new key is set against what stands under its own name", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${node.api}/footlight/console/stores`);
  await page.getByRole("button", { name: "New store" }).first().click();
  await page.getByLabel("Name").fill("names");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("It holds no key yet").waitFor();
  await put("names", "first", "theirs");
  await put("names", "second", "theirs");
  await page.getByRole("button", { name: "New key" }).first().click();
  await page.getByLabel("Value", { exact: true }).fill("mine");
  const key = page.getByLabel("Key", { exact: true });
  const taken = page.getByText("There is such a key already");
  for (const name of ["first", "second"]) {
    await key.fill(name);
    await taken.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await taken.waitFor();
  }
  await key.fill("third");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("cell", { name: "third" }).waitFor();
  assert.equal(await page.getByRole("cell", { name: "theirs" }).count(), 2);
  assertNoComplaints(watched);
});
