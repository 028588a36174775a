/** Opens the change log that a node's options name. */
import { silentLogger, type Logger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { openLog, type OpenOptions } from "../log/open-log.ts";
import { locateLog } from "./locate-log.ts";
import type { logOptionNames, NodeOptions } from "./options.ts";

export type LogOptions = Pick<NodeOptions, (typeof logOptionNames)[number] | "data">;

export interface HowToOpen {
  /** Whether to make a log in NATS where there is none; one in a file always is. */
  readonly mayMake: boolean;
  readonly logger?: Logger;
}

/** @throws when it cannot be opened */
export async function openNodeLog(
  options: LogOptions,
  { mayMake, logger = silentLogger }: HowToOpen,
): Promise<ChangeLog> {
  return openLog(locateLog(options), {
    jetStream: jetStreamOptionsOf(options),
    mayMake,
    warn: (message) => logger.warn({}, message),
  });
}

export function jetStreamOptionsOf(
  options: Omit<LogOptions, "data" | "log">,
): NonNullable<OpenOptions["jetStream"]> {
  return {
    prefix: options.logPrefix,
    replicas: options.logReplicas,
    credentials: options.logCredentials,
    ca: options.logCa,
    certificate: options.logCertificate,
    key: options.logKey,
  };
}
