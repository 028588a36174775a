/**
 * The certificates that an edge worker shows its viewers: that of the local authority, those of the operator's folder, and
 * for names that those are not for what was issued by ACME.
 */
import type { Logger } from "../base/logger.ts";
import { CertificateSet } from "../certificates/certificate-set.ts";
import {
  markOfFolder,
  readCertificateFolder,
  type FolderContent,
} from "../certificates/certificate-folder.ts";
import { authorityFolder, readLeaf } from "../certificates/local-authority.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";
import { keepUnreadable, noCertificates, watchCertificateFiles } from "./watched-certificates.ts";

export interface CertificateSources {
  /** The data folder, which the local authority is in. */
  readonly data: string;
  /** The operator's folder; empty for none. */
  readonly certificates: string;
}

/**
 * @param issued those that were issued, the same array as long as they are the same
 * @returns the certificates as they are at each moment
 * @throws Error, when there is no certificate of the local authority, or no such folder
 */
export function watchCertificates(
  sources: CertificateSources,
  issued: () => readonly ServerCertificate[],
  logger: Logger,
): () => CertificateSet {
  const { current } = watchCertificateFiles({
    mark: () => markOf(sources),
    read: (before: Current | undefined) => read(sources, before, logger),
    logger,
  });
  return joined(() => current().set, issued);
}

/** @returns both as they are at each moment */
export function joined(
  own: () => CertificateSet,
  issued: () => readonly ServerCertificate[],
): () => CertificateSet {
  let ownThen: CertificateSet | undefined;
  let issuedThen: readonly ServerCertificate[] = [];
  let both: CertificateSet | undefined;
  return () => {
    const [ownNow, issuedNow] = [own(), issued()];
    if (both === undefined || ownNow !== ownThen || issuedNow !== issuedThen) {
      [ownThen, issuedThen] = [ownNow, issuedNow];
      both = issuedNow.length === 0 ? ownNow : ownNow.beside(issuedNow);
    }
    return both;
  };
}

interface Current {
  readonly set: CertificateSet;
  readonly content: FolderContent;
}

function read(sources: CertificateSources, before: Current | undefined, logger: Logger): Current {
  const standard = readLeaf(authorityFolder(sources.data));
  if (standard === undefined)
    throw new Error("The data folder has no certificate of its local authority");
  const now =
    sources.certificates === "" ? noCertificates : readCertificateFolder(sources.certificates);
  const content = keepUnreadable(now, before?.content ?? noCertificates, logger);
  const set = new CertificateSet(standard, content.byId, content.certificates.values());
  return { set, content };
}

function markOf({ data, certificates }: CertificateSources): string {
  const folders = [authorityFolder(data), ...(certificates === "" ? [] : [certificates])];
  return folders.map(markOfFolder).join("\n");
}
