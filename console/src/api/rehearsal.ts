/** The calls on rehearsals. */
import { callApi } from "./call-api.ts";

/** What a run comes to at the edge. */
export interface Effect {
  readonly kind: "goes on" | "answers" | "fails";
  readonly status: number;
  readonly uri: string;
  readonly querystring: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly failure?: string;
  readonly compute_utilization: number;
}

export interface DifferenceGroup {
  readonly shape: string;
  readonly count: number;
  readonly sample: {
    readonly event: SampleEvent;
    readonly live: Effect;
    readonly development: Effect;
  };
}

/** As TestFunction takes it. */
export interface SampleEvent {
  readonly context: { readonly eventType: "viewer-request" | "viewer-response" };
  readonly request: { readonly method: string; readonly uri: string };
}

interface Utilizations {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface RehearsalReport {
  readonly development_etag: string;
  readonly live_etag: string;
  readonly compared: number;
  readonly differing: number;
  readonly not_comparable: readonly { readonly reads: string; readonly count: number }[];
  readonly groups: readonly DifferenceGroup[];
  readonly utilization: { readonly live: Utilizations; readonly development: Utilizations };
  readonly caches: readonly {
    readonly behavior: string;
    readonly cold_objects: number;
    readonly live_hit_ratio: number;
    readonly development_hit_ratio: number;
    readonly is_estimate: boolean;
  }[];
}

/** On what the node has recorded. */
export function rehearse(name: string): Promise<RehearsalReport> {
  const path = `/footlight/v1/functions/${encodeURIComponent(name)}/rehearse`;
  return callApi({ method: "POST", path });
}

/** Tells the node what came of one, which a publish may ask for. */
export async function noteRehearsal(
  name: string,
  { development_etag: ifMatch, live_etag, compared, differing, not_comparable }: RehearsalReport,
  unexpected: number,
): Promise<void> {
  const hidden = not_comparable.reduce((sum, { count }) => sum + count, 0);
  const body = {
    ...{ live_etag, compared, differing, unexpected, not_comparable: hidden },
    source: "recorded runs, in the console",
  };
  const path = `/footlight/v1/functions/${encodeURIComponent(name)}/rehearsals`;
  await callApi({ method: "POST", path, body, ifMatch });
}
