/** The calls on what stands around a distribution: cache policies. */
import { callApi } from "./call-api.ts";

/** @returns names of the account's and the managed cache policies, by their ids */
export async function readCachePolicyNames(
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { items } = await callApi<{
    readonly items: readonly {
      readonly cache_policy: {
        readonly id: string;
        readonly cache_policy_config: { readonly name: string };
      };
    }[];
  }>({ path: "/2020-05-31/cache-policy", query: { MaxItems: "100" }, signal });
  return new Map(
    items.map(({ cache_policy: { id, cache_policy_config: config } }) => [id, config.name]),
  );
}
