/** What distributions look like: each part of one, its dialogs, and what may go wrong. */
import type { Page } from "playwright-core";
import { pasteOver } from "./browser.ts";
import { asks, click, dialog, shown, text, type Scene } from "./scene.ts";
import type { ShownAccount } from "./shown-account.ts";

async function configuration(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Configuration" }).waitFor();
}

/** Opens a tenant, and waits until it was read. */
async function openTenant(page: Page): Promise<void> {
  await click(page, "Change bakery");
  await page.getByLabel("Which").waitFor();
  await page.getByRole("button", { name: "Save", exact: true, disabled: false }).waitFor();
}

export function distributionScenes(account: ShownAccount): readonly Scene[] {
  const { distribution, longDistribution, meanwhile } = account;
  const site = `/distributions/${distribution}`;
  const tenants = `/distributions/${account.tenants}/tenants`;
  return [
    shown("distributions", "/distributions", text("The shop")),
    shown("distribution-new", "/distributions?new", dialog),
    shown("distribution-new-for-tenants", "/distributions?new", async (page) => {
      await page.getByText("For tenants", { exact: true }).click();
      await page.getByLabel("Origin", { exact: true }).fill("localhost:3000");
    }),
    shown("distribution-new-refused", "/distributions?new", async (page) => {
      await page.getByLabel("Origin", { exact: true }).fill("nothing.example");
      await page.getByLabel("Path", { exact: true }).fill("/with a blank");
      await click(page, "Create");
      await page.getByRole("dialog").getByRole("alert").waitFor();
    }),
    shown("distribution", site, (page) => page.getByLabel(/A URL or path/).waitFor()),
    shown("distribution-match", `${site}?url=/img/a.png`, text("the first that matches")),
    shown("distribution-long", `/distributions/${longDistribution}`, (page) =>
      page.getByLabel(/A URL or path/).waitFor(),
    ),
    shown("distribution-for-tenants", `/distributions/${account.tenants}`, text("its tenants")),
    shown("distribution-delete", site, asks("Delete this distribution")),
    shown("distribution-delete-refused", site, async (page) => {
      await asks("Delete this distribution")(page);
      await page.getByLabel(`Type ${distribution} to be sure`).fill(distribution);
      await click(page, "Delete");
      await page.getByRole("dialog").getByRole("alert").waitFor({ timeout: 120_000 });
    }),
    shown("distribution-missing", "/distributions/ENOTHING", text("could not read")),
    shown("distribution-no-part", `${site}/nothing`, text("no such part")),
    shown("distribution-cache", `${site}/cache?url=/style.css`, text(/Kept|Not kept/)),
    shown("distribution-cache-not-kept", `${site}/cache?url=/nothing.css`, text("Not kept")),
    shown(
      "distribution-cache-invalidated",
      `/distributions/${longDistribution}/cache`,
      async (page) => {
        await page.getByLabel("Paths").fill("/img/*\n/index.html");
        await click(page, "Invalidate");
        await text("Completed")(page);
      },
    ),
    shown("distribution-configuration", `${site}/configuration`, configuration),
    shown("distribution-configuration-wrong", `${site}/configuration`, async (page) => {
      await configuration(page);
      await page.getByRole("textbox", { name: "Configuration" }).click();
      await pasteOver(page, '{"comment": "half of it"}');
      await click(page, "Save");
      await page.getByRole("alert").waitFor();
    }),
    shown(
      "distribution-configuration-conflict",
      `/distributions/${longDistribution}/configuration`,
      async (page) => {
        await configuration(page);
        await page.getByRole("textbox", { name: "Configuration" }).click();
        await page.keyboard.press("ControlOrMeta+End");
        await page.keyboard.insertText("\n");
        await meanwhile.commentOn(longDistribution);
        await text("Somebody else has changed it meanwhile")(page);
      },
    ),
    shown("staging-none", `/distributions/${longDistribution}/staging`, text("Try a change")),
    shown("staging", `${site}/staging`, text("Who gets it")),
    shown("staging-header", `${site}/staging`, async (page) => {
      await page.getByLabel("Chosen by").selectOption("header");
      await page.getByLabel(/^Header/).waitFor();
    }),
    shown("staging-promote", `${site}/staging`, async (page) => {
      await click(page, "Promote");
      await text("The shop, tried")(page);
    }),
    shown("tenants", tenants, text("bakery.example.com")),
    shown("tenants-none", `/distributions/${account.noTenants}/tenants`, text("no tenants yet")),
    shown("tenant-new", tenants, asks("New tenant")),
    shown("tenant-new-taken", tenants, async (page) => {
      await asks("New tenant")(page);
      await page.getByLabel("Name", { exact: true }).fill("another");
      await page.getByLabel("Domains").fill("bakery.example.com");
      await page.getByLabel("brand").fill("Another");
      await click(page, "Create");
      await page.getByRole("dialog").getByRole("alert").waitFor();
    }),
    shown("tenant", tenants, openTenant),
    shown("tenant-invalidate", tenants, asks("Invalidate what is kept of bakery")),
    shown("tenant-delete", tenants, asks("Delete bakery")),
    shown("tenant-conflict", tenants, async (page) => {
      await openTenant(page);
      await page.getByLabel("Domains").fill("mine.example.com");
      await meanwhile.changeTenant("bakery");
      await click(page, "Save");
      await text("Somebody else has changed it meanwhile")(page);
    }),
    shown("connection-group-new", tenants, asks("New group")),
    shown("connection-group", tenants, async (page) => {
      await asks("Change europe")(page);
      await page.getByRole("button", { name: "Save", exact: true, disabled: false }).waitFor();
    }),
    shown("connection-group-delete-refused", tenants, async (page) => {
      await asks("Delete europe")(page);
      await page.getByLabel("Type europe to be sure").fill("europe");
      await click(page, "Delete");
      await page.getByRole("dialog").getByRole("alert").waitFor();
    }),
  ];
}
