/**
 * One time that an origin was asked, for whoever records visits: also one that another attempt
 * followed, be it after a fault, on a kept connection that proved closed, or before a failover.
 *
 * Filled in as it goes on: a visit whose viewer leaves is told of while the last attempt is under
 * way, which may have neither status nor fault then. Times are milliseconds by `performance.now()`.
 */
import { performance } from "node:perf_hooks";
import type { OriginErrorName, OriginFault } from "./faults.ts";

export class OriginAttempt {
  readonly originId: string;
  readonly startedAt = performance.now();
  /** Whom the connection led to, as `192.0.2.1:80` or `[2001:db8::1]:443`; undefined as long as there is none. */
  address: string | undefined;
  /** When the origin's address was known; undefined where nobody had to be asked for it. */
  resolvedAt: number | undefined;
  /** Whether the origin was not asked, and what came of it is mocked. */
  isMocked = false;
  /** When there was a connection, with TLS where it has that: for one that was kept, the start. */
  connectedAt: number | undefined;
  /** Whether its connection had served other requests before. */
  isReused = false;
  /** When the response's head had come. */
  firstByteAt: number | undefined;
  /** When the response was complete, or could not become so any more. */
  endedAt: number | undefined;
  /** Of the response, once its head has come. */
  status: number | undefined;
  /** Why there is no response, or only the beginning of one; "unwanted" too where a failover lets go of the rest. */
  fault: OriginFault | undefined;
  /** What logs call that, where it was the origin that failed. */
  errorName: OriginErrorName | undefined;

  constructor(originId: string) {
    this.originId = originId;
  }

  resolved(): void {
    this.resolvedAt = performance.now();
  }

  connected(address: string, isReused: boolean): void {
    this.address = address;
    this.isReused = isReused;
    this.connectedAt = isReused ? this.startedAt : performance.now();
  }

  answered(status: number): void {
    this.status = status;
    this.firstByteAt = performance.now();
  }

  /** @param fault none where the response is complete */
  ended(fault?: OriginFault, errorName?: OriginErrorName): void {
    this.fault = fault;
    this.errorName = errorName;
    this.endedAt = performance.now();
  }
}
