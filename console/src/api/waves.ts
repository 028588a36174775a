/** The calls on waves: how far a new version of a function has come, what each version did meanwhile, and what may be done about it. */
import { callApi } from "./call-api.ts";
import { ours } from "./functions.ts";

export interface Counted {
  readonly version: number;
  readonly requests: number;
  readonly errors: number;
  readonly answers_4xx: number;
  readonly answers_5xx: number;
  readonly origin_requests: number;
  readonly origin_failures: number;
  readonly utilization_p99: number;
}

export interface Breach {
  readonly gate: string;
  readonly of: string;
  readonly new: { readonly version: number; readonly events: number; readonly trials: number };
  readonly old: { readonly version: number; readonly events: number; readonly trials: number };
}

export interface Waves {
  readonly id: string;
  readonly etag: string;
  readonly on?: {
    readonly version: number;
    readonly old_version: number;
    /** From 1. */
    readonly wave: number;
    readonly waves: readonly {
      readonly share: number;
      readonly seconds?: number;
      readonly groups?: readonly string[];
    }[];
    readonly began_at: string;
    readonly paused?: { readonly by: string; readonly because?: string };
    readonly gates: readonly string[];
    readonly min_requests: number;
    readonly seen_seconds?: number;
    readonly waits_for?: string;
    readonly counted?: { readonly new: Counted; readonly old: Counted };
  };
  readonly ended?: {
    readonly version: number;
    readonly how: "finished" | "aborted" | "reverted" | "replaced";
    readonly wave: number;
    readonly waves: number;
    readonly at: string;
    readonly by: string;
    readonly message?: string;
    readonly breach?: Breach;
  };
}

export function readWaves(name: string, signal?: AbortSignal): Promise<Waves> {
  return callApi({ path: `${ours(name)}/waves`, signal });
}

export type WaveVerb = "pause" | "resume" | "finish" | "abort";

export function changeWaves(name: string, verb: WaveVerb, ifMatch: string): Promise<Waves> {
  return callApi({ method: "POST", path: `${ours(name)}/waves/${verb}`, body: {}, ifMatch });
}
