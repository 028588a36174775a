/** What functions look like: each part of one, its dialogs, and what may go wrong. */
import type { Page } from "playwright-core";
import { pasteOver, typeCode } from "./browser.ts";
import { asks, click, dialog, shown, text, type Scene } from "./scene.ts";
import { longName, type ShownAccount } from "./shown-account.ts";

const fn = "/functions/prefix";

const expecting = {
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.1" },
  request: {
    ...{ method: "GET", uri: "/old", querystring: { ref: { value: "mail" } }, cookies: {} },
    headers: { host: { value: "www.example.com" } },
  },
  expect: {
    ...{ uri: { matches: "^/v\\d/" }, maxUtilization: 60, edge: { does: "ask" } },
    headers: { "x-debug": null, vary: ["accept", "accept-language"] },
    query: { ref: "mail" },
  },
  given: { now: "2026-01-31T12:00:00Z", seed: 7, keys: { "/old": "/new" } },
};

async function writeEvent(page: Page, event: object): Promise<void> {
  await click(page, "JSON");
  await typeCode(page, /^Test event/, JSON.stringify(event, undefined, 2));
}

async function rehearse(page: Page): Promise<void> {
  await click(page, "Rehearse");
  await text(/requests compared/)(page);
}

export function functionScenes({ meanwhile }: ShownAccount): readonly Scene[] {
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
      await click(page, "Run");
      await page.getByRole("meter").waitFor();
    }),
    shown("function-run-failed", fn, async (page) => {
      await typeCode(
        page,
        "Code of prefix",
        "function handler(event) {\n  return event.nothing.at;\n}\n",
      );
      await click(page, "Run");
      await text("Viewers get an error page")(page);
    }),
    shown("function-complaints", fn, async (page) => {
      await page.getByRole("textbox", { name: "Code of prefix" }).click();
      await page.keyboard.press("ControlOrMeta+End");
      await page.keyboard.insertText("\nclass A { async *b() {} }\nvar fs = require('fs');");
      await text(/\d errors?/)(page);
    }),
    shown("function-conflict", "/functions/not-yet", async (page) => {
      await text("CloudFront takes it")(page);
      await page.getByRole("textbox", { name: "Code of not-yet" }).click();
      await page.keyboard.press("ControlOrMeta+End");
      await page.keyboard.insertText("// mine\n");
      await meanwhile.saveFunction("not-yet");
      await page
        .getByText(/Somebody else/)
        .first()
        .waitFor();
    }),
    shown("function-json", fn, async (page) => {
      await click(page, "JSON");
      await page.getByRole("textbox", { name: /^Test event/ }).waitFor();
    }),
    shown("function-json-wrong", fn, async (page) => {
      await click(page, "JSON");
      await page.getByRole("textbox", { name: /^Test event/ }).click();
      await pasteOver(page, '{"context": ');
      await text("This is not JSON")(page);
    }),
    shown("function-event-expecting", fn, async (page) => {
      await writeEvent(page, expecting);
      await click(page, "Form");
      await page.getByLabel("Expected of URI").waitFor();
    }),
    shown("function-run-unexpected", fn, async (page) => {
      await writeEvent(page, {
        ...expecting,
        expect: { status: 301, headers: { location: "/new" } },
      });
      await click(page, "Form");
      await click(page, "Run");
      await text("Failed: not as the event expects")(page);
    }),
    shown("function-events", fn, async (page) => {
      await page.getByLabel("Add an event").selectOption("viewer-request");
      await page.getByLabel("Add an event").selectOption("viewer-response");
      await click(page, "Run all");
      await page.getByText(/of 3 passed/).waitFor();
    }),
    shown("function-settings", fn, async (page) => {
      await click(page, "Settings");
      await page.getByText("Delete this function").click();
    }),
    shown("function-delete-refused", fn, async (page) => {
      await click(page, "Settings");
      await page.getByText("Delete this function").click();
      await page.getByLabel("Type prefix to delete it").fill("prefix");
      await click(page, "Delete");
      await page.getByRole("dialog").getByRole("alert").waitFor();
    }),
    shown("function-publish", fn, async (page) => {
      await click(page, "Publish");
      await text("What changes for viewers")(page);
    }),
    shown("function-publish-waves", fn, async (page) => {
      await click(page, "Publish");
      await page.getByLabel("In waves").check();
    }),
    shown("function-undo", fn, asks("Undo publish")),
    shown("function-compare", `${fn}/compare`, (page) => page.locator(".diff").waitFor()),
    shown("function-history", `${fn}/history`, text("below /v1")),
    shown("function-history-back", "/functions/taken-back/history", text("All pages failed")),
    shown("function-history-none", "/functions/not-yet/history", (page) =>
      page.locator("h2").first().waitFor(),
    ),
    shown("function-viewers", `${fn}/viewers`, text("Run it in another place")),
    shown("function-viewers-unpublished", "/functions/not-yet/viewers", text("Publish it first")),
    shown("function-viewers-first", "/functions/taken-back/viewers", text("Give it viewers")),
    shown("function-logs", `${fn}/logs`, text("asked for")),
    shown("function-logs-none", "/functions/not-yet/logs", text("Nothing was printed")),
    shown("function-rehearsal", `${fn}/rehearsal`, (page) =>
      page.getByRole("button", { name: "Rehearse" }).waitFor(),
    ),
    shown("function-rehearsal-report", `${fn}/rehearsal`, rehearse),
    shown("function-rehearsal-difference", `${fn}/rehearsal`, async (page) => {
      await rehearse(page);
      await page.locator("details.group, li.group details").first().locator("summary").click();
      await click(page, "Accept");
      await text("1 difference is accepted")(page);
    }),
    shown("function-rehearsal-unpublished", "/functions/not-yet/rehearsal", text("no LIVE")),
    shown("function-rollout", `/functions/${longName}/rollout`, text("Wave 1 of 3")),
    shown("function-rollout-none", `${fn}/rollout`, (page) => page.locator("h2").first().waitFor()),
    shown("function-long", `/functions/${longName}`, text("CloudFront takes it")),
    shown("function-missing", "/functions/nothing-like-this", text("could not read")),
    shown("function-no-part", `${fn}/nothing`, text("no such part")),
  ];
}
