/** Names a copy by what it runs, the same in every process: published again unchanged, it is no other. */
import { createHash } from "node:crypto";
import type { FunctionCopy } from "../../model/function.ts";
import { runtimeOf } from "../runtime-name.ts";

const keys = new WeakMap<FunctionCopy, string>();

/** @returns 32 hexadecimal digits */
export function copyKey(copy: FunctionCopy): string {
  let key = keys.get(copy);
  if (key === undefined) {
    const hash = createHash("sha256")
      .update(`${runtimeOf(copy)}${copy.kind ?? ""}\n`)
      .update(copy.code);
    key = hash.digest("hex").slice(0, 32);
    keys.set(copy, key);
  }
  return key;
}
