/**
 * `footlight cache`: what the edge workers of a node keep, and how often they answered from it.
 * `footlight cache URL`: whether a request would be answered from it, and if not, why not.
 */
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { cacheText, type CachedObjects, type CacheSummary } from "./cache-text.ts";
import { CallRefused, getFromApi } from "./call-api.ts";
import type { Command } from "./command.ts";
import { lookUpText, type LookedUp } from "./look-up-text.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  method: { default: "GET", help: "With a URL: the request's method" },
  header: {
    default: "",
    help: 'With a URL: a header of the request, like "Accept-Encoding: gzip"; may come more than once',
  },
  limit: {
    default: 10,
    help: "Without a URL: how many of the biggest and of the hottest objects to list",
    range: [1, 1000],
  },
  json: { default: false, help: "Print JSON" },
} as const;

export const cache: Command = {
  summary: "Say what the cache keeps, or whether and why not it has a URL",
  usage: "[URL]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { headers, others } = partHeaders(flags);
    const options = readOptionTable(table, others, environment);
    const [url, ...rest] = words;
    if (rest.length > 0) throw new UsageError("cache [URL]", words);
    const ask = <T>(path: string, query: Record<string, string>): Promise<T> =>
      patiently(getFromApi(options, path, query, environment) as Promise<T>);
    if (url === undefined) {
      const summary = await ask<CacheSummary>("/footlight/v1/cache", {});
      const objects = await objectsIfAllowed(() =>
        ask<CachedObjects>("/footlight/v1/cache/objects", { limit: String(options.limit) }),
      );
      print(options.json ? { ...summary, ...objects } : cacheText(summary, objects));
      return 0;
    }
    const lines = headers.length > 0 ? headers : [options.header].filter(Boolean);
    const found = await ask<LookedUp>("/footlight/v1/cache/object", {
      url,
      method: options.method,
      ...(lines.length > 0 && { headers: lines.join("\n") }),
    });
    print(options.json ? found : lookUpText(found, new Date()));
    return 0;
  },
};

function print(output: object | string): void {
  process.stdout.write(typeof output === "string" ? output : `${JSON.stringify(output)}\n`);
}

/** The one option that may come more than once. */
function partHeaders(flags: readonly string[]): {
  readonly headers: readonly string[];
  readonly others: readonly string[];
} {
  const headers: string[] = [];
  const others: string[] = [];
  for (let index = 0; index < flags.length; index += 1) {
    const flag = flags[index]!;
    const next = flags[index + 1];
    if (flag.startsWith("--header=")) headers.push(flag.slice("--header=".length));
    else if (flag === "--header" && next !== undefined) {
      headers.push(next);
      index += 1;
    } else others.push(flag);
  }
  return { headers, others };
}

/** Who may see how much is kept may not see what: keys hold viewers' data. */
async function objectsIfAllowed(
  ask: () => Promise<CachedObjects>,
): Promise<CachedObjects | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CallRefused) || error.status !== 403) throw error;
    process.stderr.write(`footlight cache: no objects are listed: ${error.message}\n`);
    return undefined;
  }
}

/** Going over a large cache takes some seconds, in which a person wants to know that it is at work. */
async function patiently<T>(answer: Promise<T>): Promise<T> {
  const began = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stderr.write(`footlight cache: the workers are looking, for ${seconds} s now\n`);
  }, 2000);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}
