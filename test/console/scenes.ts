/** What the console can look like: every view and every dialog, and what makes each of them look so. */
import type { Page } from "playwright-core";
import { longName, storeName, type ShownAccount } from "./shown-account.ts";

export interface Scene {
  /** As a file may be called. */
  readonly name: string;
  /** `shown`: shown-account.ts's; `empty`: new; `locked`: asks for signatures. */
  readonly node: "shown" | "empty" | "locked";
  /** Below the console. */
  readonly path: string;
  /** Makes it look so, and waits until it does. */
  readonly act?: (page: Page) => Promise<void>;
}

const button = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true }).first();
const dialog = async (page: Page): Promise<void> => page.getByRole("dialog").waitFor();
const text =
  (words: string | RegExp) =>
  async (page: Page): Promise<void> =>
    page.getByText(words).first().waitFor();

export function scenesOf({ distribution, longDistribution }: ShownAccount): readonly Scene[] {
  const shown = (name: string, path: string, act?: Scene["act"]): Scene => ({
    ...{ name, path, node: "shown" as const },
    ...(act && { act }),
  });
  const empty = (name: string, path: string, act?: Scene["act"]): Scene => ({
    ...shown(name, path, act),
    node: "empty",
  });
  const fn = "/functions/prefix";
  const site = `/distributions/${distribution}`;
  return [
    shown("functions", "/functions", text("prefix")),
    shown("functions-none-found", "/functions", async (page) => {
      await page.getByLabel("Filter functions").fill("nothing like this");
      await text("None of the functions")(page);
    }),
    shown("function-new", "/functions?new", dialog),
    shown("function-new-taken", "/functions?new", async (page) => {
      await page.getByLabel("Name").fill("prefix");
      await text("There is a function prefix already")(page);
    }),
    shown("function-code", fn, text("CloudFront takes it")),
    shown("function-run", fn, async (page) => {
      await button(page, "Run").click();
      await page.getByRole("meter").waitFor();
    }),
    shown("function-complaints", fn, async (page) => {
      await page.getByRole("textbox", { name: "Code of prefix" }).click();
      await page.keyboard.press("ControlOrMeta+End");
      await page.keyboard.insertText("\nclass A { async *b() {} }\nvar fs = require('fs');");
      await text(/\d errors?/)(page);
    }),
    shown("function-json", fn, async (page) => {
      await button(page, "JSON").click();
      await page.getByRole("textbox", { name: /^Test event/ }).waitFor();
    }),
    shown("function-settings", fn, async (page) => {
      await button(page, "Settings").click();
      await page.getByText("Delete this function").click();
    }),
    shown("function-publish", fn, async (page) => {
      await button(page, "Publish").click();
      await text("What changes for viewers")(page);
    }),
    shown("function-publish-waves", fn, async (page) => {
      await button(page, "Publish").click();
      await page.getByLabel("In waves").check();
    }),
    shown("function-undo", fn, async (page) => {
      await button(page, "Undo publish").click();
      await dialog(page);
    }),
    shown("function-compare", `${fn}/compare`, (page) => page.locator(".diff").waitFor()),
    shown("function-history", `${fn}/history`, text("below /v1")),
    shown("function-history-back", "/functions/taken-back/history", text("All pages failed")),
    shown("function-viewers", `${fn}/viewers`, text("Run it in another place")),
    shown("function-viewers-unpublished", "/functions/not-yet/viewers", text("Publish it first")),
    shown("function-viewers-first", "/functions/taken-back/viewers", text("Give it viewers")),
    shown("function-logs", `${fn}/logs`, text("asked for")),
    shown("function-logs-none", "/functions/not-yet/logs", text("Nothing was printed")),
    shown("function-rehearsal", `${fn}/rehearsal`, async (page) => {
      await button(page, "Rehearse").waitFor();
    }),
    shown("function-rollout", `/functions/${longName}/rollout`, text("Wave 1 of 3")),
    shown("function-rollout-none", `${fn}/rollout`, (page) => page.locator("h2").first().waitFor()),
    shown("function-long", `/functions/${longName}`, text("CloudFront takes it")),
    shown("function-missing", "/functions/nothing-like-this", text("could not read")),
    shown("function-no-part", `${fn}/nothing`, text("no such part")),
    shown("distributions", "/distributions", text("The shop")),
    shown("distribution-new", "/distributions?new", dialog),
    shown("distribution", site, (page) => page.getByLabel(/A URL or path/).waitFor()),
    shown("distribution-match", `${site}?url=/img/a.png`, text("the first that matches")),
    shown("distribution-long", `/distributions/${longDistribution}`, (page) =>
      page.getByLabel(/A URL or path/).waitFor(),
    ),
    shown("distribution-cache", `${site}/cache?url=/style.css`, text("Kept")),
    shown("distribution-configuration", `${site}/configuration`, (page) =>
      page.getByRole("textbox", { name: "Configuration" }).waitFor(),
    ),
    shown("stores", "/stores", text(storeName)),
    shown("store-new", "/stores?new", dialog),
    shown("store", `/stores/${storeName}`, text("/product/1000")),
    shown("store-none-found", `/stores/${storeName}?search=nothing`, text("No key is like this")),
    shown("store-key", `/stores/${storeName}?key=json`, dialog),
    shown("store-key-new", `/stores/${storeName}?key=`, dialog),
    shown("store-empty", "/stores/empty", text("It holds no key yet")),
    shown("traffic", "/traffic", (page) =>
      page.getByRole("link", { name: /^GET/ }).first().waitFor(),
    ),
    shown("traffic-none", "/traffic?path=/nothing", text("No request that is kept")),
    shown("request", "/traffic", async (page) => {
      await page.getByRole("link", { name: "GET /img/a.png" }).first().click();
      await text("Its way")(page);
    }),
    shown("request-failed", "/traffic", async (page) => {
      await page.getByRole("link", { name: "GET /boom" }).first().click();
      await text("no luck")(page);
    }),
    shown("request-to-event", "/traffic", async (page) => {
      await page.getByRole("link", { name: "GET /boom" }).first().click();
      await button(page, "Make it a test event").click();
      await dialog(page);
    }),
    shown("nodes", "/nodes", text("All viewers get it")),
    shown("changes", "/nodes/changes", text("CreateDistribution")),
    shown("change", "/nodes/changes", async (page) => {
      await page.getByRole("button", { name: /^What/ }).first().click();
      await page.locator(".change-fact").waitFor();
    }),
    shown("palette", "/functions", async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    }),
    shown("palette-none", "/functions", async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("zzz");
      await text("Nothing is called so")(page);
    }),
    shown("lost", fn, async (page) => {
      await text("CloudFront takes it")(page);
      await page.context().setOffline(true);
      await text("No answer, asking again")(page);
    }),
    shown("lost-at-first", "/functions", async (page) => {
      await page.context().setOffline(true);
      await page.getByRole("link", { name: "Nodes" }).click();
      await text(/does not answer|could not load/)(page);
    }),
    shown("nothing", "/nowhere", text("There is no such view")),
    empty("empty-functions", "/functions", text("Write your first function")),
    empty("empty-distributions", "/distributions", text("Make your first distribution")),
    empty("empty-distribution-new", "/distributions?new", dialog),
    empty("empty-stores", "/stores", text("Make your first store")),
    empty("empty-traffic", "/traffic", text("No viewer has come yet")),
    empty("empty-nodes", "/nodes", text("Nodes")),
    empty("empty-changes", "/nodes/changes", text("Nothing was changed yet")),
    { name: "sign-in", node: "locked", path: "/functions", act: text("Secret access key") },
    {
      ...{ name: "sign-in-refused", node: "locked", path: "/functions" },
      act: async (page) => {
        await page.getByLabel("Access key ID").fill("AKIDEXAMPLE");
        await page.getByLabel("Secret access key").fill("wrong");
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("alert").waitFor();
      },
    },
  ];
}
