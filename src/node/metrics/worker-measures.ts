/** What an edge worker says of itself when metrics are asked for; what it counts it tells unasked. */
import type { InspectableStore, StoreMeasure } from "../../cache/store.ts";

export interface MetricsQuestion {
  readonly about: "metrics";
}

export interface WorkerMeasures {
  /** Open ones of viewers. */
  readonly connections: number;
  /** Resident. */
  readonly memoryBytes: number;
  /** Absent where nothing is kept. */
  readonly cache: StoreMeasure | undefined;
}

export function measureWorker(
  connections: number,
  store: InspectableStore | undefined,
): WorkerMeasures {
  return { connections, memoryBytes: process.memoryUsage.rss(), cache: store?.measure() };
}
