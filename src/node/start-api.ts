/**
 * Starts the control plane's API on a node's log, replica and workers.
 *
 * Half of what the first process loads is for this, so it is loaded while the workers load what is theirs.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { Logger } from "../base/logger.ts";
import { createApiListener } from "../control/api-listener.ts";
import type { ReadVersionRuns } from "../control/function-versions/runs-call.ts";
import type { FunctionJudge } from "../control/functions/judge-function.ts";
import type { ReadSealingKeys } from "../control/rehearsal/recorded-runs.ts";
import type { Control } from "../control/handle-api-call.ts";
import type { Rehearse } from "../control/rehearsal/rehearse-recorded.ts";
import type { ReadConsoleFile } from "../control/serve-console.ts";
import { createImportReader } from "../control/key-value-stores/import-source.ts";
import type { SendToEdge } from "../control/send-again.ts";
import { quotas as awsQuotas, readQuotas } from "../control/quotas.ts";
import type { ReadFunctionLogs } from "../control/log-calls.ts";
import type { ChangeLog } from "../log/change-log.ts";
import type { SideChannel } from "../log/side-channel.ts";
import { createFunctionTester } from "../runtime/apart/function-tester.ts";
import type { Replica } from "../state/replica.ts";
import { createAccountLog, type AccountLog } from "./account-log.ts";
import type { CertificateOrders } from "./acme/certificate-orders.ts";
import type { OrdersParts } from "./acme/start-orders.ts";
import { createAuthenticate } from "./api-access.ts";
import { openApiCertificates } from "./api-certificates.ts";
import { createCacheReport } from "./cache-report.ts";
import { edgeLocationOf } from "./edge-location.ts";
import type { EdgeWorkers } from "./edge-workers.ts";
import { createFunctionLogReport } from "./function-log-report.ts";
import { IssuedCertificates } from "./issued-certificates.ts";
import { KeyWatch } from "./key-match.ts";
import { urlOf } from "./listen-address.ts";
import { listenOn } from "./listen-on.ts";
import { metricsReport } from "./metrics/metrics-report.ts";
import type { NodeMetrics } from "./metrics/node-metrics.ts";
import type { NodeHealth } from "./node-health.ts";
import { connectionsMax, openFilesLimit } from "./open-files.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";
import type { NodeKind } from "./roster/node-report.ts";
import type { NodeRoster } from "./roster/node-roster.ts";
import { createRecordedRuns } from "./recorded-runs-report.ts";
import type { FollowLogs } from "./shared-logs/follow-logs.ts";
import type { createSendToEdge } from "./send-to-edge.ts";
import { createTraceReport } from "./trace-report.ts";
import type { RunsAsker } from "./version-runs/runs-asker.ts";
import { WaveConductor } from "./waves/wave-conductor.ts";
import type { WaveReports } from "./waves/wave-reports.ts";

/** What a primary has open without clients, some 30, and what it needs for test runs and new workers. */
const ownFiles = 96;

export interface ApiParts {
  readonly log: ChangeLog;
  /** Whether the log answered when it was looked at last, some seconds ago. */
  readonly isLogReachable: () => boolean;
  readonly replica: Replica;
  readonly logger: Logger;
  readonly workers: EdgeWorkers | undefined;
  /** Where they listen. */
  readonly edgeUrls: Parameters<typeof createSendToEdge>[0] | undefined;
  readonly kind: NodeKind;
  readonly roster: NodeRoster;
  readonly metrics: NodeMetrics;
  readonly health: NodeHealth;
  readonly reports: WaveReports;
  /** What seals recorded runs, in base64; undefined where there are no edge workers. */
  readonly recordKey: string | undefined;
  /** Undefined for the usual time. */
  readonly testerIdleMs: number | undefined;
}

/**
 * @param stops what stops it is put at its end, in the order of the start
 * @returns its base URL
 * @throws Error, when the port is taken, or an option names what can't be read
 */
export async function startApi(
  options: NodeOptions,
  {
    log,
    isLogReachable,
    replica,
    logger,
    workers,
    edgeUrls,
    kind,
    roster,
    metrics,
    health,
    reports,
    recordKey,
    testerIdleMs,
  }: ApiParts,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const tester = createFunctionTester({
    edgeLocation: edgeLocationOf(options.pop, options.edgeHost),
    ...(testerIdleMs !== undefined && { idleMs: testerIdleMs }),
  });
  stops.push(async () => tester.close());
  // One that is to be there whenever something is saved had better be there for the first.
  if (testerIdleMs !== undefined)
    void tester.check("", "cloudfront-js-2.0", "request").catch(() => {});

  const accountLog = createAccountLog({
    log,
    replica,
    logger,
    whenApplied: async (revision) => workers?.whenApplied(revision),
    isReachable: isLogReachable,
    onAppended: metrics.noteAppend,
  });
  const shared = {
    authenticate: createAuthenticate(options, replica, logger),
    state: () => replica.state,
    commit: accountLog.commit,
    catchUp: accountLog.catchUp,
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
  const orders = await startOrders({ options, replica, commit, kind, logger });
  if (orders) stops.push(() => orders.stop());
  const ownLogs = workers && createFunctionLogReport(workers.ask, options.data);
  const sharedLogs = await followShared(log.sideChannel, roster, ownLogs);
  if (sharedLogs) stops.push(async () => sharedLogs.stop());
  const keyWatch = new KeyWatch(options);
  const serves = workers !== undefined || options.apiTls === "acme";
  const findKeyTrouble = (): string | undefined =>
    serves ? keyWatch.findTrouble(replica.state) : undefined;
  const runs = askRuns({
    channel: log.sideChannel,
    roster,
    metrics,
    isEdge: workers !== undefined,
  });
  stops.push(runs.stop);
  const conductor = startConductor(replica, commit, reports, logger);
  stops.push(async () => conductor.stop());
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
      accountLog,
      readNodes: roster.list,
      readWaves: conductor.read,
      readVersionRuns: runs.read,
      keptCopies: options.keptCopies,
      judge: { tester, atEdge: judgeAtEdge, readSurroundings },
      cache: workers && createCacheReport(workers.ask, options),
      traces: workers && options.traces === "on" ? createTraceReport(workers.ask) : undefined,
      sendToEdge: edgeUrls && sendingTo(edgeUrls),
      recordedRuns:
        workers && options.record !== "off" ? createRecordedRuns(workers.ask) : undefined,
      rehearse: workers && options.record !== "off" ? rehearsing() : undefined,
      sealingKeys: await openSealingKeys(options, recordKey),
      scheme,
      functionLogs: sharedLogs?.read ?? ownLogs,
      metrics: metricsReport(options, metrics),
      allowReset: options.allowReset,
      readyWorkers: () => workers?.readyCount ?? 0,
      fullWorkers: () => workers?.fullCount ?? 0,
      whyNotReady: health.whyNotReady,
      isFull: () => isFull,
      failingCertificates: () => orders?.failing() ?? [],
      certificateTrouble: () => orders?.trouble() ?? findKeyTrouble(),
    },
    {
      connectionsMax: connectionsMax(openFilesLimit(), ownFiles + options.workers),
      onFull: (full) => {
        isFull = full;
      },
      certificates: certificates?.current,
      readConsoleFile: options.console === "on" ? consoleFiles() : undefined,
    },
  );
  const { apiHost: host, apiPort } = options;
  await listenOn(listener.server, { host, port: apiPort }, "--api-port");
  stops.push(() => listener.drain(options.drainMs));
  return urlOf({ host, port: (listener.server.address() as AddressInfo).port }, scheme);
}

async function startOrders(parts: OrdersParts): Promise<CertificateOrders | undefined> {
  const { acmeEmail, acmeNames } = parts.options;
  if (acmeEmail === "" && acmeNames === "") return undefined;
  const { startCertificateOrders } = await import("./acme/start-orders.ts");
  return startCertificateOrders(parts);
}

/** @returns undefined where the log is this machine's alone */
async function followShared(
  channel: SideChannel | undefined,
  roster: NodeRoster,
  ownLogs: ReadFunctionLogs,
): Promise<FollowLogs | undefined> {
  if (channel === undefined) return undefined;
  const { followLogs } = await import("./shared-logs/follow-logs.ts");
  return followLogs({ channel, roster, ownLogs });
}

interface RunsAsking {
  readonly channel: ChangeLog["sideChannel"];
  readonly roster: NodeRoster;
  readonly metrics: NodeMetrics;
  readonly isEdge: boolean;
}

/** Loads what asks edges when somebody asks first. */
function askRuns({ channel, roster, metrics, isEdge }: RunsAsking): {
  readonly read: ReadVersionRuns;
  readonly stop: () => Promise<void>;
} {
  let asker: Promise<RunsAsker> | undefined;
  const start = async (): Promise<RunsAsker> => {
    const { startAsker } = await import("./version-runs/start-asker.ts");
    return startAsker({ channel, roster, totals: isEdge ? metrics.totals : undefined });
  };
  return {
    read: async (name) => (await (asker ??= start())).read(name),
    stop: async () => (await asker)?.stop(),
  };
}

function startConductor(
  replica: Replica,
  commit: AccountLog["commit"],
  reports: WaveReports,
  logger: Logger,
): WaveConductor {
  const now = (): number => performance.now();
  const conductor = new WaveConductor({ state: () => replica.state, commit, now, logger });
  replica.onChange((state, before) => {
    if (state.functions !== before.functions) conductor.noteChange();
  });
  replica.onSkip(() => conductor.noteChange());
  reports.onTallies((tallies) => conductor.noteTallies(tallies));
  return conductor;
}

/** Loaded when somebody opens the console. */
function consoleFiles(): ReadConsoleFile {
  let reading: Promise<ReadConsoleFile> | undefined;
  return async (name, takesGzip) => {
    reading ??= import("./console-files.ts").then(({ createConsoleFiles }) => createConsoleFiles());
    return (await reading)(name, takesGzip);
  };
}

/** Loaded with the first rehearsal. */
function rehearsing(): Rehearse {
  let beginning: Promise<Rehearse> | undefined;
  return async (subject, pages) => {
    beginning ??= import("./rehearsal/rehearse-recorded.ts").then(({ createRehearse }) =>
      createRehearse(),
    );
    return (await beginning)(subject, pages);
  };
}

/** Loaded when somebody sends something. */
function sendingTo(urls: NonNullable<ApiParts["edgeUrls"]>): SendToEdge {
  return async (request) => {
    const { createSendToEdge: create } = await import("./send-to-edge.ts");
    return create(urls)(request);
  };
}

/** @returns undefined where nothing is sealed; what opens it is loaded where something is */
async function openSealingKeys(
  options: NodeOptions,
  recordKey: string | undefined,
): Promise<ReadSealingKeys | undefined> {
  const { record, recordSealed } = options;
  if (recordKey === undefined || record === "off" || recordSealed === "") return undefined;
  const { createSealingKeys } = await import("./sealing-keys.ts");
  return createSealingKeys(options, recordKey);
}

/** By the code that serves viewers, some 50 files, which are loaded with the first verdict that is asked for. */
const judgeAtEdge: FunctionJudge["atEdge"] = async (runs, distribution) => {
  const { edgeVerdict } = await import("../edge/function/edge-verdict.ts");
  return edgeVerdict(runs, distribution);
};

/** With the rules of events' files, which are loaded with it. */
const readSurroundings: FunctionJudge["readSurroundings"] = async (expect, given) => {
  const { readSurroundings: read } = await import("./event-surroundings.ts");
  return read(expect, given);
};

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
