/**
 * Opens what a node follows: its change log, and its replica of the account. A log in NATS by way of the
 * node's own copy, which it starts from where there is one.
 */
import { renameSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { FolderInUse } from "../log/held-folder.ts";
import { isNatsAddress } from "../log/open-log.ts";
import { OwnCopy, ownCopyFolder, takeOverCopy, type CopyOwner } from "../log/own-copy.ts";
import type { LogStanding, WitnessLog } from "../log/witness-log.ts";
import { isRefusal } from "../log/sqlite-error.ts";
import { encodeInTurns } from "../state/encode-in-turns.ts";
import { Replica, type ReplicaOptions } from "../state/replica.ts";
import { AnotherAccount } from "../state/snapshot.ts";
import { locateLog } from "./locate-log.ts";
import { jetStreamOptionsOf, openNodeLog } from "./open-node-log.ts";
import { openOnceThere } from "./open-once-there.ts";
import type { NodeOptions } from "./options.ts";

export interface OpenedAccount {
  readonly log: ChangeLog;
  readonly replica: Replica;
  /** Where the log is and how it stands, as far as that is known without asking. */
  readonly standing: () => LogStanding;
  /** The node's own copy of a log that others keep; undefined where the log is its own. */
  readonly copy: ChangeLog | undefined;
}

export interface HowToFollow {
  /** Whether it decides on changes. */
  readonly isWriter: boolean;
  /** The group of edges that it is one of; undefined for a node that nobody holds. */
  readonly group: string | undefined;
  readonly logger: Logger;
}

/** Of a log that is no further than the node's own disk. */
const localStanding: LogStanding = {
  isReachable: true,
  ...{ outage: undefined, last: undefined, trouble: undefined },
};

/** A control node shows what it acknowledged before it was stopped, if it can learn it within this. */
const catchUpMs = 5000;

/** @throws when the log cannot be opened, or is another account's */
export async function openAccount(options: NodeOptions, how: HowToFollow): Promise<OpenedAccount> {
  if (isNatsAddress(locateLog(options))) return openWitness(options, how);
  const { isWriter, logger } = how;
  const log = await openNodeLog(options, { mayMake: isWriter, logger });
  try {
    const replica = await Replica.open(log, replicaOptions(options, how));
    return { log, replica, standing: () => localStanding, copy: undefined };
  } catch (error) {
    await log.close();
    throw error;
  }
}

function replicaOptions({ account }: NodeOptions, { group, logger }: HowToFollow): ReplicaOptions {
  return { account, logger, ...(group !== undefined && { group }) };
}

async function openWitness(options: NodeOptions, how: HowToFollow): Promise<OpenedAccount> {
  const { isWriter, logger } = how;
  const open = (): Promise<Opened> =>
    openOnceThere(() => openFromCopy(options, how), { waitMs: options.logWait * 1000, logger });
  const { log, replica } = await open().catch(async (err: unknown) => {
    if (!(err instanceof UnusableCopy)) throw err;
    setAside(ownCopyFolder(options.data, ownerOf(how)));
    logger.error({ err }, "the node's own copy of the log cannot be used; it was set aside");
    return open();
  });
  const looked = log.start(() => ({
    revision: replica.state.revision,
    hash: replica.state.head,
  }));
  if (isWriter) await catchUp(looked, log, replica);
  void keepFirstSnapshot(log, replica, logger);
  if (isWriter) {
    const { keepObjects } = await import("./objects-keeper.ts");
    const { account, keptCopies } = options;
    void keepObjects({ log, replica, account, keptCopies, logger });
  }
  return { log, replica, standing: () => log.standing, copy: log.copy };
}

interface Opened {
  readonly log: WitnessLog;
  readonly replica: Replica;
}

async function openFromCopy(options: NodeOptions, how: HowToFollow): Promise<Opened> {
  const { isWriter, logger } = how;
  // A tenth of a second to load, which a log in a file need not wait for.
  const [{ WitnessLog: Witness }, { JetStreamLog }] = await Promise.all([
    import("../log/witness-log.ts"),
    import("../log/jetstream-log.ts"),
  ]);
  // How many servers keep the log is for those to say who may make it.
  const replicas = isWriter ? options.logReplicas : undefined;
  const jetStream = { ...jetStreamOptionsOf(options), replicas };
  takeOverCopy(options.data, ownerOf(how));
  const folder = ownCopyFolder(options.data, ownerOf(how));
  const copy = await OwnCopy.open(folder, logger).catch((error: unknown) => {
    throw error instanceof FolderInUse || isRefusal(error) ? error : new UnusableCopy(error);
  });
  const { last } = copy;
  let log: WitnessLog | undefined;
  try {
    log = await Witness.open({
      copy,
      open: async (mayMake) => {
        const found = await JetStreamLog.open(options.log, jetStream, mayMake);
        for (const warning of found.warnings) logger.warn({}, warning);
        return found;
      },
      isWriter,
      logger,
    });
    return { log, replica: await Replica.open(log, replicaOptions(options, how)) };
  } catch (error) {
    await (log ?? copy).close();
    if (last === 0 || error instanceof AnotherAccount || isRefusal(error)) throw error;
    throw new UnusableCopy(error);
  }
}

/** It is damaged, or of a format that this version does not read. */
class UnusableCopy extends Error {
  override readonly name = "UnusableCopy";

  constructor(cause: unknown) {
    super("The node's own copy of the change log cannot be used", { cause });
  }
}

function ownerOf({ isWriter }: HowToFollow): CopyOwner {
  return isWriter ? "control" : "edge";
}

function setAside(folder: string): void {
  renameSync(folder, `${folder}-${new Date().toISOString().replaceAll(":", "")}`);
}

async function catchUp(looked: Promise<void>, log: WitnessLog, replica: Replica): Promise<void> {
  const isLate = setTimeout(catchUpMs, undefined, { ref: false });
  const caughtUp = looked.then(async () => {
    const { last, trouble } = log.standing;
    if (last !== undefined && trouble === undefined) await replica.whenAt(last).catch(() => {});
  });
  await Promise.race([caughtUp, isLate]);
}

/** What the copy begins with, or goes on with where the log gave a later state. */
async function keepFirstSnapshot(
  log: WitnessLog,
  { state }: Replica,
  logger: Logger,
): Promise<void> {
  try {
    if ((await log.copy.lastRevision()) >= state.revision) return;
    await log.saveOwnSnapshot({ revision: state.revision, bytes: await encodeInTurns(state) });
  } catch (err) {
    logger.warn({ err }, "could not begin the node's own copy of the log");
  }
}
