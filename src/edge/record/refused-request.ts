/**
 * A request that a door has refused before it was one that the flow could answer, or that its viewer gave up before
 * anything was done for it: told of so that none goes unrecorded, with what is known of it.
 */
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import type { RefusalName } from "./result-types.ts";

export interface RefusedRequest {
  /** Its page's Request ID. */
  readonly id: string;
  /** When it was refused or found to be given up, as `performance.now()` counts. */
  readonly at: number;
  readonly detail: RefusalName | "givenUp";
  /** 0 where it was given up. */
  readonly status: number;
  readonly scheme: "http" | "https";
  readonly ip: string;
  readonly port: number;
  /** Of the answer, with its head, in bytes; it may have met an end of the connection. 0 where there was none. */
  readonly bytesSent: number;
  /** Its request line and header lines; undefined where they could not be read. */
  readonly head: RefusedHead | undefined;
  /** The one that its Host names, where that could be read and there is one. */
  readonly distribution: DeployedDistribution | undefined;
}

export interface RefusedHead {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** Told of each as its answer is written. */
export type RefusedRequestListener = (refused: RefusedRequest) => void;
