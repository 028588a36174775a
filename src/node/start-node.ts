/**
 * Starts a node: log → replica → edge workers → API, in this order, each on what the one before
 * hands it; and stops it in the opposite one.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Logger } from "../base/logger.ts";
import { createApiListener } from "../control/api-listener.ts";
import type { Control } from "../control/handle-api-call.ts";
import { createImportReader } from "../control/key-value-stores/import-source.ts";
import { quotas as awsQuotas, readQuotas } from "../control/quotas.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { openLog } from "../log/open-log.ts";
import { createRuntime } from "../runtime/isolate-runtime.ts";
import type { Change } from "../state/change.ts";
import { decodeChange } from "../state/encode-change.ts";
import { commitChange } from "../state/commit.ts";
import { Replica } from "../state/replica.ts";
import { encodeSnapshot } from "../state/snapshot.ts";
import type { State } from "../state/state.ts";
import { createAuthenticate, refuseOpenApi } from "./api-access.ts";
import { EdgeWorkers } from "./edge-workers.ts";
import { listenErrorMessage } from "./listen-error.ts";
import { locateLog } from "./locate-log.ts";
import { createLogger } from "./logger.ts";
import { options as optionTable, type NodeOptions, type OptionName } from "./options.ts";

export interface RunningNode {
  /** Base URL of the control plane; absent on a node without one. */
  readonly api: string | undefined;
  /** Base URL viewers connect to; absent on a node without an edge. */
  readonly edge: string | undefined;
  /** Drains and stops everything. Calling it again waits for the same end. */
  readonly close: () => Promise<void>;
}

interface Parts {
  readonly control: boolean;
  readonly edge: boolean;
}

const defaults = Object.fromEntries(
  (Object.keys(optionTable) as OptionName[]).map((name) => [name, optionTable[name].default]),
) as NodeOptions;

/**
 * @param given what differs from the defaults of the options table
 * @throws Error, when a port is taken, the log cannot be opened, or Node lacks `--no-node-snapshot`
 */
export async function startNode(
  given: Partial<NodeOptions> = {},
  parts: Parts = { control: true, edge: true },
): Promise<RunningNode> {
  const options = { ...defaults, ...given };
  requireNoSnapshot();
  if (parts.control) refuseOpenApi(options);
  const logger = createLogger(options.logLevel);
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.toReversed()) await stop();
  };

  try {
    const log = await openLog(locateLog(options));
    stops.push(() => log.close());
    const replica = await Replica.open(log, { account: options.account, logger });
    stops.push(() => replica.close());

    const workers = parts.edge ? await startWorkers(options, replica, logger) : undefined;
    if (workers) stops.push(() => workers.workers.stop());
    const api = parts.control
      ? await startApi(options, { log, replica, logger, workers: workers?.workers }, stops)
      : undefined;

    let closed: Promise<void> | undefined;
    return { api, edge: workers?.url, close: () => (closed ??= stopAll()) };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function requireNoSnapshot(): void {
  if (process.execArgv.includes("--no-node-snapshot")) return;
  throw new Error(
    "Functions run in isolates, which need Node started with --no-node-snapshot. The footlight command arranges it; " +
      "a program that calls startNode() is started as: node --no-node-snapshot program.ts",
  );
}

async function startWorkers(
  options: NodeOptions,
  replica: Replica,
  logger: Logger,
): Promise<{ readonly url: string; readonly workers: EdgeWorkers }> {
  const { edgeHost: host, account, pop, drainMs, logLevel } = options;
  const port = options.edgePort === 0 ? await freePort(host) : options.edgePort;
  const workers = new EdgeWorkers({
    count: options.workers,
    settings: { host, port, account, pop, drainMs, logLevel },
    file: fileURLToPath(
      new URL(
        import.meta.url.endsWith(".ts") ? "./edge-worker.ts" : "./edge-worker.js",
        import.meta.url,
      ),
    ),
    snapshot: () => ({ revision: replica.state.revision, bytes: encodeSnapshot(replica.state) }),
    logger,
  });
  replica.onChange((_state, _previous, entry) => workers.apply(entry.revision, entry.bytes));
  await workers.start();
  return { url: urlOf(host, port), workers };
}

interface ApiParts {
  readonly log: ChangeLog;
  readonly replica: Replica;
  readonly logger: Logger;
  readonly workers: EdgeWorkers | undefined;
}

async function startApi(
  options: NodeOptions,
  { log, replica, logger, workers }: ApiParts,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const runtime = createRuntime({ now: () => new Date(), logger });
  stops.push(() => runtime.close());

  const shared = {
    authenticate: createAuthenticate(options, replica, logger),
    state: () => replica.state,
    commit: async (decide: (current: State) => Change): Promise<State> => {
      const { revision, state } = await commitChange(log, replica, decide);
      await workers?.whenApplied(revision);
      return state;
    },
    now: () => new Date(),
    newRequestId: randomUUID,
    logger,
  };
  const listener = createApiListener(
    {
      ...shared,
      runtime,
      domainSuffix: options.domainSuffix,
      readImportSource: createImportReader(options.importSources),
      quotas: chosenQuotas(options),
      isDeployed: (revision) => workers?.hasApplied(revision) ?? true,
    },
    {
      ...shared,
      readChanges: async (after, limit) =>
        (await log.read(after, limit)).map(({ revision, bytes }) => ({
          revision,
          change: decodeChange(bytes),
        })),
      allowReset: options.allowReset,
      readyWorkers: () => workers?.readyCount ?? 0,
    },
  );
  await listen(listener, options.apiPort, options.apiHost);
  stops.push(() => stopListening(listener, options.drainMs));
  return urlOf(options.apiHost, (listener.address() as AddressInfo).port);
}

/** @throws Error, when the file cannot be read, or names a quota that there is none of */
function chosenQuotas({ quotas }: NodeOptions): Control["quotas"] {
  if (quotas === "") return awsQuotas;
  return readQuotas(quotas.trimStart().startsWith("{") ? quotas : readFileSync(quotas, "utf8"));
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(listenErrorMessage(error as Error, host, port), { cause: error });
  }
}

/** Answers what is running, for at most `drainMs`, and takes nothing new. */
async function stopListening(server: Server, drainMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  // A connection that was busy when this began falls idle later.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const closed = once(server, "close");
  server.close();
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** A port that was free a moment ago: workers share one, so it must be known before they start. */
async function freePort(host: string): Promise<number> {
  const probe = createServer();
  await listen(probe, 0, host);
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
