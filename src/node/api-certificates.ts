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
import {
  markOfFile,
  markOfFolder,
  readCertificateFolder,
  type FolderContent,
} from "../certificates/certificate-folder.ts";
import { CertificateSet } from "../certificates/certificate-set.ts";
import { authorityFolder, readLeaf } from "../certificates/local-authority.ts";
import {
  readServerCertificate,
  type ServerCertificate,
} from "../certificates/server-certificate.ts";
import { joined } from "./edge-certificates.ts";
import { keepLocalCertificate } from "./local-certificates.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";
import {
  keepUnreadable,
  noCertificates,
  watchCertificateFiles,
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
  const folder = authorityFolder(data);
  const { current, stop } = watchCertificateFiles({
    mark: () => markOfFolder(folder),
    read: () => new CertificateSet(requireLeaf(folder)),
    logger,
  });
  return {
    current: apiTls === "acme" ? joined(current, issued) : current,
    stop: () => {
      stop();
      stopKeeping();
    },
  };
}

function requireLeaf(folder: string): ServerCertificate {
  const leaf = readLeaf(folder);
  if (leaf === undefined)
    throw new Error(`There is no certificate of a local authority in ${folder}`);
  return leaf;
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
  return watchCertificateFiles({
    mark: () => `${markOfFile(chainFile)}\n${markOfFile(keyFile)}`,
    read: () => new CertificateSet(readGiven(chainFile, keyFile)),
    logger,
  });
}

function readGiven(chainFile: string, keyFile: string): ServerCertificate {
  const given = readServerCertificate(
    readFileSync(chainFile, "utf8"),
    readFileSync(keyFile, "utf8"),
  );
  if (!given.isForServers) throw new Error("it is for clients alone, by its extended key usage");
  return given;
}

interface Current {
  readonly set: CertificateSet;
  readonly content: FolderContent;
}

function openFolder(folder: string, logger: Logger): WatchedCertificates<CertificateSet> {
  const { current, stop } = watchCertificateFiles({
    mark: () => markOfFolder(folder),
    read: (before: Current | undefined) => readFolder(folder, before, logger),
    logger,
  });
  return { current: () => current().set, stop };
}

function readFolder(folder: string, before: Current | undefined, logger: Logger): Current {
  const now = readCertificateFolder(folder);
  const content = keepUnreadable(now, before?.content ?? noCertificates, logger);
  const forServers = [...content.certificates].filter(([, { isForServers }]) => isForServers);
  const [first] = forServers.toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (first === undefined) {
    throw new Error(now.problems[0] ?? "there is no NAME.crt with NAME.key in the folder");
  }
  return {
    set: new CertificateSet(first[1], content.byId, content.certificates.values()),
    content,
  };
}
