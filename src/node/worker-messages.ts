/**
 * What the node's primary process and its edge workers tell each other, over the IPC channel.
 *
 * A worker is sent its settings, says hello, is sent the state once, and from then on every entry of the change log in
 * order; it acknowledges each when it serves by it. That acknowledgement is what lets an API call
 * answer only when its change is visible to viewers.
 */

import type { Entry } from "../log/change-log.ts";
import type { DifferenceSlice } from "../state/state-difference.ts";
import type { SignerPems } from "../edge/request/signed/signer-keys.ts";
import type { ConnectionCounts } from "../edge/record/connection-counts.ts";
import type { CountedDistribution } from "../edge/record/visit-counts.ts";
import type { StepTally } from "../model/wave-counts.ts";
import type { CacheQuestion } from "./cache-questions.ts";
import type { FunctionLogQuestion } from "./function-log-report.ts";
import type { LostLines } from "./metrics/lost-lines.ts";
import type { MetricsQuestion } from "./metrics/worker-measures.ts";
import type { OptionsOf } from "./options.ts";
import type { RecordingQuestion } from "./run-recording.ts";
import type { TraceQuestion } from "./trace-questions.ts";

/** How a worker serves: the edge's options and the node's, with the port that was taken. Sent before anything else. */
export interface WorkerSettings extends OptionsOf<"edge" | "node"> {
  /** Whether it listens by itself, beside the others; else it asks the primary for connections. */
  readonly reusePort: boolean;
  /** Whether it is told when to listen. */
  readonly isHeld: boolean;
  /** Where viewers connect by HTTPS; undefined where they can't. */
  readonly httpsPort: number | undefined;
  /** Seals TLS session tickets, so that each worker takes up what another began; 48 bytes in base64. */
  readonly ticketKeys: string;
  /** Hashes what is hidden in recorded runs, and what seals others follows from it; 32 bytes in base64. It ends with the node, as they do. */
  readonly recordKey: string;
  /** Names this run of the node, the same for all its workers. */
  readonly session: string;
  /** Where it notes what it runs; see flight-record.ts. */
  readonly flightPath: string;
  /** Read when the node started, so that all its workers have the same. */
  readonly signerPems: SignerPems;
}

export type WorkerQuestion =
  | CacheQuestion
  | FunctionLogQuestion
  | MetricsQuestion
  | RecordingQuestion
  | TraceQuestion;

export type ToWorker =
  | { readonly type: "settings"; readonly settings: WorkerSettings }
  | {
      readonly type: "state";
      readonly snapshot: Uint8Array;
      /** What was appended while the snapshot was encoded. */
      readonly entries: readonly Entry[];
    }
  /** A slice of what lies between what it has and a later state that no entries lead to. */
  | { readonly type: "difference"; readonly slice: DifferenceSlice }
  | { readonly type: "entry"; readonly revision: number; readonly bytes: Uint8Array }
  /** It is to listen, where it is held. */
  | { readonly type: "open" }
  /** A copy of a function is to run apart, for what it did in another worker; `key` is of copy-key.ts. */
  | {
      readonly type: "quarantine";
      readonly key: string;
      readonly offence: "ended" | "lost";
    }
  /** Asks for an "alive"; a worker that is stuck answers nothing. */
  | { readonly type: "ping" }
  /** Asks for an "answer" with the same id. */
  | { readonly type: "question"; readonly id: number; readonly question: WorkerQuestion }
  | { readonly type: "drain" };

/** What a worker has counted since it last said so. */
export interface Counted {
  /** Of visits. */
  readonly counted: readonly CountedDistribution[];
  /** By its logs. */
  readonly lost: LostLines;
  /** What became of connections that did harm. */
  readonly connections: Partial<ConnectionCounts>;
}

export type FromWorker =
  /** The process is up and waits for the state. */
  | { readonly type: "hello" }
  /** It listens, and serves by `revision`. */
  | { readonly type: "ready"; readonly revision: number }
  | { readonly type: "applied"; readonly revision: number }
  | { readonly type: "alive" }
  /** It has as many connections as it can, or has room again. */
  | { readonly type: "full"; readonly isFull: boolean }
  | ({ readonly type: "counted" } & Counted)
  /** What the versions of functions that are published in waves have come to since it last said so. */
  | { readonly type: "tallied"; readonly tallies: readonly StepTally[] }
  /** To a question; `value` is absent where it has failed. */
  | {
      readonly type: "answer";
      readonly id: number;
      readonly answer: { readonly value: unknown } | undefined;
    }
  /** It runs a copy of a function apart from now on. */
  | { readonly type: "quarantined"; readonly key: string }
  /** It cannot go on, for a reason that a new worker would meet as well. */
  | { readonly type: "failed"; readonly message: string; readonly code: string | undefined };
