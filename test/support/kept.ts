/** Waits for a node's cache to have what a viewer was answered. */
import { setTimeout } from "node:timers/promises";

interface Kept {
  readonly variants: readonly { readonly condition: string }[];
  readonly other_keys: readonly string[];
}

interface Asked {
  /** Of the request, as in `Name: value`. */
  readonly header?: string;
  /** Whether it is one that is kept apart, for another version than the one that had all traffic before. */
  readonly isApart?: boolean;
}

/**
 * Until every worker can answer a request for it from what is kept: an answer waits for that too, but not for as
 * long as a busy machine may take.
 */
export async function untilKept(
  { api }: { readonly api: string },
  host: string,
  path: string,
  { header = "", isApart = false }: Asked = {},
): Promise<void> {
  const query = new URLSearchParams({ url: `http://${host}${path}`, headers: header });
  for (;;) {
    const response = await fetch(`${api}/footlight/v1/cache/object?${query.toString()}`);
    const { data } = (await response.json()) as { readonly data: Kept };
    const isThere = isApart
      ? data.other_keys.length > 0
      : data.variants.some(({ condition }) => condition === "fresh");
    if (isThere) return;
    await setTimeout(20);
  }
}
