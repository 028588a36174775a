/** What an origin is asked for a request, and what comes of it: the same however it is asked. */
import type { BodySource } from "../../base/body.ts";
import type { Wanted } from "../../base/wanted.ts";
import type { SwitchedConnection } from "../../http1/switched-connection.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";
import type { OriginHealth } from "../mocked.ts";
import type { OriginFault } from "./faults.ts";
import type { OriginAttempt } from "./origin-attempt.ts";
import type { OriginRequest } from "./origin-request.ts";

export interface OriginCall {
  readonly request: OriginRequest;
  readonly origin: OriginSettings;
  readonly scheme: "http" | "https";
  /** What the log knows it by. */
  readonly requestId: string;
  /** How it is to behave; undefined where it is as it is. */
  readonly health?: OriginHealth | undefined;
  readonly wanted: Wanted;
  /** Takes each attempt as it begins. */
  readonly attempts: OriginAttempt[];
}

export interface OriginResponse {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, as received, in Latin-1. */
  readonly headers: readonly string[];
  readonly body: BodySource;
  /** Whether the origin is an S3 bucket, whose answers have headers of their own. */
  readonly isS3: boolean;
  /** Of a 101, what the connection has become; it stands for the body, too. */
  readonly switched?: SwitchedConnection;
}

/** The origin gave no response. */
export interface OriginFailure {
  readonly fault: OriginFault;
  /** The statuses that it counts as where an origin group decides whether to ask the second. */
  readonly countsAs: readonly number[];
}

export interface Origins {
  ask(call: OriginCall): Promise<OriginResponse | OriginFailure>;
  /** Ends the connections. */
  close(): Promise<void>;
}
