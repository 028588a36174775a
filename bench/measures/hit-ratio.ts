/**
 * What share of requests are hits when a twentieth of what is asked for fits: what the cache gives up, beside what
 * a list of the least recently used would. Requests follow Zipf's law, whose exponent says how popular the popular are.
 */
import { Evictable, S3Fifo } from "../../src/cache/s3-fifo.ts";
import type { Bench, Measured } from "../bench.ts";
import { markdownTable } from "../statistics.ts";
import { randomFrom, zipf } from "../zipf.ts";

const objects = 100_000;
const room = objects / 20;
/** Measured of web traffic: 0.64 to 0.83 at proxies (Breslau et al., INFOCOM 1999), about 1 at CDNs. */
const exponents = [0.7, 0.8, 0.9, 1];
const titleExponent = 0.8;

interface Keeper {
  /** @returns whether it was kept; from here on it is */
  readonly ask: (key: string) => boolean;
}

export async function measureHitRatio({ isQuick, tell }: Bench): Promise<Measured> {
  const requests = isQuick ? 100_000 : 1_000_000;
  const ratios = exponents.map((exponent) => {
    tell(`(i) Zipf's exponent ${exponent}`);
    const keys = zipfKeys(exponent, requests);
    return { exponent, own: ratioOf(ownQueues(), keys), recent: ratioOf(leastRecent(), keys) };
  });
  const percent = (ratio: number): string => (ratio * 100).toFixed(1);
  const title = ratios.find(({ exponent }) => exponent === titleExponent)!;
  return {
    findings: [
      {
        row: "i",
        what: `hits among ${objects.toLocaleString("en")} objects of one size, 5 % of which fit; Zipf's law with ${titleExponent}`,
        figure: `${percent(title.own)} %, LRU ${percent(title.recent)} %`,
        target: "≥ LRU + 8 points",
      },
    ],
    details: [
      markdownTable(
        ["Zipf's exponent", "Footlight's queues", "LRU", "points more"],
        ratios.map(({ exponent, own, recent }) => [
          String(exponent),
          `${percent(own)} %`,
          `${percent(recent)} %`,
          percent(own - recent),
        ]),
      ),
      `${requests.toLocaleString("en")} requests, the first fifth of which fill the cache and don't count. Could be unfair: what is popular ` +
        "does not change here, and no object is larger than another.",
    ].join("\n\n"),
  };
}

function ratioOf(keeper: Keeper, keys: readonly string[]): number {
  const warm = keys.length / 5;
  let hits = 0;
  for (const [index, key] of keys.entries()) if (keeper.ask(key) && index >= warm) hits += 1;
  return hits / (keys.length - warm);
}

function ownQueues(): Keeper {
  const queues = new S3Fifo<Evictable>();
  const kept = new Map<string, Evictable>();
  return {
    ask(key) {
      const entry = kept.get(key);
      if (entry !== undefined) {
        queues.visit(entry);
        return true;
      }
      const added = new Evictable(key, 1);
      kept.set(key, added);
      queues.add(added);
      while (queues.bytes > room) kept.delete(queues.evict()!.key);
      return false;
    },
  };
}

function leastRecent(): Keeper {
  const kept = new Set<string>();
  return {
    ask(key) {
      const isKept = kept.delete(key);
      kept.add(key);
      if (kept.size > room) kept.delete(kept.values().next().value!);
      return isKept;
    },
  };
}

/** The same ones in each run. */
function zipfKeys(exponent: number, count: number): string[] {
  const draw = zipf(objects, exponent, randomFrom(1));
  return Array.from({ length: count }, () => `/object/${draw()}`);
}
