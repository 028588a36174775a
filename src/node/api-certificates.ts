/**
 * The certificate of the control plane's port, by `--api-tls`:
 *
 *   off             none: the API speaks http
 *   local           the local authority's, for localhost, the loopback addresses and the hosts that the node listens on
 *   acme            what was issued by ACME for the name in the handshake (--acme-names), and the local authority's for all else
 *   FILE            its chain and its key, in PEM, in one file
 *   FILE,KEYFILE    the same in two
 *   FOLDER          several, as --certificates has them; the name in the handshake chooses, and the first by its name is for who names none of theirs
 */
import { readFileSync, statSync } from "node:fs";
import type { Logger } from "../base/logger.ts";
import { markOfFile, type FolderContent } from "../certificates/certificate-folder.ts";
import { CertificateSet } from "../certificates/certificate-set.ts";
import { authorityFolder } from "../certificates/local-authority.ts";
import {
  readServerCertificate,
  type ServerCertificate,
} from "../certificates/server-certificate.ts";
import { joined } from "./edge-certificates.ts";
import { keepLocalCertificate } from "./local-certificates.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";
import {
  watchCertificate,
  watchCertificateFolder,
  watchLocalCertificate,
  type WatchedCertificates,
} from "./watched-certificates.ts";

/**
 * @returns undefined where the API speaks http
 * @param issued what ACME has brought, the same array as long as it is the same
 * @throws OptionError, when `--api-tls` names what can't be read, or holds no certificate
 * @throws Error, when the local authority is damaged, or can't be written
 */
export async function openApiCertificates(
  options: NodeOptions,
  issued: () => readonly ServerCertificate[],
  logger: Logger,
): Promise<WatchedCertificates<CertificateSet> | undefined> {
  const { apiTls, data } = options;
  if (apiTls === "off") return undefined;
  if (apiTls !== "local" && apiTls !== "acme")
    return asOption(apiTls, () => openGiven(apiTls, logger));
  const stopKeeping = await keepLocalCertificate(options, logger);
  const { current, stop } = alone(watchLocalCertificate(authorityFolder(data), logger));
  return {
    current: apiTls === "acme" ? joined(current, issued) : current,
    stop: () => {
      stop();
      stopKeeping();
    },
  };
}

/** @returns a set of it alone */
function alone({
  current,
  stop,
}: WatchedCertificates<ServerCertificate>): WatchedCertificates<CertificateSet> {
  let set = new CertificateSet(current());
  return {
    current: () => (set.standard === current() ? set : (set = new CertificateSet(current()))),
    stop,
  };
}

function asOption<Result>(apiTls: string, open: () => Result): Result {
  try {
    return open();
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot read the certificate of --api-tls ${apiTls}: ${message}`, {
      cause: error,
    });
  }
}

function openGiven(given: string, logger: Logger): WatchedCertificates<CertificateSet> {
  const [chainFile = "", keyFile = chainFile] = given.split(",");
  if (keyFile === chainFile && statSync(chainFile).isDirectory()) return openFolder(given, logger);
  return alone(
    watchCertificate(
      () => `${markOfFile(chainFile)}\n${markOfFile(keyFile)}`,
      () => readGiven(chainFile, keyFile),
      logger,
    ),
  );
}

function readGiven(chainFile: string, keyFile: string): ServerCertificate {
  const given = readServerCertificate(
    readFileSync(chainFile, "utf8"),
    readFileSync(keyFile, "utf8"),
  );
  if (!given.isForServers) throw new Error("it is for clients alone, by its extended key usage");
  return given;
}

function openFolder(folder: string, logger: Logger): WatchedCertificates<CertificateSet> {
  const { current, stop } = watchCertificateFolder(folder, logger);
  let read = current();
  const first = setOf(read);
  if (first === undefined) {
    stop();
    throw new Error(read.problems[0] ?? "there is no NAME.crt with NAME.key in the folder");
  }
  let shown = first;
  return {
    current: () => {
      const now = current();
      if (now !== read) {
        read = now;
        const set = setOf(now);
        if (set === undefined)
          logger.error({ folder }, "no certificate is left; the one before stays");
        else shown = set;
      }
      return shown;
    },
    stop,
  };
}

/** @returns undefined where there is none for a server */
function setOf({ certificates, byId }: FolderContent): CertificateSet | undefined {
  const forServers = [...certificates].filter(([, { isForServers }]) => isForServers);
  const [first] = forServers.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return first && new CertificateSet(first[1], byId, certificates.values());
}
