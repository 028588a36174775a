/** A node does not start whose API anyone could call by accident. */
import { isLoopback } from "./listen-address.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

/**
 * The edge is for viewers and may listen anywhere; the API changes what they get.
 *
 * @throws OptionError, when anyone on the network could call the API and nobody said that this is
 *   meant
 */
export function refuseOpenApi({ auth, apiHost, insecure }: NodeOptions): void {
  if (auth !== "none" || insecure || isLoopback(apiHost)) return;
  throw new OptionError(
    `--api-host ${apiHost} is not loopback, and without --auth whoever reaches it can change everything. ` +
      "Start the node with --auth sigv4, or with --insecure where the network itself is trusted",
  );
}
