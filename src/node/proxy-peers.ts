/** The option about load balancers, read for the edge. */
import { readProxyPeers, type ProxyPeers } from "../edge/viewer/proxied/proxy-peers.ts";
import { OptionError } from "./option-table.ts";
import type { OptionsOf } from "./options.ts";

/**
 * @returns undefined where there are none
 * @throws OptionError, when what is listed is neither an address nor a network
 */
export function chosenProxyPeers({
  proxyProtocolFrom,
}: Pick<OptionsOf<"edge">, "proxyProtocolFrom">): ProxyPeers | undefined {
  try {
    return readProxyPeers(proxyProtocolFrom);
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot use --proxy-protocol-from: ${message}`, { cause: error });
  }
}
