/**
 * Starts a node: log → replica → edge workers → API, in this order, each on what the one before
 * hands it; and stops it in the opposite one.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { ownCopyFile, ownCopyFolder } from "../log/own-copy.ts";
import { startCompaction, type CompactionSettings } from "./compaction.ts";
import { refuseOpenApi } from "./refuse-open-api.ts";
import { checkEdgeFiles } from "./check-edge-files.ts";
import { refuseOpenMocks } from "./edge-mocks.ts";
import { followerStateOf, type FollowerState } from "./follower-state.ts";
import { hostOf } from "./listen-address.ts";
import { locateLog } from "./locate-log.ts";
import { createLogger } from "./logger.ts";
import { NodeHealth } from "./node-health.ts";
import { openAccount } from "./open-account.ts";
import { jetStreamOptionsOf } from "./open-node-log.ts";
import { OptionError } from "./option-table.ts";
import { defaultOptions, type NodeOptions } from "./options.ts";
import { NodeMetrics } from "./metrics/node-metrics.ts";
import { NodeRoster } from "./roster/node-roster.ts";
import type { NodeKind } from "./roster/node-report.ts";
import { startWorkers, type WorkersInput } from "./start-workers.ts";
import { keepsTraces } from "./trace-report.ts";
import { WaveReports } from "./waves/wave-reports.ts";
import type { WorkersAhead } from "./workers-ahead.ts";

export interface RunningNode {
  /** Base URL of the control plane; absent on a node without one. */
  readonly api: string | undefined;
  /** Where the console is, on the control plane's port; absent where there is none. */
  readonly console: string | undefined;
  /** Base URL viewers connect to; absent on a node without an edge. */
  readonly edge: string | undefined;
  /** The same by HTTPS; absent where that is off. */
  readonly edgeHttps: string | undefined;
  /** Base URL of health and metrics alone; absent without an admin port. */
  readonly admin: string | undefined;
  /** Drains and stops everything. Calling it again waits for the same end. */
  readonly close: () => Promise<void>;
}

interface Parts {
  readonly control: boolean;
  readonly edge: boolean;
  /** How long a process that checks and tests functions is kept without work, in milliseconds; 10,000 unless given. Where it is, one is started at once. */
  readonly testerIdleMs?: number;
  /** What is done by the API before viewers are let in, of a node that has both: they never see what it begins with. */
  readonly beforeViewers?: (api: string) => Promise<void>;
  /** Processes of workers that were started ahead; what is left of them is the caller's. */
  readonly ahead?: WorkersAhead | undefined;
}

/**
 * @param given what differs from the defaults of the options table
 * @throws Error, when a port is taken, or the log cannot be opened; and what `beforeViewers` throws
 */
export async function startNode(
  given: Partial<NodeOptions> = {},
  parts: Parts = { control: true, edge: true },
): Promise<RunningNode> {
  const plain = withPlainHosts({ ...defaultOptions, ...given });
  // Without an API nobody could ask for them.
  const traces = parts.control && parts.edge && keepsTraces(plain) ? "on" : "off";
  const record = parts.control && parts.edge ? plain.record : "off";
  const options = { ...plain, traces, record };
  if (parts.edge) refuseOpenMocks(options);
  if (parts.control) refuseOpenApi(options);
  else refuseOwnLog(options);
  const logger = createLogger(options.logLevel);
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.toReversed()) await stop();
  };

  try {
    const address = locateLog(options);
    // What changes are answered by is never held.
    const group = parts.control ? undefined : options.edgeGroup;
    const opened = await openAccount(options, { isWriter: parts.control, group, logger });
    const { log, replica, standing, copy } = opened;
    stops.push(() => log.close());
    stops.push(() => replica.close());

    if (parts.edge) await checkEdgeFiles(options);
    const metrics = new NodeMetrics({
      state: () => replica.state,
      logRevision: () => log.lastRevision(),
    });
    const health = new NodeHealth(parts.edge);
    const followerState = (): FollowerState => followerStateOf(replica, standing());
    const adminParts = { replica, metrics, health, followerState, logger };
    const admin =
      options.adminPort === ""
        ? undefined
        : await (await loadAdmin()).startAdmin(options, adminParts, stops);
    const reports = new WaveReports({
      channel: log.sideChannel,
      id: randomUUID(),
      group: options.edgeGroup,
    });
    stops.push(async () => reports.stop());
    const onTallied = reports.add;
    const loadAhead = parts.control ? loadApiAhead : undefined;
    const onCounted: WorkersInput["onCounted"] = ({ counted, lost, connections }) => {
      metrics.totals.add(counted);
      metrics.lost.add(lost);
      metrics.connections.add(connections);
    };
    const { beforeViewers, ahead } = parts;
    const told = { onCounted, onTallied, onForked: loadAhead };
    const isHeld = beforeViewers !== undefined;
    const workers = parts.edge
      ? await startWorkers({ options, replica, ...told, isHeld, ahead, logger })
      : undefined;
    if (workers) stops.push(() => workers.workers.stop());
    metrics.workers = workers?.workers;
    health.workers = workers?.workers;
    let api: string | undefined;
    const kind = kindOf(parts);
    const roster = new NodeRoster({
      options,
      kind,
      log,
      replica,
      workers: workers?.workers,
      followerState,
      whyNotReady: health.whyNotReady,
      address: () => workers?.url ?? api ?? "",
    });
    stops.push(async () => roster.stop());
    const channel = log.sideChannel;
    if (parts.edge && channel) {
      const { tellLogs } = await import("./shared-logs/tell-logs.ts");
      const teller = tellLogs({ channel, roster, options, logger });
      stops.push(async () => teller.stop());
      const { tellRuns } = await import("./version-runs/tell-runs.ts");
      stops.push(tellRuns({ channel, roster, totals: metrics.totals }));
    }
    const isLogReachable = (): boolean => standing().isReachable;
    const apiParts = {
      log,
      isLogReachable,
      replica,
      logger,
      kind,
      workers: workers?.workers,
      edgeUrls: workers && { http: workers.url, https: workers.httpsUrl },
      roster,
      metrics,
      health,
      reports,
      recordKey: workers?.recordKey,
      testerIdleMs: parts.testerIdleMs,
    };
    if (parts.control) api = await (await loadApi()).startApi(options, apiParts, stops);
    if (api !== undefined) await beforeViewers?.(api);
    if (isHeld) workers?.workers.open();
    await workers?.whenServing;

    if (parts.control) stops.push(startCompaction(log, compactionOf(options, address), logger));
    if (copy) {
      const folder = ownCopyFolder(options.data, parts.control ? "control" : "edge");
      const file = `sqlite:${ownCopyFile(folder)}`;
      stops.push(startCompaction(copy, compactionOf(options, file), logger));
    }

    let closed: Promise<void> | undefined;
    const { url: edge, httpsUrl: edgeHttps } = workers ?? {};
    const close = (): Promise<void> => {
      health.drain();
      return (closed ??= wait(options.drainWait * 1000).then(stopAll));
    };
    const console =
      api !== undefined && options.console === "on" ? `${api}/footlight/console/` : undefined;
    return { api, console, edge, edgeHttps, admin, close };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function kindOf({ control, edge }: Parts): NodeKind {
  if (!edge) return "control";
  return control ? "whole" : "edge";
}

function withPlainHosts(options: NodeOptions): NodeOptions {
  return {
    ...options,
    apiHost: hostOf(options.apiHost),
    edgeHost: hostOf(options.edgeHost),
    adminHost: hostOf(options.adminHost),
  };
}

function compactionOf(options: NodeOptions, log: string): CompactionSettings {
  const { account, historyDays, keptCopies, logLevel } = options;
  const retention = { historyDays, keptCopies };
  return { log, jetStream: jetStreamOptionsOf(options), account, logLevel, retention };
}

/** @throws OptionError, when an edge alone would follow a log that nobody else can write */
function refuseOwnLog({ log }: NodeOptions): void {
  if (log !== "memory:") return;
  throw new OptionError(
    "--log memory: is a log of this process alone, and an edge follows what a control plane writes: name that one's file",
  );
}

function loadAdmin(): Promise<typeof import("./start-admin.ts")> {
  return import("./start-admin.ts");
}

function loadApi(): Promise<typeof import("./start-api.ts")> {
  return import("./start-api.ts");
}

/** While the workers load what is theirs, when all of them are started. What may be wrong with it is told where it is used. */
function loadApiAhead(): void {
  setImmediate(() => {
    loadApi().catch(() => {});
  });
}
