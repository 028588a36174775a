/** What a node looks like that asks for signatures: to whom, and what is not permitted. */
import type { Page } from "playwright-core";
import { signIn, type Key } from "./access-keys.ts";
import { click, text, type Scene } from "./scene.ts";

/** Of the node that is locked. */
export interface ShownKeys {
  /** May do everything. */
  readonly admin: Key;
  /** May read, and change nothing. */
  readonly reader: Key;
  /** May do nothing. */
  readonly nobody: Key;
}

export function accessScenes({ admin, reader, nobody }: ShownKeys): readonly Scene[] {
  const locked = (name: string, path: string, act: (page: Page) => Promise<void>): Scene => ({
    ...{ name, path, act, node: "locked" },
  });
  const as = (key: Key, then: (page: Page) => Promise<void>) => async (page: Page) => {
    await signIn(page, key);
    await then(page);
  };
  return [
    locked("sign-in", "/functions", text("Secret access key")),
    locked("sign-in-refused", "/functions", async (page) => {
      await page.getByLabel("Access key ID").fill("AKIDEXAMPLE");
      await page.getByLabel("Secret access key").fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    }),
    {
      ...locked("sign-in-elsewhere", "/functions", text("--api-tls local")),
      isFromElsewhere: true,
    },
    locked("signed-in", "/functions", as(admin, text("Write your first function"))),
    locked("forbidden-functions", "/functions", as(nobody, text("Your access key may not"))),
    locked("forbidden-distribution", "/distributions/E1", as(nobody, text("may not"))),
    locked("forbidden-traffic", "/traffic", as(nobody, text("may not"))),
    locked("forbidden-nodes", "/nodes", as(nobody, text("may not"))),
    locked(
      "forbidden-function-new",
      "/functions?new",
      as(reader, async (page) => {
        await page.getByLabel("Name").fill("mine");
        await click(page, "Create");
        await page.getByRole("dialog").getByRole("alert").waitFor();
      }),
    ),
  ];
}
