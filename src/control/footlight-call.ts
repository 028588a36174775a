/** What a call of the API beyond AWS's is handed, and what its change says of where it came from. */
import type { Logger } from "../base/logger.ts";
import type { ApiError } from "../model/errors.ts";
import type { BackupPage } from "../state/backup-page.ts";
import type { Change, Fact } from "../state/change.ts";
import type { ApiRequest } from "../wire/api-message.ts";
import type { Authenticate, Caller } from "./access/access.ts";
import type { AuditedLog } from "./audit/list-changes.ts";
import type { CacheReport } from "./cache-calls.ts";
import type { FunctionJudge } from "./functions/judge-function.ts";
import type { ReadVersionRuns } from "./function-versions/runs-call.ts";
import type { ReadFunctionLogs } from "./log-calls.ts";
import type { MetricsReport } from "./metrics-call.ts";
import type { ReadNodes } from "./node-calls.ts";
import type { NewestState } from "./refuse-by-newest.ts";
import type { ReadSealingKeys, RecordedRuns } from "./rehearsal/recorded-runs.ts";
import type { Rehearse } from "./rehearsal/rehearse-recorded.ts";
import type { SendToEdge } from "./send-again.ts";
import type { TraceReport } from "./trace-calls.ts";
import type { ReadWaves } from "./waves/wave-calls.ts";

export interface FootlightApi extends NewestState {
  readonly authenticate: Authenticate;
  readonly accountLog: AuditedLog & {
    /** @returns why no change can be kept now */
    readonly findFailure: () => Promise<ApiError | undefined>;
    /** @returns undefined, when the marker is of no page; @throws ApiError, when the log cannot be read */
    readonly readBackup: (marker: string | undefined) => Promise<BackupPage | undefined>;
  };
  /** Who is on the change log, as far as this node knows. */
  readonly readNodes: ReadNodes;
  /** How versions of functions ran, at all edges on the log. */
  readonly readVersionRuns: ReadVersionRuns;
  /** What this node knows of publishes in waves. */
  readonly readWaves: ReadWaves;
  /** What the edge workers of this node keep; undefined where there are none. */
  readonly cache: CacheReport | undefined;
  /** What the node counts and measures; undefined where it does not. */
  readonly metrics: MetricsReport | undefined;
  /** What the edge workers of this node record; undefined where they don't. */
  readonly recordedRuns: RecordedRuns | undefined;
  /** Rehearses on them; undefined where there are none. */
  readonly rehearse: Rehearse | undefined;
  /** What opens sealed values in them; undefined where none are sealed. */
  readonly sealingKeys: ReadSealingKeys | undefined;
  /** The ways of requests; undefined where none are kept. */
  readonly traces: TraceReport | undefined;
  /** Sends a request to this node's edge; undefined where it has none. */
  readonly sendToEdge: SendToEdge | undefined;
  /** What functions printed here; undefined on a node that serves no viewers. */
  readonly functionLogs: ReadFunctionLogs;
  /** How many published versions of each function are kept. */
  readonly keptCopies: number;
  /** What a function's verdict is made by. */
  readonly judge: FunctionJudge;
  readonly now: () => Date;
  readonly newRequestId: () => string;
  /** What this node's API is reached by. */
  readonly scheme: "http" | "https";
  /** Whether `POST /footlight/v1/reset` exists on this node. */
  readonly allowReset: boolean;
  /** How many edge workers of this node serve viewers. */
  readonly readyWorkers: () => number;
  /** How many of them have as many connections as they can. */
  readonly fullWorkers: () => number;
  /** The names for which no certificate could be had, or none in place of the one there is. */
  readonly failingCertificates: () => readonly string[];
  /** Why this node orders no certificates, or cannot show those there are, in a sentence. */
  readonly certificateTrouble: () => string | undefined;
  /** Why nobody should be sent to this node now; undefined where it is ready. */
  readonly whyNotReady: () => string | undefined;
  /** Whether the API has. */
  readonly isFull: () => boolean;
  readonly logger: Logger;
}

/** A call, once its path and its caller are known. */
export interface FootlightCall {
  readonly request: ApiRequest;
  /** What stands for the labels of the row's path. */
  readonly labels: Labels;
  readonly requestId: string;
  readonly caller: Caller;
}

export type Labels = Readonly<Record<string, string>>;

/** @param operation what the audit calls it */
export function changeOf(
  fact: Fact,
  operation: string,
  { request, requestId, caller }: FootlightCall,
  now: () => Date,
): Change {
  const { principal } = caller;
  const cause = { operation, requestId, principal, sourceIp: request.sourceIp };
  return { ...fact, at: now().toISOString(), cause };
}
