/** The certificates that an edge worker shows its viewers: that of the local authority, and those of the operator's folder. */
import type { Logger } from "../base/logger.ts";
import { CertificateSet } from "../certificates/certificate-set.ts";
import {
  markOfFolder,
  readCertificateFolder,
  type FolderContent,
} from "../certificates/certificate-folder.ts";
import { authorityFolder, readLeaf } from "../certificates/local-authority.ts";
import { keepUnreadable, noCertificates, watchCertificateFiles } from "./watched-certificates.ts";

export interface CertificateSources {
  /** The data folder, which the local authority is in. */
  readonly data: string;
  /** The operator's folder; empty for none. */
  readonly certificates: string;
}

/**
 * @returns the certificates as they are at each moment
 * @throws Error, when there is no certificate of the local authority, or no such folder
 */
export function watchCertificates(
  sources: CertificateSources,
  logger: Logger,
): () => CertificateSet {
  const { current } = watchCertificateFiles({
    mark: () => markOf(sources),
    read: (before: Current | undefined) => read(sources, before, logger),
    logger,
  });
  return () => current().set;
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
