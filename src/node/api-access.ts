/** Who may call a node's API: whoever reaches it, or whoever signs with an access key. */
import type { Logger } from "../base/logger.ts";
import { requireSignatures, trustEveryone, type Authenticate } from "../control/access/access.ts";
import { openSecret } from "../control/access/sealed-secret.ts";
import type { Replica } from "../state/replica.ts";
import type { NodeOptions } from "./options.ts";
import { loadSecretKey } from "./secret-key.ts";

/** @throws Error, when the log has access keys that this node's secret key cannot open */
export function createAuthenticate(
  options: NodeOptions,
  replica: Replica,
  logger: Logger,
): Authenticate {
  if (options.auth === "none") return trustEveryone;
  const { accessKeys } = replica.state;
  const secretKey = loadSecretKey({
    options,
    environment: process.env,
    mayCreate: accessKeys.size === 0,
    logger,
  });
  for (const { id, sealedSecret } of accessKeys.values()) openSecret(secretKey, id, sealedSecret);
  if (accessKeys.size === 0) {
    logger.warn({}, "no access key exists, so every call is refused: footlight keys create");
  }
  return requireSignatures({ state: () => replica.state, now: () => new Date(), secretKey });
}
