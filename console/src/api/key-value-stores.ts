/** The calls on key value stores. */
import { callApi } from "./call-api.ts";

export interface StoreEntry {
  readonly name: string;
  readonly arn: string;
}

export async function listStores(signal?: AbortSignal): Promise<readonly StoreEntry[]> {
  const found: StoreEntry[] = [];
  let marker: string | undefined;
  do {
    const page: { readonly items: readonly StoreEntry[]; readonly next_marker?: string } =
      await callApi({
        path: "/2020-05-31/key-value-store",
        query: { MaxItems: "100", Marker: marker },
        signal,
      });
    found.push(...page.items.map(({ name, arn }) => ({ name, arn })));
    marker = page.next_marker;
  } while (marker !== undefined);
  return found;
}
