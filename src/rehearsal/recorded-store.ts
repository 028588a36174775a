/** A key value store as a recorded run saw it; what the run did not ask is as it is now. */
import type { KeyValueReader, StoreReadsTold } from "../runtime/function-runtime.ts";

interface Meta {
  readonly creationDateTime: string;
  readonly lastUpdatedDateTime: string;
  readonly keyCount: number;
}

/** @returns undefined where the run had none, and there is none now */
export function recordedStore(
  told: StoreReadsTold | undefined,
  current: KeyValueReader | undefined,
): KeyValueReader | undefined {
  if (told === undefined) return current;
  const values = new Map<string, string>();
  let id = current?.id;
  let meta: Meta | undefined;
  for (const { question, key, answer } of told.reads) {
    if (question === "get") values.set(key, answer);
    else if (question === "id") id = answer === "" ? undefined : answer.slice(1);
    else if (answer !== "") meta = JSON.parse(answer.slice(1)) as Meta;
  }
  if (id === undefined) return undefined;
  return {
    id,
    get(key) {
      const answer = values.get(key);
      if (answer === undefined) return current?.get(key);
      return answer === "" ? undefined : answer.slice(1);
    },
    keyCount: meta?.keyCount ?? current?.keyCount ?? 0,
    createdTime: meta?.creationDateTime ?? current?.createdTime ?? "",
    lastUpdatedTime: meta?.lastUpdatedDateTime ?? current?.lastUpdatedTime ?? "",
  };
}

/** @returns what it answered to keys, as the member `keys`; nothing where it was not asked */
export function keysOf(told: StoreReadsTold | undefined): {
  readonly keys?: Readonly<Record<string, string>>;
} {
  if (told === undefined) return {};
  const there = told.reads.filter(({ question, answer }) => question === "get" && answer !== "");
  return { keys: Object.fromEntries(there.map(({ key, answer }) => [key, answer.slice(1)])) };
}
