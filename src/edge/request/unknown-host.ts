/** What a viewer gets whose host no distribution has. */
import { refusals, type Refusal } from "../answer/refusals.ts";

/** Paths of the APIs, which nobody asks an edge for who means an edge. */
const apiPath = /^\/(?:2020-05-31|key-value-stores|footlight\/v1)(?:\/|$)/;

/** A client that was given the edge's port for the API's prints the page, and whoever reads it is led on. */
export function refuseUnknownHost(path: string): Refusal {
  if (!apiPath.test(path)) return refusals.unknownHost;
  const sentence =
    "This is an edge, which serves viewers. The API is the control plane's, at another port: 4580, unless --api-port says otherwise.";
  return { ...refusals.unknownHost, sentence };
}
