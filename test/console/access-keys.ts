/** Access keys of a node that asks for signatures, and a page that signs in with one. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { temporaryFolder } from "../support/test-node.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

export interface Key {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
}

export async function createKey(dataFolder: string, policy: string): Promise<Key> {
  const file = join(temporaryFolder(), "policy.json");
  writeFileSync(file, policy);
  return JSON.parse(await keys("create", dataFolder, "--policy", file, "--json")) as Key;
}

export async function deleteKey(dataFolder: string, { AccessKeyId }: Key): Promise<void> {
  await keys("delete", dataFolder, AccessKeyId);
}

async function keys(verb: string, dataFolder: string, ...more: string[]): Promise<string> {
  const args = [bin, "keys", verb, "--data", dataFolder, ...more];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

export async function signIn(page: Page, key: Key): Promise<void> {
  await page.getByLabel("Access key ID").fill(key.AccessKeyId);
  await page.getByLabel("Secret access key").fill(key.SecretAccessKey);
  await page.getByRole("button", { name: "Sign in" }).click();
}
