/** Where this edge is, as functions see it: the same place as X-Amz-Cf-Pop names. */
import { isIP } from "node:net";
import { toldLocation } from "../model/edge-location.ts";
import type { EdgeLocation } from "../runtime/guest/cloudfront.ts";

/**
 * @param pop an edge location's whole name, like `FRA56-P4`; it begins with the airport's code
 * @param edgeHost what viewers connect to; one address of this machine where it is a name, or all
 */
export function edgeLocationOf(pop: string, edgeHost: string): EdgeLocation {
  const isOneAddress = isIP(edgeHost) !== 0 && !/^[0:.]+$/.test(edgeHost);
  return {
    ...toldLocation(pop),
    serverIp: isOneAddress ? edgeHost : "127.0.0.1",
  };
}
