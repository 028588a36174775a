/** Functions as a worker runs them, with all that a sandbox is made of: see late-functions.ts for when it is loaded. */
import type { Logger } from "../base/logger.ts";
import { LanedFunctions } from "../runtime/apart/edge-functions.ts";
import { createRuntime } from "../runtime/isolate-runtime.ts";
import { edgeLocationOf } from "./edge-location.ts";
import { speakingRuntime } from "./speaking-runtime.ts";
import type { FromWorker, WorkerSettings } from "./worker-messages.ts";

export interface WorkerFunctionsInput {
  readonly settings: WorkerSettings;
  readonly logger: Logger;
  /** See flight-record.ts. */
  readonly noteRun: (key: string, name: string) => void;
  readonly tell: (message: FromWorker) => void;
}

export function openWorkerFunctions({
  settings,
  logger,
  noteRun,
  tell,
}: WorkerFunctionsInput): LanedFunctions {
  const edgeLocation = edgeLocationOf(settings.pop, settings.edgeHost);
  const runtime = createRuntime({
    now: () => new Date(),
    logger,
    maxIsolates: settings.functionIsolates,
    remembers: settings.remember === "on",
    edgeLocation,
  });
  return new LanedFunctions({
    runtime: speakingRuntime(runtime, () => tell({ type: "alive" })),
    processes: settings.slowLanes,
    queueMax: settings.slowLaneQueue,
    settings: { edgeLocation },
    uptimeMs: () => performance.now(),
    logger,
    noteRun,
    onQuarantine: (key) => tell({ type: "quarantined", key }),
  });
}
