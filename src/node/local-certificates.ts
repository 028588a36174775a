/** The local authority of a node's data folder, and the certificate of its distributions' own names. */
import { isIP } from "node:net";
import { hostname } from "node:os";
import {
  authorityFolder,
  findRootTrouble,
  keptFor,
  readLeaf,
} from "../certificates/local-authority.ts";
import { makeLocalAuthorityApart } from "../certificates/local-authority-apart.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { NodeOptions } from "./options.ts";

type Named = Pick<NodeOptions, "data" | "domainSuffix" | "edgeHost" | "apiHost">;

/**
 * How often it is looked whether the certificate must be renewed, in milliseconds. Of a machine that slept, or whose clock
 * was set, it may be over by then, and to look takes a fraction of a millisecond.
 */
const renewalIntervalMs = 10 * 60_000;

/**
 * Makes what is missing, and renews what is about to expire or by this machine's clock not good yet, now and from time to time.
 *
 * @returns what ends that
 * @throws Error, when a file is damaged, or none that is good is there and the folder can't be written
 */
export async function keepLocalCertificate(
  options: Named,
  logger: Logger,
  now: Clock = () => new Date(),
): Promise<() => void> {
  const certificate = new LocalCertificate(options, logger);
  const tell = (err: unknown): void =>
    logger.error({ err }, "the local certificate could not be renewed");
  await certificate.look(now()).catch((error: unknown) => {
    // With a month left, as on a disk that is full, it is served by; the next look may do better.
    if (!certificate.isGood(now())) throw error;
    tell(error);
  });
  const timer = setInterval(() => {
    certificate.look(now()).catch(tell);
  }, renewalIntervalMs).unref();
  return () => clearInterval(timer);
}

export class LocalCertificate {
  readonly #names: readonly string[];
  readonly #folder: string;
  readonly #logger: Logger;
  #hasToldTrouble = false;

  constructor(options: Named, logger: Logger) {
    this.#names = localNames(options);
    this.#folder = authorityFolder(options.data);
    this.#logger = logger;
  }

  /** Whether what is kept can be served by, due or not. */
  isGood(now: Date): boolean {
    try {
      return keptFor(this.#folder, this.#names, now, 0) !== undefined;
    } catch {
      return false;
    }
  }

  /**
   * Makes it anew where that is due, and says in the log where a clock that was set is why.
   *
   * @throws Error, when a file is damaged, or the folder can't be written
   */
  async look(now: Date): Promise<void> {
    const before = readLeaf(this.#folder);
    await makeLocalAuthorityApart(this.#folder, this.#names, now);
    const after = readLeaf(this.#folder);
    if (before !== undefined && after?.fingerprint !== before.fingerprint) {
      tellRenewal(before, now, this.#logger);
    }
    const trouble = findRootTrouble(this.#folder, now);
    if (trouble !== undefined && !this.#hasToldTrouble) {
      this.#logger.error({ trouble }, "nobody whose clock is this one can trust the local root");
    }
    this.#hasToldTrouble = trouble !== undefined;
  }
}

function tellRenewal({ validFrom, validTo }: ServerCertificate, now: Date, logger: Logger): void {
  const about = { from: validFrom.toISOString(), until: validTo.toISOString() };
  if (validFrom <= now && now <= validTo) {
    logger.info(about, "the local certificate was renewed");
    return;
  }
  logger.warn(
    about,
    "the local certificate was not good by this machine's clock, and was made anew; has the clock been set?",
  );
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
