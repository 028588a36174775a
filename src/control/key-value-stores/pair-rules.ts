/**
 * What CloudFront asks of a key and its value, whoever brings them: an import or the data API.
 *
 * Source: CloudFront Developer Guide, "Quotas on key value stores", April 2026.
 */
import type { KeyValuePair } from "../../model/key-value-store.ts";
import type { Quotas } from "../quotas.ts";

/** @returns what is wrong with the key, in words that name it; undefined when nothing is */
export function keyProblem(key: string, { keyBytes }: Quotas): string | undefined {
  const size = Buffer.byteLength(key);
  if (size === 0) return "A key is empty";
  if (size > keyBytes) {
    return `The key "${shown(key)}" is ${size} bytes long, and the limit is ${keyBytes}`;
  }
  if (!key.isWellFormed()) return `The key "${shown(key)}" is not Unicode: it has half a surrogate`;
  return undefined;
}

/** @returns what is wrong with the pair; undefined when nothing is. An empty value is a value */
export function pairProblem([key, value]: KeyValuePair, limits: Quotas): string | undefined {
  const problem = keyProblem(key, limits);
  if (problem !== undefined) return problem;
  const size = Buffer.byteLength(value);
  if (size > limits.valueBytes) {
    return `The value of "${shown(key)}" is ${size} bytes long, and the limit is ${limits.valueBytes}`;
  }
  if (!value.isWellFormed()) {
    return `The value of "${shown(key)}" is not Unicode: it has half a surrogate`;
  }
  return undefined;
}

/** Keeps a message short, whatever was sent. */
export function shown(key: string): string {
  return key.length > 100 ? `${key.slice(0, 100).toWellFormed()}…` : key.toWellFormed();
}
