/**
 * Certificates in files, which are looked at again and again: what has changed counts for the next connection, and what
 * can't be read leaves what was before.
 */
import type { Logger } from "../base/logger.ts";
import { certificatesById, type FolderContent } from "../certificates/certificate-folder.ts";

export interface CertificateFiles<Content> {
  /** @returns another text when a file was changed; throws, where that can't be told */
  readonly mark: () => string;
  /** @param before what was read last; undefined at first */
  readonly read: (before: Content | undefined) => Content;
  readonly logger: Logger;
  /** How often they are looked at. */
  readonly intervalMs?: number;
}

export interface WatchedCertificates<Content> {
  readonly current: () => Content;
  readonly stop: () => void;
}

const lookIntervalMs = 2000;

/** @throws Error, when they can't be read at first */
export function watchCertificateFiles<Content>({
  mark,
  read,
  logger,
  intervalMs = lookIntervalMs,
}: CertificateFiles<Content>): WatchedCertificates<Content> {
  let marked = mark();
  let current = read(undefined);
  const timer = setInterval(() => {
    try {
      const now = mark();
      if (now === marked) return;
      marked = now;
      current = read(current);
      logger.info({}, "certificates were read anew");
    } catch (error) {
      logger.error({ err: error }, "certificates could not be read anew; those before stay");
    }
  }, intervalMs).unref();
  return { current: () => current, stop: () => clearInterval(timer) };
}

export const noCertificates: FolderContent = {
  certificates: new Map(),
  byId: new Map(),
  problems: [],
  unreadable: new Set(),
  table: new Map(),
};

/**
 * What a folder has whose files are there and can't be read stays as it was before, and it is said what that is. What was taken
 * out of the folder is gone, whatever else is wrong with it: its key may be in other hands.
 */
export function keepUnreadable(
  now: FolderContent,
  before: FolderContent,
  logger: Logger,
): FolderContent {
  for (const problem of now.problems) logger.error({ problem }, "a certificate was left out");
  const certificates = new Map([
    ...[...before.certificates].filter(([name]) => now.unreadable.has(name)),
    ...now.certificates,
  ]);
  const table = now.table ?? before.table;
  return { ...now, certificates, table, byId: certificatesById(table, certificates) };
}
