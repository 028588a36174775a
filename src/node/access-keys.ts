/**
 * Access keys in the change log of a data folder, for the command line: whoever may write there is
 * the operator. Nodes that follow the log, running or not, go by what is written at once.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../base/logger.ts";
import { newAccessKey, type NewAccessKey } from "../control/access/new-access-key.ts";
import { openSecret } from "../control/access/sealed-secret.ts";
import { remarksOn } from "../control/access/policy-remarks.ts";
import type { AccessKey } from "../model/access-key.ts";
import type { Cause, Fact } from "../state/change.ts";
import { commitChange } from "../state/commit.ts";
import { Replica } from "../state/replica.ts";
import type { State } from "../state/state.ts";
import { createLogger } from "./logger.ts";
import { openNodeLog } from "./open-node-log.ts";
import { OptionError } from "./option-table.ts";
import { type logOptionNames, type NodeOptions } from "./options.ts";
import { loadSecretKey, secretKeyVariable } from "./secret-key.ts";

export type AccessKeyOptions = Pick<
  NodeOptions,
  (typeof logOptionNames)[number] | "data" | "account" | "secretKeyFile" | "logLevel"
>;

export interface NewKeyInput {
  /** A policy document: JSON in IAM's form. */
  readonly policy: string;
  readonly user?: string;
  /** How long a temporary key is valid; a key without it is valid until it is deleted. */
  readonly expiresInS?: number;
}

export interface AccessKeys {
  /** @throws PolicyError, OptionError */
  readonly create: (
    input: NewKeyInput,
  ) => Promise<NewAccessKey & { readonly remarks: readonly string[] }>;
  /** By creation, oldest first. */
  readonly list: () => readonly AccessKey[];
  /** @throws OptionError, when there is no such key */
  readonly delete: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * @param mayCreate whether to make a data folder that is not there; its first key may come before its
 *   first node
 * @throws OptionError, when the log is in memory, and so in no folder, or is not there
 */
export async function openAccessKeys(
  options: AccessKeyOptions,
  mayCreate: boolean,
): Promise<AccessKeys> {
  if (options.log === "memory:") {
    throw new OptionError("A log in memory ends with its node, so it cannot be given access keys");
  }
  const file = join(options.data, "changes.db");
  if (!mayCreate && options.log === "" && !existsSync(file)) {
    throw new OptionError(
      `No node has kept anything in ${options.data}, and no access key is there. --data says which folder is the node's`,
    );
  }
  const log = await openNodeLog(options, { mayMake: mayCreate });
  // No snapshots: keeping them is the nodes' business.
  const { account } = options;
  const replica = await Replica.open(log, { account, logger: silentLogger, snapshotEvery: 0 });

  const commit = async (operation: string, decide: (state: State) => Fact): Promise<void> => {
    const cause: Cause = {
      operation: `footlight:${operation}`,
      requestId: randomUUID(),
      principal: `operator:${systemUser()}`,
      sourceIp: "",
    };
    await commitChange(log, replica, (state) => ({
      ...decide(state),
      at: new Date().toISOString(),
      cause,
    }));
  };

  return {
    create: async ({ policy, user, expiresInS }) => {
      const remarks = remarksOn(policy, account);
      const secretKey = loadSecretKey({
        options,
        environment: process.env,
        mayCreate: replica.state.accessKeys.size === 0,
        logger: createLogger(options.logLevel),
      });
      refuseOtherSecretKey(secretKey, replica.state);
      const made = newAccessKey({
        secretKey,
        policy,
        ...(user && { user }),
        ...(expiresInS && { expires: new Date(Date.now() + expiresInS * 1000) }),
      });
      await commit("CreateAccessKey", () => made.fact);
      return { ...made, remarks };
    },
    list: () =>
      [...replica.state.accessKeys.values()].sort(
        (a, b) => a.createdTime.localeCompare(b.createdTime) || a.id.localeCompare(b.id),
      ),
    delete: (id) =>
      commit("DeleteAccessKey", (state) => {
        if (!state.accessKeys.has(id)) throw new OptionError(`There is no access key ${id}`);
        return { type: "access-key-deleted", id };
      }),
    close: async () => {
      await replica.close();
      await log.close();
    },
  };
}

/** No node could open both what is there and what is about to be made. */
function refuseOtherSecretKey(secretKey: Uint8Array, { accessKeys }: State): void {
  const [known] = accessKeys.values();
  if (known === undefined) return;
  try {
    openSecret(secretKey, known.id, known.sealedSecret);
  } catch (cause) {
    throw new OptionError(
      `${(cause as Error).message}. Give the one that the node has: its file with --secret-key-file, or ${secretKeyVariable}`,
      { cause },
    );
  }
}

/** In a container the process's user may have no name. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
