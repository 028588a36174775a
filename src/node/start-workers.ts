/** Starts the edge workers of a node on their common port. */
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import type { Logger } from "../base/logger.ts";
import type { SignerPems } from "../edge/request/signed/signer-keys.ts";
import type { StepTally } from "../model/wave-counts.ts";
import type { Replica } from "../state/replica.ts";
import { encodeInTurns } from "../state/encode-in-turns.ts";
import { differenceOf } from "../state/state-difference.ts";
import { choosePortSharing } from "./choose-port-sharing.ts";
import { prepareEdgeCache } from "./cache-folder.ts";
import { EdgeWorkers } from "./edge-workers.ts";
import { startOnFreePort } from "./free-port.ts";
import { workerFile } from "./fork-worker.ts";
import { onHttpsPort } from "./https-port.ts";
import { keepLocalCertificate } from "./local-certificates.ts";
import { sayWhetherConnectionsMigrate } from "./migrating-connections.ts";
import { urlOf } from "./listen-address.ts";
import { SharedQuarantine } from "./shared-quarantine.ts";
import { checkOriginCredentials } from "./origin-credentials.ts";
import { readLogOptions } from "./log-options.ts";
import { OptionError } from "./option-table.ts";
import { optionsOf, type NodeOptions } from "./options.ts";
import { readOriginOptions } from "./origin-options.ts";
import type { PortSharing } from "./port-sharing.ts";
import { listedNetworks } from "./listed-networks.ts";
import { readSignerKeys } from "./signer-key-files.ts";
import type { Counted } from "./worker-messages.ts";
import type { WorkersAhead } from "./workers-ahead.ts";

export interface StartedWorkers {
  readonly url: string;
  /** Where viewers connect by HTTPS; undefined where they can't. */
  readonly httpsUrl: string | undefined;
  readonly workers: EdgeWorkers;
  /** Resolves when all of them serve. @throws Error, when one cannot */
  readonly whenServing: Promise<void>;
  /** See WorkerSettings. */
  readonly recordKey: string;
}

export interface WorkersInput {
  readonly options: NodeOptions;
  readonly replica: Replica;
  readonly onCounted: (told: Counted) => void;
  readonly onTallied: (tallies: readonly StepTally[]) => void;
  /** Told when the process of each was started, which then loads for a while. */
  readonly onForked?: (() => void) | undefined;
  /** Whether they are not waited for, and listen only when they are told to. */
  readonly isHeld: boolean;
  /** Processes of workers that were started ahead. */
  readonly ahead?: WorkersAhead | undefined;
  readonly logger: Logger;
}

/**
 * @throws OptionError, when an option about origins, load balancers, or the trusted signers' keys, names what is not there
 * @throws Error, when a port is taken, or a worker cannot start
 */
export async function startWorkers(input: WorkersInput): Promise<StartedWorkers> {
  const { account, edgeHost, edgePort, originCredentials, trustedSignerKeys } = input.options;
  // Each worker reads them for itself: what is wrong with them is to be said once, and before any starts.
  readOriginOptions(input.options);
  requireFolder(input.options.certificates);
  listedNetworks(input.options);
  readLogOptions(input.options);
  checkOriginCredentials(originCredentials, input.logger);
  const signerPems = readSignerKeys(trustedSignerKeys, account);
  const sharing = await choosePortSharing(edgeHost, input.ahead);
  const startOnEach = (port: number): Promise<StartedWorkers> =>
    onHttpsPort(input.options, (httpsPort) =>
      startOn({ port, httpsPort }, sharing, signerPems, input),
    );
  return edgePort === 0 ? startOnFreePort(edgeHost, startOnEach) : startOnEach(edgePort);
}

/** @throws OptionError, when the operator's certificates can't be looked for where they should be */
function requireFolder(certificates: string): void {
  if (certificates === "") return;
  try {
    readdirSync(certificates);
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot read the folder of --certificates: ${message}`, { cause: error });
  }
}

interface Ports {
  readonly port: number;
  readonly httpsPort: number | undefined;
}

async function startOn(
  { port, httpsPort }: Ports,
  sharing: PortSharing,
  signerPems: SignerPems,
  { options, replica, onCounted, onTallied, onForked, isHeld, logger }: WorkersInput,
): Promise<StartedWorkers> {
  const { edgeHost: host } = options;
  const quarantine = new SharedQuarantine(logger);
  const settings = {
    ...optionsOf(options, ["edge", "node"]),
    edgePort: port,
    httpsPort,
    ticketKeys: randomBytes(48).toString("base64"),
    recordKey: randomBytes(32).toString("base64"),
    session: randomUUID(),
    flightPath: quarantine.flightPath,
    signerPems,
  };
  // Beside the start of the workers: none opens the cache before it has the state.
  const prepared = Promise.all([
    prepareEdgeCache(settings, logger),
    httpsPort === undefined ? undefined : keepLocalCertificate(options, logger),
  ]);
  // Whoever waits for it is told, once somebody does.
  prepared.catch(() => {});
  const workers = new EdgeWorkers({
    count: options.workers,
    settings,
    quarantine,
    sharing,
    file: workerFile,
    snapshot: async () => {
      await prepared;
      const { state } = replica;
      return { revision: state.revision, bytes: await encodeInTurns(state) };
    },
    onCounted,
    onTallied,
    onForked,
    isHeld,
    logger,
  });
  const stopFeeding = replica.onChange((_state, _previous, entry) =>
    workers.apply(entry.revision, entry.bytes),
  );
  replica.onSkip((state, previous) => workers.skip(differenceOf(previous, state)));
  const whenServing = workers.start().catch((error: unknown) => {
    stopFeeding();
    throw error;
  });
  if (isHeld) whenServing.catch(() => {});
  else await whenServing;
  if (sharing.reusePort && options.workers > 1) sayWhetherConnectionsMigrate(logger);
  const httpsUrl = httpsPort && urlOf({ host, port: httpsPort }, "https");
  const { recordKey } = settings;
  const url = urlOf({ host, port });
  return { url, httpsUrl: httpsUrl || undefined, workers, whenServing, recordKey };
}
