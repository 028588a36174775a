/**
 * Which entries should go when a cache is full?
 *
 * Traces over 100,000 objects, in a cache of 5 % of their bytes; a quarter of each trace warms up and
 * isn't counted. "requests" and "bytes" are hit ratios in percent, "ns" what a look-up with all its
 * bookkeeping takes and "over LRU" what is gained in points of requests. What a hit alone costs stands below.
 * Real traffic has more to it than any of these: popularity changes (see "changing"), and pages bring
 * their parts along.
 *
 * Run: node bench/which-eviction.bench.ts [requests]
 */
import { Evictable, S3Fifo } from "../src/cache/s3-fifo.ts";
import { randomFrom, zipf } from "./zipf.ts";

const objects = 100_000;
const share = 0.05;
const requests = Number(process.argv[2] ?? 1_500_000);

interface Trace {
  readonly name: string;
  readonly next: () => number;
  readonly sizeOf: (object: number) => number;
}

const one = (): number => 1;
/** As objects of sites are: many small ones, and a long tail; by the object, not by its rank. */
function mixedSize(object: number): number {
  const drawn = randomFrom(object * 7 + 3)();
  return Math.min(10_000_000, Math.floor(500 * (1 - drawn) ** (-1 / 1.1)));
}

function traces(): Trace[] {
  const plain = (exponent: number): Trace => ({
    name: `Zipf ${exponent}`,
    next: zipf(objects, exponent, randomFrom(1)),
    sizeOf: one,
  });
  const withOnce = (portion: number): Trace => {
    const draw = zipf(objects, 0.9, randomFrom(1));
    const random = randomFrom(2);
    let fresh = objects;
    const next = (): number => (random() < portion ? (fresh += 1) : draw());
    return { name: `Zipf 0.9, ${100 * portion} % asked for once`, next, sizeOf: one };
  };
  const scanned = zipf(objects, 0.9, randomFrom(1));
  const changing = zipf(objects, 0.9, randomFrom(1));
  let scans = 0;
  let changes = 0;
  const sizes = Float64Array.from({ length: objects }, (_, object) => mixedSize(object));
  return [
    ...[0.7, 0.8, 0.9, 1].map(plain),
    ...[0.2, 0.4].map(withOnce),
    {
      name: "Zipf 0.9, a scan of 10,000 in each 100,000",
      next: () => ((scans += 1) % 100_000 < 10_000 ? objects + (scans % 10_000) : scanned()),
      sizeOf: one,
    },
    {
      name: "Zipf 0.9, changing: other objects after each 100,000",
      next: () => (changing() + Math.floor((changes += 1) / 100_000) * 7_919) % objects,
      sizeOf: one,
    },
    {
      name: "Zipf 0.9, mixed sizes",
      next: zipf(objects, 0.9, randomFrom(1)),
      sizeOf: (object) => sizes[object] as number,
    },
  ];
}

/** @returns whether it was there; afterwards it is */
type Policy = (object: number, bytes: number) => boolean;

function lru(maxBytes: number): Policy {
  const sizes = new Map<number, number>();
  let held = 0;
  return (object, bytes) => {
    const there = sizes.delete(object);
    sizes.set(object, bytes);
    if (there) return true;
    held += bytes;
    for (const [oldest, size] of sizes) {
      if (held <= maxBytes) break;
      sizes.delete(oldest);
      held -= size;
    }
    return false;
  };
}

interface Node {
  readonly object: number;
  readonly bytes: number;
  isVisited: boolean;
  newer: Node | undefined;
  older: Node | undefined;
}

/** SIEVE (Zhang et al., NSDI 2024): one queue, and a hand that passes over what was visited. */
function sieve(maxBytes: number): Policy {
  const nodes = new Map<number, Node>();
  let held = 0;
  let newest: Node | undefined;
  let oldest: Node | undefined;
  let hand: Node | undefined;
  const evict = (): void => {
    let node = (hand ?? oldest) as Node;
    while (node.isVisited) {
      node.isVisited = false;
      node = (node.newer ?? oldest) as Node;
    }
    hand = node.newer;
    if (node.older === undefined) oldest = node.newer;
    else node.older.newer = node.newer;
    if (node.newer === undefined) newest = node.older;
    else node.newer.older = node.older;
    nodes.delete(node.object);
    held -= node.bytes;
  };
  return (object, bytes) => {
    const found = nodes.get(object);
    if (found !== undefined) {
      found.isVisited = true;
      return true;
    }
    while (held + bytes > maxBytes && nodes.size > 0) evict();
    const node: Node = { object, bytes, isVisited: false, newer: undefined, older: newest };
    if (newest === undefined) oldest = node;
    else newest.newer = node;
    newest = node;
    nodes.set(object, node);
    held += bytes;
    return false;
  };
}

interface S3Options {
  readonly smallShare?: number;
  readonly visitsMax?: number;
  /** What is larger than so many times the mean is taken only when it comes again. */
  readonly admitted?: number;
}

function s3Fifo(maxBytes: number, { admitted = Infinity, ...options }: S3Options = {}): Policy {
  const entries = new Map<number, Evictable>();
  const queues = new S3Fifo(options);
  let refused = new Set<number>();
  return (object, bytes) => {
    const found = entries.get(object);
    if (found !== undefined) {
      queues.visit(found);
      return true;
    }
    const isLarge = bytes > (admitted * queues.bytes) / Math.max(100, queues.size);
    if (isLarge && !refused.delete(object)) {
      if (refused.size > 1_000) refused = new Set();
      refused.add(object);
      return false;
    }
    while (queues.bytes + bytes > maxBytes) {
      const gone = queues.evict();
      if (gone === undefined) return false;
      entries.delete(Number(gone.key));
    }
    const entry = new Evictable(String(object), bytes);
    entries.set(object, entry);
    queues.add(entry);
    return false;
  };
}

const policies: Readonly<Record<string, (maxBytes: number) => Policy>> = {
  LRU: lru,
  SIEVE: sieve,
  "S3-FIFO, 10 % small": (maxBytes) => s3Fifo(maxBytes, { smallShare: 0.1 }),
  "S3-FIFO, 5 % small, 7 visits": (maxBytes) =>
    s3Fifo(maxBytes, { smallShare: 0.05, visitsMax: 7 }),
  "S3-FIFO, 5 % small, large ones the second time": (maxBytes) =>
    s3Fifo(maxBytes, { smallShare: 0.05, admitted: 16 }),
  "S3-FIFO as in src/cache: 5 % small, 3 visits": (maxBytes) => s3Fifo(maxBytes),
};

interface Ratio {
  readonly requests: number;
  readonly bytes: number;
  readonly ns: number;
}

function run({ next, sizeOf }: Trace, policy: Policy): Ratio {
  const warmUp = requests >> 2;
  let [hits, hitBytes, bytes] = [0, 0, 0];
  const objectsAsked = Array.from({ length: requests }, () => next());
  const start = performance.now();
  for (const [index, object] of objectsAsked.entries()) {
    const size = sizeOf(object);
    const isHit = policy(object, size);
    if (index < warmUp) continue;
    bytes += size;
    if (isHit) {
      hits += 1;
      hitBytes += size;
    }
  }
  const ns = ((performance.now() - start) / requests) * 1e6;
  return { requests: (100 * hits) / (requests - warmUp), bytes: (100 * hitBytes) / bytes, ns };
}

/** @returns nanoseconds of what a hit adds to a look into a map */
function bookkeepingNs(): number {
  const queues = new S3Fifo();
  const entries = Array.from({ length: 5_000 }, (_, index) => new Evictable(`${index}`, 1));
  for (const entry of entries) queues.add(entry);
  const draw = zipf(objects, 0.9, randomFrom(1));
  const visited = Uint32Array.from({ length: 2_000_000 }, () => draw() % entries.length);
  const time = (visit: (entry: Evictable) => void): number => {
    const start = performance.now();
    for (const index of visited) visit(entries[index] as Evictable);
    return performance.now() - start;
  };
  let sum = 0;
  const bare = (entry: Evictable): void => void (sum += entry.bytes);
  const whole = (entry: Evictable): void => {
    sum += entry.bytes;
    queues.visit(entry);
  };
  for (const warmUp of [bare, whole]) time(warmUp);
  const rounds = Array.from({ length: 5 }, () => time(whole) - time(bare)).sort((a, b) => a - b);
  return Math.max(0, ((rounds[2] as number) / visited.length) * 1e6);
}

for (const { name, sizeOf } of traces()) {
  let all = 0;
  for (let object = 0; object < objects; object += 1) all += sizeOf(object);
  let baseline = 0;
  console.log(`\n${name}`);
  console.table(
    Object.entries(policies).map(([policy, make]) => {
      // Each policy gets the same trace from its beginning.
      const trace = traces().find((each) => each.name === name) as Trace;
      const ratio = run(trace, make(all * share));
      if (policy === "LRU") baseline = ratio.requests;
      return {
        policy,
        requests: ratio.requests.toFixed(1),
        bytes: ratio.bytes.toFixed(1),
        "over LRU": (ratio.requests - baseline).toFixed(1),
        ns: Math.round(ratio.ns),
      };
    }),
  );
}
console.log(`\nBookkeeping of a hit: ${bookkeepingNs().toFixed(1)} ns`);
