/**
 * What a process that runs functions for another (a host) is told, and what it answers.
 *
 * Copies and stores are sent once and known by a number from then on; whoever asks decides what a
 * host still knows. A host does one job at a time, so that whatever happens to it is the job's doing.
 */
import type { KeyValuePair } from "../../model/key-value-store.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type { FunctionKind } from "../check/handler-name.ts";
import type { Finding } from "../check/check-function.ts";
import type {
  BothRuns,
  FunctionEvent,
  Invocation,
  TestCircumstances,
  TestRun,
} from "../function-runtime.ts";
import type { EdgeLocation } from "../guest/cloudfront.ts";
import type { RunCosts } from "../run-costs.ts";
import type { RuntimeName } from "../runtime-name.ts";

/** How a host runs functions; it is started with them. */
export interface HostSettings {
  /** How long one invocation may hold the thread; see RuntimeOptions. */
  readonly watchdogMs?: number;
  /** Isolates kept at once; see RuntimeOptions. */
  readonly maxIsolates?: number;
  readonly edgeLocation?: EdgeLocation;
  /** Whether the sandbox is loaded before the first job, which then takes no longer than the next. */
  readonly isReadyToRun?: boolean;
}

export type Job =
  /** Reads a source; see check-function.ts. */
  | {
      readonly type: "check";
      readonly source: string;
      readonly runtime: RuntimeName;
      readonly kind: FunctionKind;
    }
  /** Runs a copy on a test event; see FunctionRuntime.test. */
  | {
      readonly type: "test";
      readonly copy: number;
      readonly event: string;
      readonly store: number | undefined;
    }
  /** The same, and as an edge does it; see run-both-ways.ts. */
  | {
      readonly type: "test-both-ways";
      readonly copy: number;
      readonly event: string;
      readonly store: number | undefined;
      readonly circumstances: TestCircumstances;
    }
  /** Runs a copy on a test event, and tells what of it costs most; see dialect/cost-marks.ts. */
  | {
      readonly type: "costs";
      readonly copy: number;
      readonly event: string;
      readonly store: number | undefined;
      readonly circumstances: TestCircumstances;
    }
  /** Runs a copy for a viewer; see FunctionRuntime.run. */
  | {
      readonly type: "run";
      readonly copy: number;
      readonly event: FunctionEvent;
      readonly store: number | undefined;
    };

export type ToHost =
  | { readonly type: "copy"; readonly id: number; readonly copy: FunctionCopy }
  /** A store's beginning; its pairs follow in slices, so that a large one holds up neither side. */
  | { readonly type: "store"; readonly id: number; readonly store: SentStore }
  | { readonly type: "pairs"; readonly id: number; readonly pairs: readonly KeyValuePair[] }
  | { readonly type: "forget"; readonly id: number }
  | { readonly type: "job"; readonly job: Job };

/** A key value store at one revision, without its pairs. */
export interface SentStore {
  readonly id: string;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

export type FromHost =
  /** The process is up. */
  | { readonly type: "ready" }
  | { readonly type: "checked"; readonly findings: readonly Finding[] }
  | { readonly type: "tested"; readonly run: TestRun }
  | { readonly type: "tested-both-ways"; readonly runs: BothRuns }
  | { readonly type: "costed"; readonly costs: RunCosts | undefined }
  | {
      readonly type: "ran";
      readonly invocation: Invocation;
      /** Whether the outcome's headers are the event's own array, which does not survive the way. */
      readonly keepsHeaders: boolean;
    }
  /** The test's event is none: InvalidEventObject's message. */
  | { readonly type: "no-event"; readonly message: string }
  /** A fault of ours. */
  | { readonly type: "failed"; readonly message: string };

/** What ends a job. */
export type HostAnswer = Exclude<FromHost, { readonly type: "ready" }>;
