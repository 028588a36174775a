/**
 * The certificates that an edge worker shows its viewers: that of the local authority, and those of the operator's folder.
 * Files are looked at again and again, and what has changed counts for the next connection; what can't be read leaves
 * what was before.
 */
import type { Logger } from "../base/logger.ts";
import { CertificateSet } from "../certificates/certificate-set.ts";
import {
  markOfFolder,
  readCertificateFolder,
  type FolderContent,
} from "../certificates/certificate-folder.ts";
import { authorityFolder, readLeaf } from "../certificates/local-authority.ts";

export interface CertificateSources {
  /** The data folder, which the local authority is in. */
  readonly data: string;
  /** The operator's folder; empty for none. */
  readonly certificates: string;
}

/** How often it is looked for changes, in milliseconds. */
const lookIntervalMs = 2000;

/**
 * @returns the certificates as they are at each moment
 * @throws Error, when there is no certificate of the local authority, or no such folder
 */
export function watchCertificates(
  sources: CertificateSources,
  logger: Logger,
  intervalMs = lookIntervalMs,
): () => CertificateSet {
  let mark = markOf(sources);
  let current = read(sources, undefined, logger);
  setInterval(() => {
    try {
      const now = markOf(sources);
      if (now === mark) return;
      mark = now;
      current = read(sources, current, logger);
      logger.info({}, "certificates were read anew");
    } catch (error) {
      logger.error({ err: error }, "certificates could not be read anew; those before stay");
    }
  }, intervalMs).unref();
  return () => current.set;
}

interface Current {
  readonly set: CertificateSet;
  readonly content: FolderContent;
}

const nothing: FolderContent = { certificates: new Map(), byId: new Map(), problems: [] };

function read(sources: CertificateSources, before: Current | undefined, logger: Logger): Current {
  const standard = readLeaf(authorityFolder(sources.data));
  if (standard === undefined)
    throw new Error("The data folder has no certificate of its local authority");
  const content =
    sources.certificates === "" ? nothing : readCertificateFolder(sources.certificates);
  for (const problem of content.problems) logger.error({ problem }, "a certificate was left out");
  const kept = keepUnreadable(content, before?.content ?? nothing);
  const set = new CertificateSet(standard, kept.byId, kept.certificates.values());
  return { set, content: kept };
}

/** While something can't be read, nothing that was there before is taken away. */
function keepUnreadable(now: FolderContent, before: FolderContent): FolderContent {
  if (now.problems.length === 0) return now;
  return {
    certificates: new Map([...before.certificates, ...now.certificates]),
    byId: new Map([...before.byId, ...now.byId]),
    problems: now.problems,
  };
}

function markOf({ data, certificates }: CertificateSources): string {
  const folders = [authorityFolder(data), ...(certificates === "" ? [] : [certificates])];
  return folders.map(markOfFolder).join("\n");
}
