/**
 * Whoever types faster than the page is drawn, as on a busy machine: what was typed stays, and the page goes on.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode } from "../support/test-node.ts";
import { assertNoComplaints, launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";

test(
  "what is typed at once into the editor stays, key by key",
  { skip: skipWithoutChromium(), timeout: 180_000 },
  async () => {
    const node = await startTestNode();
    const browser = await launchBrowser();
    try {
      const source = "function handler(event) { return event.request; }";
      await createLiveFunction(node.client, { name: "typed", source, originPort: 19_999 });
      const watched = await openPage(browser);
      const { page } = watched;
      await page.goto(`${node.api}/footlight/console/functions/typed`);
      const editor = page.getByRole("textbox", { name: /code/i }).first();
      await editor.click();
      await page.keyboard.press("ControlOrMeta+End");
      // Nobody waits between two of them.
      const typed = "// one two three four five";
      const keys = typed.split("");
      await Promise.all(keys.map((key) => page.keyboard.press(key === " " ? "Space" : key)));
      await page.getByText(/not saved/).waitFor();
      assert.equal(await editor.innerText(), source + typed);
      await page.reload();
      await page.getByText(/not saved/).waitFor();
      assert.equal(await editor.innerText(), source + typed);
      assertNoComplaints(watched);
    } finally {
      // A page that hangs can't be closed in its own time.
      await Promise.race([browser.close(), once(AbortSignal.timeout(10_000), "abort")]);
      await node.stop();
    }
  },
);
