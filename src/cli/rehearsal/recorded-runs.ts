/** What a node has recorded of a function, and what opens it, over the public API. */
import type { RunsFrom } from "../../node/rehearsal/sources/read-runs.ts";
import type { ApiAddress } from "../ask-api.ts";
import { getFromApi } from "../call-api.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface ToldPage {
  readonly items: readonly object[];
  readonly next_marker?: string;
}

export function recordedRuns(
  address: ApiAddress,
  name: string,
  environment: Environment,
): RunsFrom {
  const lines = (async function* () {
    let marker: string | undefined;
    do {
      const query = marker === undefined ? {} : { after: marker };
      const path = `${pathOf(name)}/recorded-runs`;
      const page = (await getFromApi(address, path, query, environment)) as ToldPage;
      for (const item of page.items) yield JSON.stringify(item);
      marker = page.next_marker;
    } while (marker !== undefined);
  })();
  return { name: "recorded runs", lines, lacks: [] };
}

interface ToldKeys {
  readonly keys: readonly { readonly hour: number; readonly key: string }[];
}

/** @returns keys by hour @throws as getFromApi does */
export async function readSealingKeys(
  address: ApiAddress,
  name: string,
  environment: Environment,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const path = `${pathOf(name)}/recorded-runs/keys`;
  const { keys } = (await getFromApi(address, path, {}, environment)) as ToldKeys;
  return new Map(keys.map(({ hour, key }) => [hour, Buffer.from(key, "base64")]));
}

export function pathOf(name: string): string {
  return `/footlight/v1/functions/${encodeURIComponent(name)}`;
}
