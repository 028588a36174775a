/**
 * What stands around distributions: tenants and connection groups made, changed by two at once, emptied and deleted; a change
 * tried on a staging distribution and promoted; a distribution and a store deleted in steps.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateKeyValueStoreCommand,
  GetDistributionCommand,
  GetDistributionTenantCommand,
  ListConnectionGroupsCommand,
  ListDistributionsCommand,
  ListDistributionTenantsCommand,
  UpdateDistributionTenantCommand,
} from "@aws-sdk/client-cloudfront";
import type { Browser } from "playwright-core";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  pasteOver,
  skipWithoutChromium,
} from "./browser.ts";
import { assertAccessible } from "./violations.ts";

const skip = skipWithoutChromium();
const origin = createServer((_, response) => {
  response.writeHead(200, { "cache-control": "max-age=600" }).end("kept");
});
let node: TestNode;
let browser: Browser;
let port: number;
let at: string;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  browser = await launchBrowser();
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  ({ port } = origin.address() as AddressInfo);
  at = `${node.api}/footlight/console`;
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
  origin.close();
});

test("tenants and connection groups are made, changed, emptied and deleted", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${at}/distributions?new`);
  await page.getByLabel("Origin", { exact: true }).fill(`127.0.0.1:${port}`);
  await page.getByText("For tenants", { exact: true }).click();
  await page.getByLabel(/Viewers come by domains/).check();
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/\/distributions\/E\w+\/tenants$/);
  const home = page.url();
  await page.getByText("It has no tenants yet").waitFor();

  await page.getByRole("button", { name: "New group" }).click();
  await page.getByLabel("Name", { exact: true }).fill("by-name");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("rowheader", { name: /by-name/ }).waitFor();
  await page.getByRole("button", { name: "New tenant" }).click();
  await page.getByLabel("Name", { exact: true }).fill("shop");
  await page.getByLabel("Domains").fill("shop.example.com");
  await page.getByLabel("Connection group", { exact: true }).selectOption("by-name");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("rowheader", { name: /shop/ }).waitFor();
  assert.equal((await view(node.edge, "shop.example.com", "/a")).status, 200);

  // Somebody else is first.
  await page.getByRole("button", { name: "Change shop" }).click();
  await page.getByLabel("Domains").fill("shop.example.com\nmine.example.com");
  const { DistributionTenantList } = await node.client.send(new ListDistributionTenantsCommand({}));
  const Id = DistributionTenantList![0]!.Id!;
  const { ETag } = await node.client.send(new GetDistributionTenantCommand({ Identifier: Id }));
  await node.client.send(
    new UpdateDistributionTenantCommand({
      ...{ Id, IfMatch: ETag! },
      Domains: [{ Domain: "theirs.example.com" }],
    }),
  );
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Somebody else has changed it meanwhile").waitFor();
  await page.getByText("domain theirs.example.com").waitFor();
  await page.getByRole("button", { name: "Go on with mine" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("cell", { name: /shop\.example\.com\s*mine/ }).waitFor();

  await page.getByRole("button", { name: "Invalidate what is kept of shop" }).click();
  await page.getByRole("button", { name: "Invalidate", exact: true }).click();
  await page.getByText("Invalidated 1 path of shop").waitFor();
  assertNoComplaints(watched);
  await assertAccessible(browser, home, (each) =>
    each.getByRole("rowheader", { name: /shop/ }).waitFor(),
  );

  // The group is in use; then its tenant goes, and the group after it.
  await page.getByRole("button", { name: "Delete by-name" }).click();
  await page.getByLabel("Type by-name to be sure").fill("by-name");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("shop would be without: give them another one first").waitFor();
  assert.equal((await view(node.edge, "shop.example.com", "/a")).status, 200);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Delete shop" }).click();
  await page.getByLabel("Type shop to be sure").fill("shop");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("It has no tenants yet").waitFor();
  await page.getByRole("button", { name: "Delete by-name" }).click();
  await page.getByLabel("Type by-name to be sure").fill("by-name");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("rowheader", { name: /by-name/ }).waitFor({ state: "detached" });
  const { ConnectionGroups = [] } = await node.client.send(new ListConnectionGroupsCommand({}));
  assert.ok(ConnectionGroups.every(({ Name }) => Name !== "by-name"));
  assertNoComplaints(watched);
});

test("a tenant has parameters and settings of its own", { skip }, async () => {
  const DistributionConfig = {
    ...buildConfig({
      ...{ callerReference: "for tenants", originPort: port },
      cachePolicy: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    }),
    ConnectionMode: "tenant-only" as const,
    TenantConfig: {
      ParameterDefinitions: [
        { Name: "brand", Definition: { StringSchema: { Required: true } } },
        { Name: "size", Definition: { StringSchema: { Required: false, DefaultValue: "m" } } },
      ],
    },
  };
  const made = await node.client.send(new CreateDistributionCommand({ DistributionConfig }));
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${at}/distributions/${made.Distribution!.Id}/tenants`);
  await page.getByRole("button", { name: "New tenant" }).click();
  await page.getByLabel("Name", { exact: true }).fill("branded");
  await page.getByLabel("Domains").fill("own.example.com");
  // What is required is asked for before the API is.
  await page.getByRole("button", { name: "Create" }).click();
  const isMissing = await page
    .getByLabel("brand")
    .evaluate(
      (input) =>
        (input as unknown as { validity: { valueMissing: boolean } }).validity.valueMissing,
    );
  assert.ok(isMissing);
  await page.getByLabel("brand").fill("Own");
  await page.getByText("In the place of its distribution's settings").click();
  await page.getByLabel("Countries").selectOption("These alone are served");
  await page.getByLabel("Which").fill("de, nz");
  await page.getByLabel("Web ACL", { exact: true }).selectOption("None");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("rowheader", { name: /branded/ }).waitFor();
  const read = async () => {
    const { DistributionTenantList = [] } = await node.client.send(
      new ListDistributionTenantsCommand({}),
    );
    const { Id: Identifier } = DistributionTenantList.find(({ Name }) => Name === "branded")!;
    return (await node.client.send(new GetDistributionTenantCommand({ Identifier })))
      .DistributionTenant!;
  };
  const own = await read();
  assert.deepEqual(own.Parameters, [{ Name: "brand", Value: "Own" }]);
  assert.deepEqual(own.Customizations, {
    WebAcl: { Action: "disable" },
    GeoRestrictions: { RestrictionType: "whitelist", Locations: ["DE", "NZ"] },
  });

  // What is taken away is its distribution's again.
  await page.getByRole("button", { name: "Change branded" }).click();
  await page.getByLabel("size").fill("xl");
  assert.equal(await page.getByLabel("Which").inputValue(), "DE, NZ");
  await page.getByLabel("Countries").selectOption("As its distribution has them");
  await page.getByLabel("Web ACL", { exact: true }).selectOption("Its distribution's");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved branded").waitFor();
  const changed = await read();
  assert.deepEqual(changed.Parameters, [
    { Name: "brand", Value: "Own" },
    { Name: "size", Value: "xl" },
  ]);
  assert.deepEqual(Object.keys(changed.Customizations ?? {}), []);
  assertNoComplaints(watched);
});

test("a change is tried on a staging distribution, promoted, and ended", { skip }, async () => {
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "primary", originPort: port }),
    }),
  );
  const id = Distribution!.Id!;
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${at}/distributions/${id}/staging`);
  await page.getByRole("button", { name: "Make a staging distribution" }).click();
  await page.getByRole("heading", { name: "Who gets it" }).waitFor();
  await page.getByLabel(/Share in %/).fill("12.5");
  await page.getByLabel(/A viewer stays/).check();
  await page.getByLabel("Enabled", { exact: false }).first().check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved: these viewers get it").waitFor();
  await assertAccessible(browser, `${at}/distributions/${id}/staging`, (each) =>
    each.getByRole("heading", { name: "Who gets it" }).waitFor(),
  );
  await page.getByRole("link", { name: "Behaviors" }).click();
  await page.getByText(/12.5|13 % of its viewers get the staging distribution/).waitFor();

  // The change, where it is made.
  const { DistributionList } = await node.client.send(new ListDistributionsCommand({}));
  const staging = DistributionList!.Items!.find(({ Staging }) => Staging)!.Id!;
  await page.goto(`${at}/distributions/${staging}/configuration`);
  const read = await fetch(`${node.api}/2020-05-31/distribution/${staging}`, {
    headers: { accept: "application/json" },
  });
  const { data } = (await read.json()) as { data: { distribution_config: object } };
  await page.getByRole("textbox", { name: "Configuration" }).click();
  await pasteOver(page, JSON.stringify({ ...data.distribution_config, comment: "tried" }));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { name: "tried" }).waitFor();

  // It has viewers: none is refused before it is said what has to go first.
  await page.getByRole("button", { name: "Delete this distribution" }).click();
  await page.getByLabel(`Type ${staging} to be sure`).fill(staging);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("A policy gives it viewers: end the trial first").waitFor();
  const { Distribution: kept } = await node.client.send(
    new GetDistributionCommand({ Id: staging }),
  );
  assert.equal(kept!.DistributionConfig!.Enabled, true);

  await page.goto(`${at}/distributions/${id}/staging`);
  await page.getByRole("button", { name: "Promote" }).click();
  await page.getByText('"comment": "tried"').waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Promote" }).click();
  await page.getByRole("heading", { name: "tried" }).waitFor();
  await page.getByRole("button", { name: "End the trial" }).click();
  await page.getByRole("button", { name: "Make a staging distribution" }).waitFor();
  const { Distribution: now } = await node.client.send(new GetDistributionCommand({ Id: id }));
  assert.equal(now!.DistributionConfig!.Comment, "tried");
  assert.equal(now!.DistributionConfig!.ContinuousDeploymentPolicyId ?? "", "");
  assertNoComplaints(watched);
});

test("a distribution is deleted in steps, and a store", { skip }, async () => {
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "goes", originPort: port }),
    }),
  );
  const id = Distribution!.Id!;
  await node.client.send(new CreateKeyValueStoreCommand({ Name: "goes" }));
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${at}/distributions/${id}`);
  await page.getByRole("button", { name: "Delete this distribution" }).click();
  await page.getByText("Wait until all edges know it").waitFor();
  await page.getByLabel(`Type ${id} to be sure`).fill(id);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(/\/distributions$/);
  await assert.rejects(node.client.send(new GetDistributionCommand({ Id: id })), {
    name: "NoSuchDistribution",
  });
  await page.goto(`${at}/stores/goes`);
  await page.getByRole("button", { name: "Delete this store" }).click();
  await page.getByLabel("Type goes to be sure").fill("goes");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(/\/stores$/);
  assertNoComplaints(watched);
  await assertAccessible(
    browser,
    `${at}/distributions/${await firstDistribution()}`,
    async (each) => {
      await each.getByRole("button", { name: "Delete this distribution" }).click();
      await each.getByRole("dialog").waitFor();
    },
  );
});

async function firstDistribution(): Promise<string> {
  const { DistributionList } = await node.client.send(new ListDistributionsCommand({}));
  return DistributionList!.Items![0]!.Id!;
}
