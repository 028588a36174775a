/**
 * The local authority's certificate, made on a thread that ends with it: what makes certificates is some 250 modules, which
 * take 90 ms to load, and would stay in the memory of whoever loaded them.
 */
import { once } from "node:events";
import { extname } from "node:path";
import { startThread } from "../base/start-thread.ts";
import { keptFor, localAuthority } from "./local-authority.ts";

export type LocalAuthorityOrder = Parameters<typeof localAuthority>;

/**
 * Makes what {@link localAuthority} would, where it is missing or about to expire.
 *
 * @throws Error, when a file is damaged, or the folder can't be written
 */
export async function makeLocalAuthorityApart(...order: LocalAuthorityOrder): Promise<void> {
  if (keptFor(...order) !== undefined) return;
  const file = new URL(`local-authority-thread${extname(import.meta.url)}`, import.meta.url);
  await once(startThread(file, order), "exit");
}
