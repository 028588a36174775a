/**
 * Starts a node: log → replica → edge workers → API, in this order, each on what the one before
 * hands it; and stops it in the opposite one.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import { createApiListener } from "../control/api-listener.ts";
import type { Control } from "../control/handle-api-call.ts";
import type { MetricsReport } from "../control/metrics-call.ts";
import { createImportReader } from "../control/key-value-stores/import-source.ts";
import { quotas as awsQuotas, readQuotas } from "../control/quotas.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { ownCopyFile } from "../log/own-copy.ts";
import { edgeVerdict } from "../edge/function/edge-verdict.ts";
import { createFunctionTester } from "../runtime/apart/function-tester.ts";
import type { Replica } from "../state/replica.ts";
import { createAccountLog } from "./account-log.ts";
import { startCertificateOrders } from "./acme/start-orders.ts";
import { createCacheReport } from "./cache-report.ts";
import { startCompaction, type CompactionSettings } from "./compaction.ts";
import { createAdminListener } from "./admin-listener.ts";
import { createAuthenticate, refuseOpenApi } from "./api-access.ts";
import { openApiCertificates } from "./api-certificates.ts";
import { checkEdgeFiles } from "./check-edge-files.ts";
import { refuseOpenMocks } from "./edge-mocks.ts";
import { edgeLocationOf } from "./edge-location.ts";
import type { EdgeWorkers } from "./edge-workers.ts";
import { followerFacts, followerStateOf, type FollowerState } from "./follower-state.ts";
import { hostOf, listenErrorMessage, urlOf, type ListenAddress } from "./listen-address.ts";
import { locateLog } from "./locate-log.ts";
import { createLogger } from "./logger.ts";
import { NodeHealth } from "./node-health.ts";
import { connectionsMax, openFilesLimit } from "./open-files.ts";
import { openAccount } from "./open-account.ts";
import { jetStreamOptionsOf } from "./open-node-log.ts";
import { IssuedCertificates } from "./issued-certificates.ts";
import { OptionError } from "./option-table.ts";
import { defaultOptions, type NodeOptions } from "./options.ts";
import { functionLogFolder, readFunctionLogs } from "./function-logs.ts";
import { metricsJson, prometheusText, prometheusType } from "./metrics/exposition.ts";
import { NodeMetrics } from "./metrics/node-metrics.ts";
import { NodeRoster } from "./roster/node-roster.ts";
import type { NodeKind } from "./roster/node-report.ts";
import { startWorkers } from "./start-workers.ts";
import { createTraceReport, keepsTraces } from "./trace-report.ts";

export interface RunningNode {
  /** Base URL of the control plane; absent on a node without one. */
  readonly api: string | undefined;
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
}

/**
 * @param given what differs from the defaults of the options table
 * @throws Error, when a port is taken, or the log cannot be opened
 */
export async function startNode(
  given: Partial<NodeOptions> = {},
  parts: Parts = { control: true, edge: true },
): Promise<RunningNode> {
  const plain = withPlainHosts({ ...defaultOptions, ...given });
  // Without an API nobody could ask for them.
  const traces = parts.control && parts.edge && keepsTraces(plain) ? "on" : "off";
  const options = { ...plain, traces };
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
    const admin = await startAdmin(options, adminParts, stops);
    const onCounted = metrics.totals.add.bind(metrics.totals);
    const workers = parts.edge
      ? await startWorkers({ options, replica, onCounted, logger })
      : undefined;
    if (workers) stops.push(() => workers.workers.stop());
    metrics.workers = workers?.workers;
    health.workers = workers?.workers;
    let api: string | undefined;
    const roster = new NodeRoster({
      options,
      kind: kindOf(parts),
      log,
      replica,
      workers: workers?.workers,
      followerState,
      whyNotReady: health.whyNotReady,
      address: () => workers?.url ?? api ?? "",
    });
    stops.push(async () => roster.stop());
    const apiParts = { log, replica, logger, workers: workers?.workers, roster, metrics, health };
    if (parts.control) api = await startApi(options, apiParts, stops);

    if (parts.control) stops.push(startCompaction(log, compactionOf(options, address), logger));
    if (copy) {
      const file = `sqlite:${ownCopyFile(options.data)}`;
      stops.push(startCompaction(copy, compactionOf(options, file), logger));
    }

    let closed: Promise<void> | undefined;
    const { url: edge, httpsUrl: edgeHttps } = workers ?? {};
    const close = (): Promise<void> => {
      health.drain();
      return (closed ??= wait(options.drainWait * 1000).then(stopAll));
    };
    return { api, edge, edgeHttps, admin, close };
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

/** What a primary has open without clients, some 30, and what it needs for test runs and new workers. */
const ownFiles = 96;

interface ApiParts {
  readonly log: ChangeLog;
  readonly replica: Replica;
  readonly logger: Logger;
  readonly workers: EdgeWorkers | undefined;
  readonly roster: NodeRoster;
  readonly metrics: NodeMetrics;
  readonly health: NodeHealth;
}

async function startApi(
  options: NodeOptions,
  { log, replica, logger, workers, roster, metrics, health }: ApiParts,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const tester = createFunctionTester({
    edgeLocation: edgeLocationOf(options.pop, options.edgeHost),
  });
  stops.push(async () => tester.close());

  const accountLog = createAccountLog({
    log,
    replica,
    logger,
    whenApplied: async (revision) => workers?.whenApplied(revision),
    onAppended: metrics.noteAppend,
  });
  const shared = {
    authenticate: createAuthenticate(options, replica, logger),
    state: () => replica.state,
    commit: accountLog.commit,
    now: () => new Date(),
    newRequestId: randomUUID,
    logger,
  };
  const issued = new IssuedCertificates(options, logger);
  const certificates = await openApiCertificates(
    options,
    () => issued.of(replica.state.certificates),
    logger,
  );
  if (certificates) stops.push(async () => certificates.stop());
  const scheme = certificates === undefined ? "http" : "https";
  const { commit } = accountLog;
  const orders = startCertificateOrders({ options, replica, commit, logger });
  if (orders) stops.push(() => orders.stop());
  let isFull = false;
  const listener = createApiListener(
    {
      ...shared,
      tester,
      domainSuffix: options.domainSuffix,
      readImportSource: importReader(options),
      quotas: chosenQuotas(options),
      keptCopies: options.keptCopies,
      ordersCertificates: orders !== undefined,
      isDeployed: (revision) => roster.hasApplied(revision),
    },
    {
      ...shared,
      keptCopies: options.keptCopies,
      accountLog,
      readNodes: roster.list,
      judge: { tester, atEdge: edgeVerdict },
      cache: workers && createCacheReport(workers.ask, options),
      traces: workers && options.traces === "on" ? createTraceReport(workers.ask) : undefined,
      scheme,
      functionLogs:
        workers && ((query) => readFunctionLogs(functionLogFolder(options.data), query)),
      metrics: metricsReport(options, metrics),
      allowReset: options.allowReset,
      readyWorkers: () => workers?.readyCount ?? 0,
      fullWorkers: () => workers?.fullCount ?? 0,
      whyNotReady: health.whyNotReady,
      isFull: () => isFull,
      failingCertificates: () => orders?.failing() ?? [],
    },
    {
      connectionsMax: connectionsMax(openFilesLimit(), ownFiles + options.workers),
      onFull: (full) => {
        isFull = full;
      },
      certificates: certificates?.current,
    },
  );
  const { apiHost: host, apiPort } = options;
  await listen(listener.server, { host, port: apiPort }, "--api-port");
  stops.push(() => listener.drain(options.drainMs));
  return urlOf({ host, port: (listener.server.address() as AddressInfo).port }, scheme);
}

interface AdminParts {
  readonly replica: Replica;
  readonly metrics: NodeMetrics;
  readonly health: NodeHealth;
  readonly followerState: () => FollowerState;
  readonly logger: Logger;
}

/** It is the last to stop. */
async function startAdmin(
  options: NodeOptions,
  { replica, metrics, health, followerState, logger }: AdminParts,
  stops: (() => Promise<void>)[],
): Promise<string | undefined> {
  const { adminPort, adminHost: host } = options;
  if (adminPort === "") return undefined;
  const server = createAdminListener({
    facts: () => ({
      id: replica.state.account,
      revision: replica.state.revision,
      edge_workers: health.workers?.readyCount ?? 0,
      full_edge_workers: health.workers?.fullCount ?? 0,
      follower: followerFacts(followerState()),
    }),
    whyNotReady: health.whyNotReady,
    metrics: metricsReport(options, metrics),
    newRequestId: randomUUID,
    logger,
  });
  await listen(server, { host, port: Number(adminPort) }, "--admin-port");
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return urlOf({ host, port: (server.address() as AddressInfo).port });
}

function metricsReport(options: NodeOptions, metrics: NodeMetrics): MetricsReport | undefined {
  if (options.metrics === "off") return undefined;
  return {
    text: async () => ({ type: prometheusType, body: await prometheusText(await metrics.read()) }),
    json: async () => metricsJson(await metrics.read()),
  };
}

/** @throws OptionError, when the file cannot be read, or names a quota that there is none of */
function chosenQuotas({ quotas }: NodeOptions): Control["quotas"] {
  if (quotas === "") return awsQuotas;
  try {
    return readQuotas(quotas.trimStart().startsWith("{") ? quotas : readFileSync(quotas, "utf8"));
  } catch (error) {
    throw new OptionError(`Cannot read --quotas: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws OptionError, when a bucket is there twice */
function importReader({ importSources }: NodeOptions): Control["readImportSource"] {
  try {
    return createImportReader(importSources);
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot read --import-sources: ${message}`, { cause: error });
  }
}

async function listen(server: Server, address: ListenAddress, flag: string): Promise<void> {
  server.listen(address.port, address.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(listenErrorMessage(error as Error, address, flag), {
      cause: error,
    });
  }
}
