/** What came of looking a request up in a node's cache, as a person reads it. */
import { keyInLine, timeUntil } from "./cache-text.ts";
import { printable } from "./printable.ts";
import { inColumns } from "./columns.ts";
import { inBytes, inTime } from "./quantities.ts";

interface Variant {
  readonly condition: "fresh" | "updating" | "stale" | "expired" | "invalidated" | "other";
  readonly status: number;
  readonly part?: { readonly first: number; readonly last: number; readonly size?: number };
  readonly is_head_only?: boolean;
  readonly bytes: number;
  readonly content_type?: string;
  readonly content_encoding?: string;
  readonly etag?: string;
  readonly varied?: readonly string[];
  readonly tags: readonly string[];
  readonly age_seconds: number;
  readonly fresh_until: string;
  readonly updating_until?: string;
  readonly stale_until?: string;
  readonly invalidated_by?: { readonly id: string; readonly path: string };
}

/** As `/footlight/v1/cache/object` answers it. */
export interface LookedUp {
  readonly distribution: string;
  readonly tenant?: string;
  readonly behavior: {
    readonly path_pattern: string;
    readonly cache_policy?: { readonly id: string; readonly name: string };
    readonly min_ttl: number;
    readonly default_ttl: number;
    readonly max_ttl: number;
    readonly methods: readonly string[];
    readonly key: {
      readonly query_string: string;
      readonly headers: string;
      readonly cookies: string;
    };
  };
  readonly reading: string;
  readonly never_kept?: { readonly because: string };
  readonly key?: string;
  readonly variants: readonly Variant[];
  readonly not_stored?: {
    readonly because: string;
    readonly status: number;
    readonly at: string;
  };
  readonly other_keys: readonly string[];
}

export function lookUpText(found: LookedUp, now: Date): string {
  const { variants, not_stored: omission, other_keys: others } = found;
  return [
    `${verdict(found)}\n`,
    omission &&
      `The last response (${omission.status}, ${omission.at}) was not stored: ${omission.because}\n`,
    variants.length > 0 && variantsText(variants, now.getTime()),
    rulesText(found),
    others.length > 0 && listOthers(others),
    "The viewer-request function was not run: the request is taken to be what it leaves.\n",
  ]
    .filter(Boolean)
    .join("\n");
}

/** The best of them, or what is wrong with the newest. */
function verdict({ variants, never_kept: never, not_stored: omission }: LookedUp): string {
  if (never !== undefined) return `Never stored: ${never.because}`;
  for (const condition of ["fresh", "updating", "stale", "expired"] as const) {
    const best = variants.find((each) => each.condition === condition);
    if (best === undefined) continue;
    const part = best.part === undefined ? "" : ", a part of it";
    return `Stored${part}: ${meanings[condition]}`;
  }
  const [newest] = variants;
  if (newest !== undefined) return `Stored, but of no use here: ${meanings[newest.condition]}`;
  return omission === undefined
    ? "Not stored: nobody asked for it yet, or it has made room for others"
    : "Not stored";
}

const meanings: Readonly<Record<Variant["condition"], string>> = {
  fresh: "fresh, and answered from the cache",
  updating: "expired, and answered from the cache while it is fetched anew",
  stale: "expired; the next request asks the origin, and gets this if it fails",
  expired: "expired; the next request asks the origin whether it is still right",
  invalidated: "it was invalidated; the next request asks the origin",
  other:
    "it answers requests with another method or other headers (Vary), or was kept by other rules",
};

function variantsText(variants: readonly Variant[], now: number): string {
  const until = (moment: string | undefined): string =>
    (moment !== undefined && timeUntil(moment, now)) || "–";
  const rows = variants.map((variant) => [
    variant.condition,
    String(variant.status),
    inBytes(variant.bytes),
    inTime(variant.age_seconds),
    until(variant.fresh_until),
    until(variant.updating_until),
    until(variant.stale_until),
    printable(about(variant)),
  ]);
  const head = [
    ...["STORED", "STATUS", "SIZE", "AGE", "FRESH FOR", "UPDATING FOR", "STALE FOR", "WHAT"],
  ];
  return inColumns([head, ...rows], [2]);
}

function about(variant: Variant): string {
  const { part, varied = [], tags, invalidated_by: by } = variant;
  const vary = varied.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${varied[at + 1]}`] : []));
  return [
    part && `bytes ${part.first}–${part.last} of ${part.size ?? "an unknown length"}`,
    variant.is_head_only && "HEAD alone",
    variant.content_type,
    variant.content_encoding,
    variant.etag && `ETag ${variant.etag}`,
    vary.length > 0 && `for ${vary.join(", ")}`,
    tags.length > 0 && `tags ${tags.join(", ")}`,
    by && `by ${by.path} of invalidation ${by.id}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function rulesText({ distribution, tenant, behavior, key, reading }: LookedUp): string {
  const { cache_policy: policy, min_ttl, default_ttl, max_ttl, key: parts } = behavior;
  return inColumns([
    ...(key === undefined ? [] : [["Key", keyInLine(key)]]),
    ["Distribution", distribution],
    ...(tenant === undefined ? [] : [["Tenant", tenant]]),
    ["Behavior", `${behavior.path_pattern}${behavior.path_pattern === "*" ? " (default)" : ""}`],
    ["Cache policy", policy ? `${policy.name} (${policy.id})` : "none: ForwardedValues decide"],
    [
      "TTLs",
      `minimum ${inTime(min_ttl)}, default ${inTime(default_ttl)}, maximum ${inTime(max_ttl)}`,
    ],
    ["Methods", behavior.methods.join(", ")],
    [
      "In the key",
      `query string: ${parts.query_string}; headers: ${parts.headers}; cookies: ${parts.cookies}`,
    ],
    ["Rules", reading === "strict" ? "RFC 9111's, strictly" : "CloudFront's"],
  ]);
}

function listOthers(keys: readonly string[]): string {
  const lines = keys.map((key) => `  ${keyInLine(key)}\n`);
  return `Stored of the same path under other keys:\n${lines.join("")}`;
}
