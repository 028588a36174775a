/** What the console can look like: every view, every dialog, and what makes each of them look so. */
import { accessScenes, type ShownKeys } from "./access-scenes.ts";
import { distributionScenes } from "./distribution-scenes.ts";
import { functionScenes } from "./function-scenes.ts";
import { asks, click, dialog, shown, text, type Scene } from "./scene.ts";
import { storeName, type ShownAccount } from "./shown-account.ts";

export function scenesOf(account: ShownAccount, keys: ShownKeys): readonly Scene[] {
  return [
    ...functionScenes(account),
    ...distributionScenes(account),
    ...storeScenes(account),
    ...trafficScenes(),
    ...nodeScenes(),
    ...shellScenes(),
    ...emptyScenes(),
    ...accessScenes(keys),
  ];
}

function storeScenes({ meanwhile }: ShownAccount): readonly Scene[] {
  const store = `/stores/${storeName}`;
  return [
    shown("stores", "/stores", text(storeName)),
    shown("store-new", "/stores?new", dialog),
    shown("store", store, text("/product/1000")),
    shown("store-none-found", `${store}?search=nothing`, text("No key is like this")),
    shown("store-key", `${store}?key=json`, dialog),
    shown("store-key-new", `${store}?key=`, dialog),
    shown("store-key-conflict", `${store}?key=json`, async (page) => {
      await dialog(page);
      await page.getByRole("textbox", { name: "Value" }).fill("mine");
      await meanwhile.writeKey("json");
      await click(page, "Save");
      await text("Somebody else has changed it meanwhile")(page);
    }),
    shown("store-import-refused", store, async (page) => {
      await page.getByLabel("A file to import").setInputFiles({
        ...{ name: "prices.json", mimeType: "application/json", buffer: Buffer.from("[1]") },
      });
      await text("prices.json:")(page);
    }),
    shown("store-delete", store, asks("Delete this store")),
    shown("store-missing", "/stores/nothing-like-this", text("could not read")),
    shown("store-empty", "/stores/empty", text("It holds no key yet")),
  ];
}

function trafficScenes(): readonly Scene[] {
  const request = (name: string, link: string, act: Scene["act"]): Scene =>
    shown(name, "/traffic", async (page) => {
      await page.getByRole("link", { name: link }).first().click();
      await act?.(page);
    });
  return [
    shown("traffic", "/traffic", (page) =>
      page.getByRole("link", { name: /^GET/ }).first().waitFor(),
    ),
    shown("traffic-none", "/traffic?path=/nothing", text("No request that is kept")),
    request("request", "GET /img/a.png", text("Its way")),
    request("request-failed", "GET /boom", text("no luck")),
    request("request-sent-again", "GET /img/a.png", async (page) => {
      await click(page, "Send again");
      await text("Sent again, from this node:")(page);
    }),
    request("request-to-send", "POST /orders", asks("Send again")),
    request("request-copied", "GET /img/a.png", async (page) => {
      await click(page, "Copy as curl");
      await text(/^Copied/)(page);
    }),
    request("request-to-event", "GET /boom", asks("Make it a test event")),
    shown("request-missing", "/traffic/nothing", text("could not read")),
  ];
}

function nodeScenes(): readonly Scene[] {
  return [
    shown("nodes", "/nodes", text("All viewers get it")),
    shown("changes", "/nodes/changes", text("CreateDistribution")),
    shown("changes-none-found", "/nodes/changes?principal=nobody", text("Nothing was changed so")),
    shown("change", "/nodes/changes", async (page) => {
      await page.getByRole("button", { name: /^What/ }).first().click();
      await page.locator(".change-fact").waitFor();
    }),
  ];
}

/** What is around every view. */
function shellScenes(): readonly Scene[] {
  return [
    shown("palette", "/functions", async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    }),
    shown("palette-none", "/functions", async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("zzz");
      await text("Nothing is called so")(page);
    }),
    shown("lost", "/functions/prefix", async (page) => {
      await text("CloudFront takes it")(page);
      await page.context().setOffline(true);
      await text("No answer, asking again")(page);
    }),
    shown("lost-at-first", "/functions", async (page) => {
      await page.context().setOffline(true);
      await page.getByRole("link", { name: "Nodes" }).click();
      await text(/does not answer|could not load/)(page);
    }),
    shown("lost-in-a-dialog", "/stores?new", async (page) => {
      await dialog(page);
      await page.context().setOffline(true);
      await page.getByLabel("Name").fill("mine");
      await click(page, "Create");
      await page.getByRole("dialog").getByRole("alert").waitFor();
    }),
    shown("nothing", "/nowhere", text("There is no such view")),
  ];
}

/** Of a node on which nobody has done anything. */
function emptyScenes(): readonly Scene[] {
  const empty = (name: string, path: string, act: Scene["act"]): Scene => ({
    ...shown(name, path, act),
    node: "empty",
  });
  return [
    empty("empty-functions", "/functions", text("Write your first function")),
    empty("empty-distributions", "/distributions", text("Make your first distribution")),
    empty("empty-distribution-new", "/distributions?new", dialog),
    empty("empty-stores", "/stores", text("Make your first store")),
    empty("empty-traffic", "/traffic", text("No viewer has come yet")),
    empty("empty-nodes", "/nodes", text("Nodes")),
    empty("empty-changes", "/nodes/changes", text("Nothing was changed yet")),
    empty("empty-palette", "/functions", async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    }),
  ];
}
