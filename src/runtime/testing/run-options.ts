/** What a unit test says of a run, checked: whoever writes JavaScript is not told by a compiler. */
import type { RuntimeName } from "../runtime-name.ts";

export interface RunOptions {
  readonly runtime?: RuntimeName;
  readonly store?: Readonly<Record<string, string>>;
  readonly now?: Date;
  readonly seed?: number;
  readonly distribution?: object;
}

const names = ["runtime", "store", "now", "seed", "distribution"];

/** @throws TypeError, naming the option that is unknown or wrong */
export function requireRunOptions(options: RunOptions): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`There is no option "${unknown}": it takes ${names.join(", ")}`);
  }
  const { runtime, store, now, seed } = options;
  if (runtime !== undefined && !["cloudfront-js-1.0", "cloudfront-js-2.0"].includes(runtime)) {
    throw wrong("runtime must be cloudfront-js-1.0 or cloudfront-js-2.0", runtime);
  }
  if (now !== undefined && !isTime(now)) throw wrong("now must be a Date with a time", now);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed > 0)) {
    throw wrong("seed must be a whole number from 1 to 2 ** 53 - 1", seed);
  }
  if (store !== undefined) requireTexts(store);
}

function requireTexts(store: unknown): void {
  const isPlain =
    typeof store === "object" && store !== null && !Array.isArray(store) && !(store instanceof Map);
  if (!isPlain) throw wrong('store must be an object of texts, like {"key": "value"}', store);
  const [key, value] = Object.entries(store).find(([, each]) => typeof each !== "string") ?? [];
  if (key !== undefined) throw wrong(`store["${key}"] must be a text`, value);
}

/** Jest gives tests a realm of their own, whose Date is another. */
function isTime(value: unknown): boolean {
  return (
    Object.prototype.toString.call(value) === "[object Date]" &&
    !Number.isNaN((value as Date).getTime())
  );
}

function wrong(what: string, got: unknown): TypeError {
  return new TypeError(`${what}, got ${shown(got)}`);
}

/** @returns a value as a message shows it, whatever it is */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value !== "object" || value === null) return String(value);
  return Object.prototype.toString.call(value).slice(8, -1);
}
