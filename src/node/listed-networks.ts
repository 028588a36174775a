/** The options that list addresses and networks, read for the edge. */
import { readNetworks, type Networks } from "../base/networks.ts";
import { flagOf, OptionError } from "./option-table.ts";
import type { OptionsOf } from "./options.ts";

export interface ListedNetworks {
  /** Load balancers that say whose a connection is; undefined where there are none. */
  readonly proxyPeers: Networks | undefined;
  /** Whose handshakes never wait; undefined where everybody's may. */
  readonly neverDelayed: Networks | undefined;
}

/** @throws OptionError, when what is listed is neither an address nor a network */
export function listedNetworks({
  proxyProtocolFrom,
  neverDelay,
}: Pick<OptionsOf<"edge">, "proxyProtocolFrom" | "neverDelay">): ListedNetworks {
  return {
    proxyPeers: read("proxyProtocolFrom", proxyProtocolFrom),
    neverDelayed: read("neverDelay", neverDelay),
  };
}

function read(option: string, text: string): Networks | undefined {
  try {
    return readNetworks(text);
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot use ${flagOf(option)}: ${message}`, { cause: error });
  }
}
