/** One look of the console, and what makes it look so. */
import type { Page } from "playwright-core";

export interface Scene {
  /** As a file may be called. */
  readonly name: string;
  /** `shown`: shown-account.ts's; `empty`: new; `locked`: asks for signatures. */
  readonly node: "shown" | "empty" | "locked";
  /** Below the console. */
  readonly path: string;
  /** Makes it look so, and waits until it does. */
  readonly act?: (page: Page) => Promise<void>;
  /** Whether the page comes over plain HTTP from elsewhere. */
  readonly isFromElsewhere?: boolean;
}

export function shown(name: string, path: string, act?: Scene["act"]): Scene {
  return { ...{ name, path, node: "shown" }, ...(act && { act }) };
}

export async function click(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().click();
}

export async function dialog(page: Page): Promise<void> {
  await page.getByRole("dialog").waitFor();
}

export function text(words: string | RegExp): (page: Page) => Promise<void> {
  return async (page) => page.getByText(words).first().waitFor();
}

/** Clicks what is called so, and waits for the dialog. */
export function asks(name: string | RegExp): (page: Page) => Promise<void> {
  return async (page) => {
    await click(page, name);
    await dialog(page);
  };
}
