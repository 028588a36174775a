/** The local authority of a node's data folder, and the certificate of its distributions' own names. */
import { isIP } from "node:net";
import { hostname } from "node:os";
import { authorityFolder } from "../certificates/local-authority.ts";
import { makeLocalAuthorityApart } from "../certificates/local-authority-apart.ts";
import type { Logger } from "../base/logger.ts";
import type { NodeOptions } from "./options.ts";

type Named = Pick<NodeOptions, "data" | "domainSuffix" | "edgeHost" | "apiHost">;

/**
 * How often it is looked whether the certificate must be renewed, in milliseconds. Of a machine that slept, or whose clock
 * was set, it may be over by then, and to look takes a fraction of a millisecond.
 */
const renewalIntervalMs = 10 * 60_000;

/**
 * Makes what is missing, and renews what is about to expire, now and from time to time.
 *
 * @returns what ends that
 * @throws Error, when a file is damaged, or the folder can't be written
 */
export async function keepLocalCertificate(options: Named, logger: Logger): Promise<() => void> {
  const names = localNames(options);
  const folder = authorityFolder(options.data);
  await makeLocalAuthorityApart(folder, names, new Date());
  const timer = setInterval(() => {
    makeLocalAuthorityApart(folder, names, new Date()).catch((error: unknown) => {
      logger.error({ err: error }, "the local certificate could not be renewed");
    });
  }, renewalIntervalMs).unref();
  return () => clearInterval(timer);
}

/**
 * What a node of this machine is called by; where it listens on all addresses, by the machine's name too. Clients of key
 * value stores put the account's id in front of the API's name.
 */
function localNames({ domainSuffix, edgeHost, apiHost }: Named): string[] {
  const names = [`*.${domainSuffix}`, domainSuffix, "localhost", "*.localhost", "127.0.0.1", "::1"];
  const hosts = [edgeHost, apiHost].map((host) =>
    isUnspecified(host) ? hostname().toLowerCase() : host.toLowerCase(),
  );
  const more = hosts.flatMap((host) => (isIP(host) === 0 ? [host, `*.${host}`] : [host]));
  return [...new Set([...names, ...more])];
}

function isUnspecified(host: string): boolean {
  return isIP(host) !== 0 && /^[0.:]+$/.test(host);
}
