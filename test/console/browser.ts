/** A browser for tests of the console: Debian's Chromium, whose pages may not complain of anything. */
import assert from "node:assert/strict";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { skipWithout } from "../support/optional.ts";

/** @returns what `test()` takes as `skip` */
export function skipWithoutChromium(): false | string {
  return skipWithout(["chromium", "--version"]);
}

const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

/** Where several start at once on a machine that is busy with others. */
const startTimeoutMs = 180_000;

/** @param more flags beside the usual ones */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [...flags, ...more],
    timeout: startTimeoutMs,
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong so far: exceptions, the policy's refusals, and what the page has warned of. */
  readonly complaints: string[];
}

/** Told in a node's answers, not by faults of the page: a conflict is an answer as well. */
const answered = /Failed to load resource|ERR_CONNECTION|net::ERR/;

/** @returns a page of a browser of its own: nothing of another's is there */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  const page = await context.newPage();
  // A busy machine may take long over anything.
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type()) || answered.test(message.text())) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") complaints.push(`dialog: ${dialog.message()}`);
    void dialog.accept();
  });
  return { page, complaints };
}

export function assertNoComplaints({ complaints }: WatchedPage): void {
  assert.deepEqual(complaints, []);
}

/** Puts a text in the place of what is in the editor that is called so. */
export async function typeCode(page: Page, label: string | RegExp, text: string): Promise<void> {
  await page.getByRole("textbox", { name: label }).click();
  await pasteOver(page, text);
}

/** In the editor that has the focus. Brackets would close themselves, and lines be indented, where one types. */
export async function pasteOver(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => {
    const { navigator: browser } = globalThis as unknown as {
      navigator: { clipboard: { writeText(text: string): Promise<void> } };
    };
    return browser.clipboard.writeText(copied);
  }, text);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+v");
}
