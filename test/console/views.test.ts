/**
 * Every view and dialog in both themes: axe-core finds nothing by WCAG 2.2 AA, nothing is wider than the screen at 360, 768
 * and 1,440 pixels, and the page complains of nothing. FOOTLIGHT_SCREENSHOTS names a folder for pictures of all of
 * them, and FOOTLIGHT_SCENES what the name of a scene begins with.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { allowAll, policyText } from "../support/access-key.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { createKey } from "./access-keys.ts";
import type { ShownKeys } from "./access-scenes.ts";
import { launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import type { Scene } from "./scene.ts";
import { scenesOf } from "./scenes.ts";
import { makeShownAccount, type ShownAccount } from "./shown-account.ts";
import { violationsOf, widerThanScreen } from "./violations.ts";

const skip = skipWithoutChromium();
const pictures = process.env["FOOTLIGHT_SCREENSHOTS"];
const beginning = process.env["FOOTLIGHT_SCENES"] ?? "";
/** What sticks to the screen stands once in a picture of a whole page: beside all of it, or below. */
const wholePage = `
  .side { position: static; height: auto; }
  @media (width < 600px) { .shell { position: relative; } .side { position: absolute; } }
`;
/** A host that browsers take for no part of this machine. */
const elsewhere = "node.example";
const sizes = [
  [1440, 900],
  [768, 1024],
  [360, 740],
] as const;

const origin = createServer((request, response) => {
  const isThere = request.url !== "/v2/missing";
  const headers = { "content-type": "text/html", "cache-control": "max-age=600" };
  response.writeHead(isThere ? 200 : 404, headers).end("<h1>here</h1>");
});
let nodes: Readonly<Record<Scene["node"], TestNode>>;
let account: ShownAccount;
let keys: ShownKeys;
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  await once(origin.listen(0, "127.0.0.1"), "listening");
  const dataFolder = temporaryFolder();
  const may = (...Action: string[]): Promise<ShownKeys["admin"]> =>
    createKey(dataFolder, policyText({ Effect: "Allow", Action, Resource: "*" }));
  keys = {
    admin: await createKey(dataFolder, allowAll),
    reader: await may("cloudfront:List*", "footlight:Read*"),
    nobody: await may("cloudfront:TagResource"),
  };
  nodes = {
    shown: await startTestNode({ args: ["--traces", "on", "--record", "sample"] }),
    empty: await startTestNode({ args: ["--traces", "on"] }),
    locked: await startTestNode({ dataFolder, args: ["--auth", "sigv4"] }),
  };
  const { port } = origin.address() as AddressInfo;
  account = await makeShownAccount(nodes.shown, `127.0.0.1:${port}`);
  browser = await launchBrowser([`--host-resolver-rules=MAP ${elsewhere} 127.0.0.1`]);
});
after(async () => {
  origin.close();
  if (skip !== false) return;
  await browser.close();
  for (const node of Object.values(nodes)) await node.stop();
});

test("each view and dialog, in both themes", { skip, timeout: 3_600_000 }, async (t) => {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const scenes = scenesOf(account, keys).filter(({ name }) => name.startsWith(beginning));
  assert.notEqual(scenes.length, 0, `no scene begins with "${beginning}"`);
  for (const { name, node, path, act, isFromElsewhere = false } of scenes) {
    await t.test(name, async () => {
      const { page, complaints } = await openPage(browser, {
        ...{ bypassCSP: true, reducedMotion: "reduce" },
        viewport: { width: 1440, height: 900 },
      });
      const at = new URL(`${nodes[node].api}/footlight/console${path}`);
      if (isFromElsewhere) at.hostname = elsewhere;
      await page.goto(at.href);
      await page.locator("h1").first().waitFor();
      if (pictures !== undefined) await page.addStyleTag({ content: wholePage });
      await act?.(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violationsOf(page), [], colorScheme);
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          assert.equal(await widerThanScreen(page), 0, `wider than ${width} pixels`);
          if (pictures === undefined) continue;
          await page.evaluate("scrollTo(0, 0)");
          const file = join(pictures, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path: file, fullPage: true });
        }
        await page.setViewportSize({ width: 1440, height: 900 });
      }
      // A browser that may not sign there says of this header, too, that it means nothing.
      const others = complaints.filter(
        (each) => !isFromElsewhere || !each.includes("Cross-Origin-Opener-Policy"),
      );
      assert.deepEqual(others, []);
      await page.context().close();
    });
  }
});
