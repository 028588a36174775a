/**
 * What people do by mistake, and what others hand them: nothing that was typed is lost or goes somewhere else, nothing breaks the page,
 * and what can't be is said in a sentence.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  skipWithoutChromium,
  typeCode,
} from "./browser.ts";
import { jsonFace } from "./json-face.ts";

const skip = skipWithoutChromium();
const passOn = "function handler(event) {\n  return event.request;\n}\n";
let node: TestNode;
let browser: Browser;
let at: (path: string) => string;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  browser = await launchBrowser();
  at = (path) => `${node.api}/footlight/console${path}`;
  for (const name of ["one", "other"]) await create(name, passOn);
  await jsonFace(node.api).call("POST", "/2020-05-31/key-value-store", { Name: "keys" });
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

async function create(name: string, text: string): Promise<void> {
  await jsonFace(node.api).call("POST", "/2020-05-31/function", {
    Name: name,
    FunctionConfig: { Comment: `of ${name}`, Runtime: "cloudfront-js-2.0" },
    FunctionCode: { text },
  });
}

async function goByPalette(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search" }).fill(name);
  await page
    .getByRole("option", { name: `${name} Function` })
    .first()
    .click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
}

async function codeOf(page: Page, name: string): Promise<string[]> {
  const editor = page.getByRole("textbox", { name: `Code of ${name}` });
  await editor.locator(".cm-line").first().waitFor();
  return editor.locator(".cm-line").allTextContents();
}

test(
  "a dialog is of the function for which it was opened, whatever Back leads to",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(at("/functions/one"));
    await page.getByText("CloudFront takes it").waitFor();
    await goByPalette(page, "other");
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("dialog", { name: "Publish other" }).waitFor();
    await page.getByLabel("Message").fill("what other is for");
    await page.goBack();
    await page.getByRole("heading", { name: "one", exact: true }).waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0);

    await page.goForward();
    await page.getByRole("heading", { name: "other", exact: true }).waitFor();
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Comment").fill("of other, and of nothing else");
    await page.goBack();
    await page.getByRole("heading", { name: "one", exact: true }).waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.getByRole("button", { name: "Settings" }).click();
    assert.equal(await page.getByLabel("Comment").inputValue(), "of one");
    assertNoComplaints(watched);
  },
);

test("who lets go of the mouse beside a dialog does not leave it", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions?new"));
  const dialog = page.getByRole("dialog", { name: "New function" });
  const field = page.getByLabel("Name");
  await field.fill("a-name-to-be-marked");
  const { x, y, width, height } = (await field.boundingBox())!;
  await page.mouse.move(x + width - 5, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(5, y + height / 2, { steps: 5 });
  await page.mouse.up();
  assert.equal(await field.inputValue(), "a-name-to-be-marked");
  await page.mouse.click(5, y + height / 2);
  await dialog.waitFor({ state: "detached" });
  assertNoComplaints(watched);
});

test(
  "an event with members of any type breaks nothing, and what is wrong with it is said",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(at("/functions/one"));
    await page.getByText("CloudFront takes it").waitFor();
    await page.getByRole("button", { name: "JSON" }).click();
    const context = { eventType: "viewer-request" };
    const request = { method: "GET", uri: "/" };
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ headers: null }, /request\.headers must be an object, got null/],
      [{ headers: { x: null } }, /request\.headers\["x"\] must be .*got null/],
      [{ cookies: { a: { value: 5 } } }, /request\.cookies\["a"\] must be/],
      [{ querystring: "a=1" }, /request\.querystring must be an object, got "a=1"/],
      [{ querystring: { a: { value: "", multiValue: {} } } }, /multiValue must be a list/],
    ];
    for (const [members, says] of wrong) {
      const text = JSON.stringify({ context, request: { ...request, ...members } });
      await typeCode(page, /^Test event/, text);
      await page.getByText(says).waitFor();
      await page.getByRole("button", { name: "Form" }).click();
      await page.reload();
      await page.getByText(says).waitFor();
    }
    // What the node does not read may be anything.
    const event = {
      context,
      request,
      response: { headers: 1 },
      viewer: null,
      expect: 5,
      given: "x",
    };
    await typeCode(page, /^Test event/, JSON.stringify(event));
    await page.getByLabel("URI").waitFor();
    await page.getByText("What it is given beside the event is no object").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("Footlight could not run the function").waitFor();
    await page.getByLabel("Name of the event").fill("constructor");
    await page.keyboard.press("Enter");
    await page.getByText("Run it on this event").waitFor();
    assertNoComplaints(watched);
  },
);

test(
  "a name that stands twice is told, in JSON, and is another one in the form",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await create("twice", passOn);
    await page.goto(at("/functions/twice"));
    await page.getByText("CloudFront takes it").waitFor();
    await page.getByText("What it is given beside the event").click();
    for (const value of ["first", "second"]) {
      await page.getByRole("button", { name: "Add to keys" }).click();
      await page
        .getByLabel(/^Value of name/)
        .last()
        .fill(value);
    }
    await page.getByLabel("Name of key 2").fill("name");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "JSON" }).click();
    await page.getByText('"name": "first"').waitFor();
    await page.getByText('"name-2": "second"').waitFor();
    const text =
      '{"context": {"eventType": "viewer-request"}, "request": {"method": "GET", "uri": "/", "uri": "/2"}}';
    await typeCode(page, /^Test event/, text);
    await page.locator(".cm-lint-marker-warning").waitFor();
    await page.locator(".cm-lint-marker-warning").hover();
    await page.getByText('"uri" stands here once more: only the last one counts').waitFor();
    assertNoComplaints(watched);
  },
);

test("files that are none are refused in a sentence, and large ones too", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/stores/keys"));
  const pick = (name: string, content: string | Buffer): Promise<void> =>
    page
      .getByLabel("A file to import")
      .setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(content) });
  await pick("latin.json", Buffer.from('{"a": "\u00e4"}', "latin1"));
  await page.getByText("latin.json is not UTF-8: save it as UTF-8").waitFor();
  await pick("twice.json", '{"a": "1", "a": "2"}');
  await page.getByText('twice.json: The key "a" comes twice').waitFor();
  await pick("deep.json", `${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  await page.getByText(/deep\.json: (This is not JSON|A file is)/).waitFor();
  await pick("proto.json", '{"__proto__": "1", "constructor": "2"}');
  await page.getByText("Imported 2 keys").waitFor();
  await page.getByRole("button", { name: "__proto__" }).waitFor();

  await page.goto(at("/functions/other"));
  const event = { context: { eventType: "viewer-request" } };
  const request = { method: "GET", uri: "/", headers: { x: { value: "v".repeat(6_000_000) } } };
  await page.getByLabel("Import an event's file").setInputFiles({
    ...{ name: "huge.json", mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify({ ...event, request })),
  });
  await page.getByText("This browser has no room to keep it").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("Footlight could not run the function").waitFor();
  assertNoComplaints(watched);
});

test(
  "megabytes that are pasted as code are refused by the node, and can be taken back",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(at("/functions/other"));
    await page.getByText("CloudFront takes it").waitFor();
    await typeCode(page, "Code of other", `${passOn}// ${"x".repeat(99)}\n`.repeat(80_000));
    await page.getByText("· not saved").waitFor();
    await page.keyboard.press("Control+s");
    await page
      .locator(".toast-bad")
      .filter({ hasText: /size|large|bytes/i })
      .waitFor();
    await typeCode(page, "Code of other", `${passOn}// small again\n`);
    await page.keyboard.press("Control+s");
    await page.getByText("Saved in DEVELOPMENT").waitFor();
    assertNoComplaints(watched);
  },
);

test("what is typed while a save is on its way stays", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions/one"));
  await page.getByText("CloudFront takes it").waitFor();
  const isPut = { method: "PUT" };
  const { promise: typed, resolve: goOn } = Promise.withResolvers<void>();
  await page.route("**/2020-05-31/function/one", async (route) => {
    if (route.request().method() === isPut.method) await typed;
    await route.continue();
  });
  await typeCode(page, "Code of one", `${passOn}// saved\n`);
  await page.keyboard.press("Control+s");
  await page.keyboard.type("// typed");
  goOn();
  await page.getByText("Saved in DEVELOPMENT").waitFor();
  await page.getByText("· not saved").waitFor();
  assert.deepEqual((await codeOf(page, "one")).slice(-2), ["// saved", "// typed"]);
  await page.keyboard.press("Control+s");
  await page.getByText("· not saved").waitFor({ state: "detached" });
  assert.deepEqual((await codeOf(page, "one")).slice(-2), ["// saved", "// typed"]);
  assertNoComplaints(watched);
});

test("code with other line ends is not changed by being looked at", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await create("windows", passOn.replaceAll("\n", "\r\n"));
  await page.goto(at("/functions/windows"));
  await page.getByText("CloudFront takes it").waitFor();
  assert.equal(await page.getByText("· not saved").count(), 0);
  assert.equal(await page.getByRole("button", { name: "Save", exact: true }).isDisabled(), true);
  await page.getByRole("textbox", { name: "Code of windows" }).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("// typed");
  await page.keyboard.press("Control+s");
  await page.getByText("Saved in DEVELOPMENT").waitFor();
  const saved = await fetch(`${node.api}/2020-05-31/function/windows`);
  assert.equal(await saved.text(), `${passOn}// typed`.replaceAll("\n", "\r\n"));
  assertNoComplaints(watched);
});

test("an import that the node does not live to see says how far it came", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/stores/keys"));
  let batches = 0;
  await page.route("**/keys", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    batches += 1;
    return batches > 3 ? route.abort() : route.continue();
  });
  const pairs = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, "v"]));
  await page.getByLabel("A file to import").setInputFiles({
    ...{ name: "many.json", mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify(pairs)),
  });
  await page
    .getByText(
      "150 of 300 keys are imported, and no more: The node does not answer, and may have done it or not",
    )
    .waitFor();
  assertNoComplaints(watched);
});

test("two tabs keep each other's test events", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(at("/functions/one"));
  await page.getByLabel("URI").waitFor();
  const second = await page.context().newPage();
  await second.goto(at("/functions/one"));
  await second.getByLabel("Add an event").selectOption("viewer-response");
  await second.getByLabel("Name of the event").fill("of the second tab");
  await second.keyboard.press("Enter");
  await page.getByLabel("Test event", { exact: true }).selectOption("first-event");
  await page.getByLabel("URI").fill("/first");
  await second.reload();
  await second.getByLabel("URI").waitFor();
  const names = second.getByLabel("Test event", { exact: true }).locator("option");
  assert.deepEqual(await names.allTextContents(), ["first-event", "of the second tab"]);
  // Made in another tab, and this one is not told of it yet.
  await page.evaluate(() => {
    const { localStorage } = globalThis as unknown as {
      localStorage: { getItem(place: string): string; setItem(place: string, text: string): void };
    };
    const place = "footlight.events.one";
    const events = JSON.parse(localStorage.getItem(place)) as { name: string; text: string }[];
    events.push({ ...events[0]!, name: "not told yet" });
    localStorage.setItem(place, JSON.stringify(events));
  });
  await page.getByLabel("URI").fill("/second");
  await page.locator("option", { hasText: "not told yet" }).waitFor({ state: "attached" });
  await page.reload();
  await page.locator("option", { hasText: "not told yet" }).waitFor({ state: "attached" });
  assert.equal(await page.getByLabel("URI").inputValue(), "/second");
  assertNoComplaints(watched);
});

test(
  "a line of curl is copied also where the page came by http from elsewhere",
  { skip },
  async () => {
    const fn = await createLiveFunction(node.client, {
      ...{ name: "shown", source: pageOf("shown"), originPort: 1024 },
    });
    await view(node.edge, fn.host, "/copied");
    const elsewhere = await launchBrowser(["--host-resolver-rules=MAP node.test 127.0.0.1"]);
    try {
      const watched = await openPage(elsewhere, { permissions: [] });
      const { page } = watched;
      await page.goto(`http://node.test:${new URL(node.api).port}/footlight/console/traffic`);
      await page.getByRole("link", { name: /^GET \/copied/ }).click();
      await page.getByRole("button", { name: "Copy as curl" }).click();
      await page.getByText("Copied: it asks for the same again").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search" }).press("Control+v");
      const pasted = await page.getByRole("combobox", { name: "Search" }).inputValue();
      assert.match(pasted, /^curl .*\/copied'/);
      // Browsers tell there that a header does not count.
      const complaints = watched.complaints.filter((each) => !/Cross-Origin-Opener/.test(each));
      assertNoComplaints({ ...watched, complaints });
    } finally {
      await elsewhere.close();
    }
  },
);

test(
  "what was looked at is published, and nothing that somebody else saves meanwhile",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await create("shared", passOn);
    const save = async (text: string, Comment: string): Promise<void> => {
      const { call } = jsonFace(node.api);
      const { etag } = await call<{ etag: string }>("GET", "/2020-05-31/function/shared/describe");
      const FunctionConfig = { Comment, Runtime: "cloudfront-js-2.0" };
      const body = { FunctionConfig, FunctionCode: { text } };
      await call("PUT", "/2020-05-31/function/shared", body, etag);
    };
    await page.goto(at("/functions/shared"));
    await page.getByText("CloudFront takes it").waitFor();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("dialog", { name: "Publish shared" }).waitFor();
    await save(`${passOn}// theirs\n`, "theirs");
    await page.getByText("Somebody else has saved this function meanwhile").waitFor();
    await page.getByRole("button", { name: "Publish to all viewers" }).click();
    await page.getByText("publish: somebody has saved something else").waitFor();
    await page.getByRole("button", { name: "Show what is saved now" }).click();
    await page.getByRole("button", { name: "Publish to all viewers" }).click();
    await page.getByText("LIVE v1 100 %").waitFor();

    await page.goto(at("/functions/shared"));
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("dialog").waitFor();
    await save(`${passOn}// theirs again\n`, "their comment");
    await page.locator(".cm-line", { hasText: "// theirs again" }).waitFor();
    await page.getByRole("dialog").getByLabel("Runtime").selectOption("cloudfront-js-1.0");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.keyboard.press("Control+s");
    await page.getByText("Saved in DEVELOPMENT").waitFor();
    await page.getByRole("button", { name: "Settings" }).click();
    assert.equal(await page.getByLabel("Comment").inputValue(), "their comment");
    assertNoComplaints(watched);
  },
);

test(
  "a browser that is told to keep nothing shows the console all the same, and says so",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
        Object.defineProperty(globalThis, name, {
          get: () => {
            throw new DOMException("told to keep nothing", "SecurityError");
          },
        });
      }
    });
    await create("unkept", passOn);
    await page.goto(at("/functions/unkept"));
    await page.getByText("CloudFront takes it").waitFor();
    await page.getByRole("button", { name: /^Theme: auto/ }).click();
    await typeCode(page, "Code of unkept", `${passOn}// kept nowhere\n`);
    await page.getByText("This browser has no room to keep it").waitFor();
    // Somebody else saves: what is only in the page stays there.
    const { call } = jsonFace(node.api);
    const { etag } = await call<{ etag: string }>("GET", "/2020-05-31/function/unkept/describe");
    const FunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" };
    const body = { FunctionConfig, FunctionCode: { text: `${passOn}// theirs\n` } };
    await call("PUT", "/2020-05-31/function/unkept", body, etag);
    await page.getByText("Somebody else has saved this function since you began").waitFor();
    assert.equal((await codeOf(page, "unkept")).at(-2), "// kept nowhere");
    assertNoComplaints(watched);
  },
);

test("what is typed in a configuration while it is saved stays", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const fn = await createLiveFunction(node.client, {
    ...{ name: "configured", source: pageOf("configured"), originPort: 1024 },
  });
  await page.goto(at(`/distributions/${fn.distributionId}/configuration`));
  const editor = page.getByRole("textbox", { name: "Configuration" });
  await editor.locator(".cm-line").first().waitFor();
  const { promise: typed, resolve: goOn } = Promise.withResolvers<void>();
  await page.route("**/config", async (route) => {
    if (route.request().method() === "PUT") await typed;
    await route.continue();
  });
  await editor.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("  ");
  await page.getByText("Not saved").waitFor();
  await page.keyboard.press("Control+s");
  await page
    .getByRole("button", { name: "Save", exact: true })
    .and(page.locator("[aria-busy=true]"))
    .waitFor();
  await page.keyboard.type("  ");
  goOn();
  await page.getByText("Saved: edges apply it now").waitFor();
  await page.getByText("Not saved").waitFor();
  assert.equal(await editor.locator(".cm-line").last().textContent(), "    ");
  assertNoComplaints(watched);
});

test(
  "a part whose code is gone with another version of the node comes with the page, and what was typed stays",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await create("exchanged", passOn);
    await page.goto(at("/functions/exchanged"));
    await page.getByText("CloudFront takes it").waitFor();
    await typeCode(page, "Code of exchanged", `${passOn}// typed\n`);
    await page.getByText("· not saved").waitFor();
    let isNew = false;
    await page.route("**/footlight/console/**", async (route) => {
      if (route.request().resourceType() === "document") isNew = true;
      await (isNew ? route.continue() : route.fulfill({ status: 404 }));
    });
    await page.getByRole("link", { name: "Rehearsal" }).click();
    await page.getByText("Footlight could not load this part").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("There is no LIVE to compare with yet").waitFor();
    await page.goto(at("/functions/exchanged"));
    await page.getByText("· not saved").waitFor();
    const complaints = watched.complaints.filter((each) => !/MIME type/.test(each));
    assertNoComplaints({ ...watched, complaints });
  },
);
