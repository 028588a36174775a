/**
 * Tells of each request in the access logs that want it: the standard log of its distribution, deliveries
 * of the second version, the real-time log of its cache behavior.
 */
import { RealtimeLogs, type RealtimeLog } from "../../deployment/realtime-log.ts";
import type { DeployedDistribution } from "../../deployment/deployed-distribution.ts";
import type { RefusedRequestListener } from "../refused-request.ts";
import type { VisitListener } from "../visit.ts";
import type { Places } from "../../viewer-place.ts";
import { AccessRecord, type Loggable, type RecordingEdge } from "./access-record.ts";
import { refusedVisit } from "./refused-visit.ts";

/** A log that records are written to. Adding one neither waits nor throws, and keeps nothing of it. */
export interface AccessLog {
  readonly add: (record: AccessRecord) => void;
}

/** Which logs there are; it finds the same one again for the same object. */
export interface AccessLogsOf {
  /** @returns those of a distribution, of either version; empty where there are none */
  readonly standard: (distribution: DeployedDistribution) => readonly AccessLog[];
  /** @returns those of a real-time log configuration, an endpoint each */
  readonly realtime: (log: RealtimeLog) => readonly AccessLog[];
}

export interface AccessLogsInput {
  readonly edge: RecordingEdge;
  readonly logs: AccessLogsOf;
  readonly places: Places | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 on and less than 1: by it real-time logs pick. */
  readonly random: () => number;
}

export interface AccessListeners {
  readonly visit: VisitListener;
  readonly refused: RefusedRequestListener;
  /** Writes what waits into the logs, now. */
  readonly flush: () => void;
}

/** What is to be told of a request that is over. */
interface Waiting {
  readonly visit: Loggable;
  /** When it was over, in milliseconds since the epoch. */
  readonly at: number;
  readonly standard: readonly AccessLog[];
  readonly picked: readonly AccessLog[];
}

/**
 * So many are written one after the other. A line alone costs a worker that serves others between three times as much: all
 * that writes it, and the memory that it is of, has made room for them by then.
 */
const atOnce = 64;
/** The first of them waits no longer for others, in milliseconds. */
const waitMs = 50;
const none: readonly AccessLog[] = [];

export function accessListeners(input: AccessLogsInput): AccessListeners {
  const { edge, logs, places, now, random } = input;
  const waiting: Waiting[] = [];
  const configurations = new RealtimeLogs();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    let before: AccessRecord | undefined;
    for (const { visit, at, standard, picked } of waiting.splice(0)) {
      const record = new AccessRecord(visit, edge, at, before);
      for (const { add } of standard) add(record);
      for (const { add } of picked) add(record);
      before = record;
    }
  };
  const tell = (visit: Loggable, realtime: RealtimeLog | undefined): void => {
    const { distribution } = visit;
    if (distribution === undefined) return;
    const standard = logs.standard(distribution);
    const isPicked = realtime !== undefined && random() * 100 < realtime.samplingRate;
    const picked = isPicked ? logs.realtime(realtime) : none;
    if (standard.length + picked.length === 0) return;
    waiting.push({ visit, at: now(), standard, picked });
    if (waiting.length >= atOnce) flush();
    else timer ??= setTimeout(flush, waitMs).unref();
  };
  return {
    visit: (visit) => {
      const name = visit.behavior?.realtimeLog;
      tell(
        visit,
        name === undefined ? undefined : configurations.find(visit.deployment.state, name),
      );
    },
    refused: (refused) => {
      if (refused.distribution === undefined) return;
      tell(refusedVisit(refused, places?.find(refused.ip)), undefined);
    },
    flush,
  };
}
