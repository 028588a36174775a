/**
 * The console of a node that asks for signatures: who may sign in, what stays of it, what is not permitted, and a page
 * that came where browsers can't sign.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { allowAll, policyText } from "../support/access-key.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { assertAccessible } from "./violations.ts";
import { createKey, deleteKey, signIn, type Key } from "./access-keys.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  skipWithoutChromium,
  typeCode,
} from "./browser.ts";

const skip = skipWithoutChromium();
const dataFolder = temporaryFolder();
let node: TestNode;
let browser: Browser;

let admin: Key;
let reader: Key;

before(async () => {
  if (skip !== false) return;
  admin = await createKey(dataFolder, allowAll);
  const reading = ["cloudfront:List*", "footlight:ListFunctionVersions", "footlight:Read*"];
  reader = await createKey(
    dataFolder,
    policyText({ Effect: "Allow", Action: reading, Resource: "*" }),
  );
  node = await startTestNode({ dataFolder, args: ["--auth", "sigv4"] });
  browser = await launchBrowser();
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

test(
  "a wrong secret is refused, a right one is gone with the page, unless it is to stay",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${node.api}/footlight/console/functions`);
    await page.getByRole("heading", { name: "Sign in to Footlight" }).waitFor();

    await signIn(page, { ...admin, SecretAccessKey: "wrong" });
    await page.getByText("The request signature we calculated does not match").waitFor();
    await signIn(page, admin);
    await page.getByRole("heading", { name: "Write your first function" }).waitFor();

    await page.reload();
    await page.getByRole("heading", { name: "Sign in to Footlight" }).waitFor();
    await page.getByLabel("Stay signed in on this browser").check();
    await signIn(page, admin);
    await page.getByRole("heading", { name: "Write your first function" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Write your first function" }).waitFor();

    await page.getByRole("button", { name: "New function" }).first().click();
    await page.getByLabel("Name").fill("signed");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "signed" }).waitFor();
    await page.getByText("CloudFront takes it").waitFor();

    // An ARN within a path is signed as well.
    await page.goto(`${node.api}/footlight/console/stores?new`);
    await page.getByLabel("Name").fill("signed");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("It holds no key yet").waitFor();

    // The secret is nowhere that a script could read it.
    const kept = await page.evaluate(() => {
      const { localStorage, sessionStorage } = globalThis as unknown as Record<string, object>;
      return JSON.stringify([localStorage, sessionStorage]);
    });
    assert.doesNotMatch(
      kept,
      new RegExp(admin.SecretAccessKey.slice(0, 12).replaceAll("+", "\\+")),
    );

    await page.getByRole("button", { name: /^Sign out/ }).click();
    await page.getByRole("heading", { name: "Sign in to Footlight" }).waitFor();
    assertNoComplaints(watched);
  },
);

test("what a key's policy does not permit is shown as that", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${node.api}/footlight/console/functions/signed`);
  await signIn(page, reader);
  await page.getByRole("heading", { name: "signed" }).waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("Your access key may not run the function").waitFor();
  await page.getByText(/is not authorized to perform: footlight:JudgeSource/).waitFor();
  assertNoComplaints(watched);
});

test(
  "who is signed out in the middle signs in again, and what was typed is there",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    const leaving = await createKey(dataFolder, allowAll);
    await page.goto(`${node.api}/footlight/console/traffic`);
    await signIn(page, leaving);
    await page.getByText("No viewer has come yet").waitFor();
    // The requests are followed by a signed call.
    await view(node.edge, "nobody.example", "/signed-and-live");
    await page.getByRole("link", { name: "GET /signed-and-live" }).waitFor();

    await page.goto(`${node.api}/footlight/console/functions`);
    await signIn(page, leaving);
    // Until something was answered there is nothing on the page that may not be lost.
    await page.getByRole("link", { name: "signed" }).waitFor();
    await page.getByRole("button", { name: "New function" }).first().click();
    await page.getByLabel("Name").fill("half-typed");
    await deleteKey(dataFolder, leaving);
    await page.getByRole("heading", { name: "Sign in again" }).waitFor();
    await page.getByText(`The access key ${leaving.AccessKeyId} is not taken any more`).waitFor();
    // It can't be passed by, and is before what was open.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await signIn(page, { ...admin, SecretAccessKey: "wrong" });
    await page.getByText("The request signature we calculated does not match").waitFor();
    await signIn(page, admin);
    await page.getByRole("heading", { name: "Sign in again" }).waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("Name").inputValue(), "half-typed");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "half-typed" }).waitFor();
    await typeCode(page, "Code of half-typed", "// typed before the key was over");

    // As a temporary key is refused when its time is over.
    const error = { code: "EXPIRED_TOKEN", message: "expired", request_id: "1" };
    const expired = { status: 403, json: { success: false, error } };
    await page.route("**/footlight/v1/**", (route) => route.fulfill(expired));
    await page.getByText(`The access key ${admin.AccessKeyId} has expired`).waitFor();
    await page.unroute("**/footlight/v1/**");
    await signIn(page, admin);
    await page.getByRole("heading", { name: "Sign in again" }).waitFor({ state: "detached" });
    await page.getByText("// typed before the key was over").waitFor();
    assertNoComplaints(watched);

    await assertAccessible(browser, `${node.api}/footlight/console/functions`, async (each) => {
      await signIn(each, admin);
      // Until something was answered there is nothing on the page that may not be lost.
      await each.getByRole("link", { name: "half-typed" }).waitFor();
      await each.route("**/footlight/v1/**", (route) => route.fulfill(expired));
      await each.getByRole("heading", { name: "Sign in again" }).waitFor();
    });
  },
);

test("what becomes of a key's last calls is no matter to the next one", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const leaving = await createKey(dataFolder, allowAll);
  await page.goto(`${node.api}/footlight/console/functions/signed`);
  await signIn(page, leaving);
  await page.getByText("CloudFront takes it").waitFor();
  await deleteKey(dataFolder, leaving);
  await page.getByRole("heading", { name: "Sign in again" }).waitFor();
  const { promise: signedIn, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: held, resolve: noteHeld } = Promise.withResolvers<void>();
  await page.route("**/functions/check", async (route) => {
    const { authorization = "" } = await route.request().allHeaders();
    if (!authorization.includes(leaving.AccessKeyId)) return route.continue();
    const response = await route.fetch();
    noteHeld();
    await signedIn;
    return route.fulfill({ response });
  });
  // As if it had been typed just before.
  await page
    .getByRole("textbox", { name: "Code of signed", includeHidden: true })
    .evaluate((code) => {
      (code as unknown as { textContent: string }).textContent = "// typed";
    });
  await held;
  await signIn(page, admin);
  await page.getByRole("heading", { name: "Sign in again" }).waitFor({ state: "detached" });
  const answer = page.waitForResponse(/\/functions\/check$/);
  goOn();
  await (await answer).finished();
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
  );
  assert.equal(await page.getByRole("heading", { name: "Sign in again" }).count(), 0);
  assertNoComplaints(watched);
});

test("who may not do something can go on with another key", { skip }, async () => {
  const { page } = await openPage(browser);
  const poor = await createKey(
    dataFolder,
    policyText({ Effect: "Allow", Action: "footlight:ReadMetrics", Resource: "*" }),
  );
  await page.goto(`${node.api}/footlight/console/traffic`);
  await signIn(page, poor);
  await page.getByText("Your access key may not read the requests").waitFor();
  await page.getByRole("button", { name: "Use another key" }).first().click();
  await page.getByRole("button", { name: "Go on without" }).click();
  await page.getByText("Your access key may not read the requests").waitFor();
  await page.getByRole("button", { name: "Use another key" }).first().click();
  await signIn(page, admin);
  await page.getByRole("link", { name: "GET /signed-and-live" }).waitFor();
});

test(
  "a page that came over plain HTTP from elsewhere says where to sign in",
  { skip },
  async () => {
    const elsewhere = await launchBrowser(["--host-resolver-rules=MAP node.example 127.0.0.1"]);
    try {
      const { page } = await openPage(elsewhere, { permissions: [] });
      await page.goto(`http://node.example:${new URL(node.api).port}/footlight/console/`);
      await page.getByText("--api-tls local").waitFor();
      assert.equal(await page.getByLabel("Secret access key").count(), 0);
    } finally {
      await elsewhere.close();
    }
  },
);

test(
  "a key is taken as it comes out of a document, and what no header takes is told",
  { skip },
  async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${node.api}/footlight/console/functions`);
    await signIn(page, { ...admin, AccessKeyId: "\u201cAKIA\u201d" });
    await page.getByText("has a letter or sign that none has").waitFor();
    await signIn(page, {
      AccessKeyId: ` \u200b${admin.AccessKeyId}\ufeff`,
      SecretAccessKey: `${admin.SecretAccessKey}\u00a0\u200d`,
    });
    await page.getByRole("heading", { name: "Functions", exact: true }).waitFor();
    assert.equal(await page.getByText("The node does not answer").count(), 0);
    assertNoComplaints(watched);
  },
);

test("a browser whose clock is wrong by hours signs by the node's", { skip }, async () => {
  for (const hours of [-5, 5]) {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.clock.setFixedTime(Date.now() + hours * 3_600_000);
    await page.goto(`${node.api}/footlight/console/functions`);
    await signIn(page, admin);
    await page.getByRole("link", { name: "signed" }).waitFor();
    await page.goto(`${node.api}/footlight/console/functions?new`);
    await signIn(page, admin);
    await page.getByLabel("Name").fill(`late${hours > 0 ? "" : "r"}`);
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("textbox", { name: /^Code of late/ }).waitFor();
    assertNoComplaints(watched);
  }
});

test(
  "a key that is deleted midway has to sign in again, and what another may not see is gone",
  { skip },
  async () => {
    const leaving = await createKey(dataFolder, allowAll);
    const own = policyText({
      ...{
        Effect: "Allow",
        Action: ["footlight:ListFunctionVersions", "footlight:ReadFunctionVersion"],
      },
      Resource: "arn:aws:cloudfront::000000000000:function/signed",
    });
    const narrow = await createKey(dataFolder, own);
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${node.api}/footlight/console/functions/signed`);
    await signIn(page, leaving);
    await page.getByRole("heading", { name: "signed" }).waitFor();
    // It has been listed by now, for the palette.
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: "signed Function" }).waitFor();
    await page.keyboard.press("Escape");

    await deleteKey(dataFolder, leaving);
    await page.getByText("is not taken any more: it was deleted").waitFor();
    await signIn(page, narrow);
    await page.getByRole("heading", { name: "signed" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: "New function" }).waitFor();
    await page.getByText("Reading what else there is").waitFor({ state: "detached" });
    assert.equal(await page.getByRole("option", { name: "signed Function" }).count(), 0);
    await page.keyboard.press("Escape");
    for (const [path, title] of [
      ["functions", "Your access key may not"],
      ["distributions", "Your access key may not"],
      ["stores", "Your access key may not"],
      ["traffic", "Your access key may not"],
      ["nodes", "Your access key may not"],
      ["nodes/changes", "Your access key may not"],
    ] as const) {
      await page.evaluate((to) => {
        const { history, dispatchEvent: dispatch } = globalThis as unknown as {
          history: { pushState(state: unknown, unused: string, url: string): void };
          dispatchEvent: (event: Event) => void;
        };
        history.pushState(null, "", `/footlight/console/${to}`);
        dispatch(new Event("popstate"));
      }, path);
      await page.getByText(title).first().waitFor();
    }
    assertNoComplaints(watched);
  },
);

test("who signs out in one tab has signed out in all that share the key", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`${node.api}/footlight/console/functions`);
  await page.getByLabel("Stay signed in on this browser").check();
  await signIn(page, admin);
  await page.getByRole("heading", { name: "Functions" }).waitFor();
  const second = await page.context().newPage();
  await second.goto(`${node.api}/footlight/console/functions`);
  await second.getByRole("heading", { name: "Functions" }).waitFor();
  await page.getByRole("button", { name: /^Sign out/ }).click();
  for (const each of [page, second]) {
    await each.getByRole("heading", { name: "Sign in to Footlight" }).waitFor();
  }
  await second.reload();
  await second.getByRole("heading", { name: "Sign in to Footlight" }).waitFor();
  assertNoComplaints(watched);
});
