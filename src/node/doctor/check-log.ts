/** Whether the change log is there and can be written, and whether the clock is not behind what it has. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { silentLogger } from "../../base/logger.ts";
import type { ChangeLog, Revision } from "../../log/change-log.ts";
import { isNatsAddress } from "../../log/open-log.ts";
import { OwnCopy, ownCopiesIn } from "../../log/own-copy.ts";
import { applyEntry } from "../../state/apply-entry.ts";
import { decodeChange } from "../../state/encode-change.ts";
import { loadState } from "../../state/load-state.ts";
import type { State } from "../../state/state.ts";
import { logAddressOf, nameOfLog } from "../locate-log.ts";
import { openNodeLog, type LogOptions } from "../open-node-log.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

/** What signatures of requests may differ by from the clock of who checks them. */
const clockMayDifferMs = 300_000;

export interface LookedAtLog {
  readonly finding: Finding;
  /** When its newest change was made, by the clock of who made it; undefined where there is none. */
  readonly newestAt: Date | undefined;
  /** What its changes come to; undefined where it can't be told. */
  readonly state: State | undefined;
}

const pageLength = 1000;

export async function checkLog(options: LogOptions & { account: string }): Promise<LookedAtLog> {
  const address = logAddressOf(options);
  const file = /^sqlite:(.+)$/.exec(address)?.[1];
  if (file !== undefined && !existsSync(file)) {
    const says = `there is none in ${file} yet; a node with a control plane makes it`;
    return { finding: ok("change log", says), newestAt: undefined, state: undefined };
  }
  try {
    const log = await openNodeLog(options, { mayMake: false });
    try {
      const trouble = await findOwnTrouble(log, options);
      if (trouble !== undefined) {
        const remedy = "Until then this node serves what it has: docs/scale.md says more";
        const finding = failure("change log", trouble, remedy);
        return { finding, newestAt: undefined, state: undefined };
      }
      const revision = await log.lastRevision();
      const reason = await log.findFailure();
      const [entry] = await log.read(Math.max(0, revision - 1), 1);
      const at = entry && decodeChange(entry.bytes).at;
      const newestAt = at === undefined ? undefined : new Date(at);
      if (reason !== undefined) {
        const remedy =
          "Make room, or let this user write the file: until then nothing can be changed";
        return {
          finding: failure("change log", `it cannot be written: ${reason.message}`, remedy),
          newestAt,
          state: undefined,
        };
      }
      return {
        finding: ok("change log", `${nameOfLog(options)}, at revision ${revision}`),
        newestAt,
        state: await stateOf(log, options.account),
      };
    } finally {
      await log.close();
    }
  } catch (error) {
    const remedy = "Choose another with --log, or bring it back: footlight restore";
    const says = `it cannot be read: ${(error as Error).message}`;
    return { finding: failure("change log", says, remedy), newestAt: undefined, state: undefined };
  }
}

/** @throws when an entry is damaged, or of a newer Footlight */
async function stateOf(log: ChangeLog, account: string): Promise<State> {
  let { state } = await loadState(log, { account, logger: silentLogger });
  for (;;) {
    const entries = await log.read(state.revision, pageLength);
    state = entries.reduce(applyEntry, state);
    if (entries.length === 0) return state;
  }
}

/** @returns how a log in NATS differs from the node's own copy of it, which is only looked at */
async function findOwnTrouble(
  log: ChangeLog,
  { log: address, data }: LogOptions,
): Promise<string | undefined> {
  const folders = isNatsAddress(address) ? ownCopiesIn(data) : [];
  if (folders.length === 0) return undefined;
  const [{ JetStreamLog }, { findTrouble }] = await Promise.all([
    import("../../log/jetstream-log.ts"),
    import("../../log/log-trouble.ts"),
  ]);
  if (!(log instanceof JetStreamLog)) return undefined;
  for (const folder of folders) {
    const copy = await OwnCopy.look(folder, silentLogger);
    try {
      const hash = await copy.findHash(copy.last);
      // A copy that is a snapshot alone has no entry to compare.
      if (hash === undefined) continue;
      const findHash = (revision: Revision): Promise<string | undefined> => copy.findHash(revision);
      const position = { revision: copy.last, hash };
      const trouble = await findTrouble(log, { id: copy.logId, position, findHash });
      if (trouble !== undefined) return trouble.says;
    } finally {
      await copy.close();
    }
  }
  return undefined;
}

/** @param isSynchronized what the system says of its clock; undefined where it says nothing */
export function checkClock(
  now: Date,
  newestAt: Date | undefined,
  isSynchronized: boolean | undefined = askSystem(),
): Finding {
  const says = now.toISOString();
  const remedy = "Set the clock, and keep it: sudo timedatectl set-ntp true";
  if (newestAt !== undefined && newestAt.getTime() - now.getTime() > clockMayDifferMs) {
    const newest = newestAt.toISOString();
    return failure("clock", `${says}, though the newest change is of ${newest}`, remedy);
  }
  if (isSynchronized === false)
    return warning("clock", `${says}, and nothing keeps it right`, remedy);
  return ok("clock", says);
}

/** Systems without systemd, and containers, say nothing. */
function askSystem(): boolean | undefined {
  try {
    const said = execFileSync("timedatectl", ["show", "--property=NTPSynchronized", "--value"], {
      encoding: "utf8",
      timeout: 2000,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return said === "yes" ? true : said === "no" ? false : undefined;
  } catch {
    return undefined;
  }
}
