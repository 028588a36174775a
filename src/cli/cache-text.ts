/** What a node keeps, as a person reads it. */
import { inColumns } from "./columns.ts";
import { printable } from "./printable.ts";
import { inBytes, inTime } from "./quantities.ts";

interface Counts {
  readonly hit: number;
  readonly updating: number;
  readonly stale: number;
  readonly refreshed: number;
  readonly miss: number;
  readonly bypassed: number;
}

interface Counted {
  readonly counts: Counts;
  /** From 0 to 1; absent before anything was looked up. */
  readonly hit_ratio?: number;
  readonly memory_bytes: number;
}

/** As `/footlight/v1/cache` answers it. */
export interface CacheSummary extends Counted {
  readonly cache: "on" | "off";
  readonly http_caching: string;
  readonly entries: number;
  readonly disk_bytes: number;
  readonly disk_bytes_max: number;
  readonly memory_bytes_max: number;
  readonly workers: readonly WorkerSummary[];
}

type WorkerSummary =
  | { readonly pid: number; readonly answered: false }
  | (Counted & {
      readonly pid: number;
      readonly answered: true;
      readonly since: string;
      readonly evictions: { readonly memory: number; readonly disk: number };
    });

interface CachedObject {
  readonly key: string;
  readonly status: number;
  readonly bytes: number;
  readonly is_part: boolean;
  readonly age_seconds: number;
  readonly fresh_until: string;
  readonly hits?: number;
}

/** As `/footlight/v1/cache/objects` answers it. */
export interface CachedObjects {
  readonly biggest: readonly CachedObject[];
  readonly hottest: readonly CachedObject[];
}

export function cacheText(summary: CacheSummary, objects: CachedObjects | undefined): string {
  const { entries, disk_bytes, disk_bytes_max, memory_bytes, memory_bytes_max, workers } = summary;
  const isOff = summary.cache === "off";
  const sizes = isOff
    ? "The cache is off: --cache off\n"
    : inColumns([
        [
          "On disk",
          `${inBytes(disk_bytes)} of ${inBytes(disk_bytes_max)}, ${entries} ${entries === 1 ? "object" : "objects"}`,
        ],
        [
          "In memory",
          `${inBytes(memory_bytes)} in ${plural(workers.length, "worker")}, at most ${inBytes(memory_bytes_max)} each`,
        ],
        ["Rules", summary.http_caching === "strict" ? "RFC 9111's, strictly" : "CloudFront's"],
      ]);
  return [
    sizes,
    workersText(summary),
    objects && listText("Biggest", objects.biggest),
    objects && listText("Hottest, by hits from the workers' memory", objects.hottest),
  ]
    .filter(Boolean)
    .join("\n");
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function workersText({ workers, ...all }: CacheSummary): string {
  const head = [
    ...["WORKER", "HIT RATIO", "HIT", "UPDATING", "STALE", "REFRESHED", "MISS", "BYPASSED"],
    ...["IN MEMORY", "EVICTED", "SINCE"],
  ];
  const rows = workers.map((worker) =>
    worker.answered
      ? [
          ...countedRow(String(worker.pid), worker),
          String(worker.evictions.memory + worker.evictions.disk),
          worker.since,
        ]
      : [String(worker.pid), "did not answer", ...head.slice(2).map(() => "")],
  );
  const sum = workers.length > 1 ? [[...countedRow("all", all), "", ""]] : [];
  return inColumns([head, ...rows, ...sum], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

function countedRow(name: string, { counts, hit_ratio, memory_bytes }: Counted): string[] {
  const { hit, updating, stale, refreshed, miss, bypassed } = counts;
  const ratio = hit_ratio === undefined ? "–" : `${(hit_ratio * 100).toFixed(1)} %`;
  const numbers = [hit, updating, stale, refreshed, miss, bypassed].map(String);
  return [name, ratio, ...numbers, inBytes(memory_bytes)];
}

function listText(title: string, objects: readonly CachedObject[]): string {
  if (objects.length === 0) return "";
  const hasHits = objects.some(({ hits }) => hits !== undefined);
  const rows = objects.map(({ key, status, bytes, is_part, age_seconds, fresh_until, hits }) => [
    ...(hasHits ? [String(hits ?? "")] : []),
    inBytes(bytes),
    `${status}${is_part ? " part" : ""}`,
    inTime(age_seconds),
    timeUntil(fresh_until, Date.now()) ?? "expired",
    keyInLine(key),
  ]);
  const head = [...(hasHits ? ["HITS"] : []), "SIZE", "STATUS", "AGE", "FRESH FOR", "KEY"];
  return `${title}\n${inColumns([head, ...rows], hasHits ? [0, 1] : [0])}`;
}

/** @returns undefined when that moment is over */
export function timeUntil(moment: string, now: number): string | undefined {
  const left = Date.parse(moment) - now;
  return left <= 0 ? undefined : inTime(left / 1000);
}

/** A key has a line a header; nobody can make them look like more. */
export function keyInLine(key: string): string {
  return printable(key.replaceAll("\n", "; "));
}
