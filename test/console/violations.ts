/** What axe-core finds on a page by WCAG 2.2 AA, and whether a page fits a small screen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { openPage } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What fades in has not the colours yet that it will have. What moves without end is not waited for. */
const settled = `Promise.allSettled(
  document
    .getAnimations()
    .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished),
).then(() => {})`;

/** @param page of a context whose policy is bypassed: axe-core is run in it */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  await page.evaluate(settled);
  const { violations } = await page.evaluate(async () => {
    const { axe: judge } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: readonly Violation[] }> };
    };
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return await judge.run({ runOnly: { type: "tag", values } });
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)}\n${failureSummary}`),
  );
}

/** @returns by how many pixels what is shown is wider than a screen of 360 */
export async function widerThan360(page: Page): Promise<number> {
  await page.setViewportSize({ width: 360, height: 740 });
  return widerThanScreen(page);
}

/** @returns by how many pixels what is shown is wider than the screen */
export async function widerThanScreen(page: Page): Promise<number> {
  return await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** Opens a view in both themes and has it judged. @param act waits for what is to be judged */
export async function assertAccessible(
  browser: Browser,
  url: string,
  act: (page: Page) => Promise<void>,
): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await openPage(browser, { bypassCSP: true, colorScheme });
    await page.goto(url);
    await act(page);
    assert.deepEqual(await violationsOf(page), [], `${url}, ${colorScheme}`);
    assert.equal(await widerThan360(page), 0, `${url} is wider than 360 pixels`);
    await page.context().close();
  }
}
