/**
 * Looks now and then whether what a log in NATS keeps beside its entries is still there: snapshots, long
 * entries, and where it begins. Nodes that run need none of it and would not notice; a new one would find a
 * log that it cannot open. What is gone is made anew, from what this node keeps.
 */
import { setTimeout } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import type { JetStreamLog } from "../log/jetstream-log.ts";
import type { WitnessLog } from "../log/witness-log.ts";
import { encodeInTurns } from "../state/encode-in-turns.ts";
import { restoreBeginning } from "../state/repair-log.ts";
import type { Replica } from "../state/replica.ts";

/** Not all control nodes at the same time. */
const lookEveryMs = { from: 8000, to: 12_000 } as const;
/** Nothing is made on one answer of a server that may be just starting. */
const sureAfterMs = 1000;

export interface ObjectsKeeperParts {
  readonly log: WitnessLog;
  readonly replica: Replica;
  readonly account: string;
  /** How many published copies of each function are kept. */
  readonly keptCopies: number;
  readonly logger: Logger;
}

/** For a node that may write to the log. Ends when the log is closed. */
export async function keepObjects(parts: ObjectsKeeperParts): Promise<void> {
  const { log, logger } = parts;
  for (;;) {
    const { from, to } = lookEveryMs;
    await log.passTime(from + Math.random() * (to - from));
    if (log.isClosed) return;
    const there = log.attached;
    if (there === undefined) continue;
    try {
      if ((await isGone(there)) && log.attached === there) await makeAnew(there, parts);
    } catch (err) {
      // Where the log cannot be asked, others say so.
      logger.debug({ err }, "could not look for what the log keeps beside its entries");
    }
  }
}

async function isGone(log: JetStreamLog): Promise<boolean> {
  if (!(await log.lacksObjects())) return false;
  await setTimeout(sureAfterMs, undefined, { ref: false });
  return log.lacksObjects();
}

async function makeAnew(
  there: JetStreamLog,
  { log, replica, account, keptCopies, logger }: ObjectsKeeperParts,
): Promise<void> {
  logger.error(
    {},
    "the stream of the change log's snapshots and long entries was deleted; it is made anew from this node's own copy",
  );
  await there.makeObjects();
  await log.flushCopy();
  const [first, revision] = [await log.copy.firstRevision(), await log.copy.lastRevision()];
  const tried = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (err) {
      logger.error({ err }, `${what}: footlight log repair LOG --from another node's data folder`);
    }
  };
  // The first thing that a new node asks for.
  const { state } = replica;
  await there.saveSnapshot({ revision: state.revision, bytes: await encodeInTurns(state) });
  const ends = { first, revision };
  await tried("could not bring back what the change log begins with", () =>
    restoreBeginning(there, log.copy, ends, { account, logger, keptCopies }),
  );
  await tried("could not bring back all long entries of the change log", () =>
    there.putBackAside(log.copy),
  );
  logger.info({ revision: state.revision }, "the change log has a snapshot again");
}
