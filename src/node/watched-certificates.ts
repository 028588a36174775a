/**
 * Certificates in files, which are looked at again and again: what has changed counts for the next connection, and what
 * can't be read leaves what was before.
 *
 * Looking takes a small share of the thread's time, a little at a time, however many files they are: change notices of the
 * system do not come from network file systems, nor for what is behind links.
 */
import type { Logger } from "../base/logger.ts";
import {
  atOnce,
  certificatesById,
  markOfFile,
  readInSteps,
  type FolderContent,
  type ReadFolder,
} from "../certificates/certificate-folder.ts";
import { leafPath, readLeaf } from "../certificates/local-authority.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";

export interface CertificateFiles<Content> {
  /**
   * Reads them, a step at a time.
   *
   * @param before what was read last; undefined at first
   * @returns `before` itself where nothing has changed
   * @throws Error, when they can't be read
   */
  readonly read: (before: Content | undefined) => Generator<void, Content>;
  readonly logger: Logger;
  /** How often they are looked at, at most. */
  readonly intervalMs?: number;
  /** How many times as long as a look took there is none after it. */
  readonly restFactor?: number;
}

export interface WatchedCertificates<Content> {
  readonly current: () => Content;
  readonly stop: () => void;
}

const lookIntervalMs = 2000;
/** Nobody waits longer for a slice of a look. */
const sliceMs = 1;
/** What others have between two slices. */
const pauseMs = 4;
/** So that looking takes a hundredth of the thread's time at most. */
const restFactorUsually = 100;

/** @throws Error, when they can't be read at first */
export function watchCertificateFiles<Content>({
  read,
  logger,
  intervalMs = lookIntervalMs,
  restFactor = restFactorUsually,
}: CertificateFiles<Content>): WatchedCertificates<Content> {
  let current = atOnce(read(undefined));
  let failure: string | undefined;
  let timer = setTimeout(look, intervalMs).unref();
  let isStopped = false;

  function look(): void {
    let tookMs = 0;
    const steps = read(current);
    const goOn = (): void => {
      if (isStopped) return;
      const start = performance.now();
      const isOver = workFor(start + sliceMs, steps);
      tookMs += performance.now() - start;
      timer = isOver
        ? setTimeout(look, Math.max(intervalMs, restFactor * tookMs)).unref()
        : setTimeout(goOn, pauseMs).unref();
    };
    goOn();
  }

  /** @returns whether all is done */
  function workFor(until: number, steps: Generator<void, Content>): boolean {
    try {
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
          if (step.value !== current) logger.info({}, "certificates were read anew");
          current = step.value;
          failure = undefined;
          return true;
        }
        if (performance.now() >= until) return false;
      }
    } catch (error) {
      const { message } = error as Error;
      // It is said once, and not each time that they are looked at.
      if (message !== failure) {
        logger.error({ err: error }, "certificates could not be read anew; those before stay");
      }
      failure = message;
      return true;
    }
  }

  return {
    current: () => current,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/**
 * Watches the certificate of a local authority.
 *
 * @param folder of the authority
 * @throws Error, when there is none, or its file is damaged
 */
export function watchLocalCertificate(
  folder: string,
  logger: Logger,
): WatchedCertificates<ServerCertificate> {
  return watchCertificate(
    () => markOfFile(leafPath(folder)),
    () => requireLeaf(folder),
    logger,
  );
}

/**
 * Watches one certificate.
 *
 * @param mark another text when its files have changed
 * @throws Error, when it can't be read at first
 */
export function watchCertificate(
  mark: () => string,
  readIt: () => ServerCertificate,
  logger: Logger,
): WatchedCertificates<ServerCertificate> {
  let marked: string | undefined;
  return watchCertificateFiles<ServerCertificate>({
    *read(before) {
      const now = mark();
      if (before !== undefined && now === marked) return before;
      yield;
      marked = now;
      return readIt();
    },
    logger,
  });
}

function requireLeaf(folder: string): ServerCertificate {
  const leaf = readLeaf(folder);
  if (leaf === undefined)
    throw new Error(`There is no certificate of a local authority in ${folder}`);
  return leaf;
}

/** A folder, and what was read of it before for what can't be read now. */
interface KeptFolder {
  readonly folder: ReadFolder | undefined;
  readonly content: FolderContent;
}

/**
 * Watches a folder of certificates.
 *
 * @param folder empty for none
 * @returns what it has at each moment, the same as long as nothing changes
 * @throws Error, when there is no such folder
 */
export function watchCertificateFolder(
  folder: string,
  logger: Logger,
): WatchedCertificates<FolderContent> {
  if (folder === "") return { current: () => noCertificates, stop: () => {} };
  const { current, stop } = watchCertificateFiles<KeptFolder>({
    *read(before) {
      const now = yield* readInSteps(folder, before?.folder);
      if (before !== undefined && now === before.folder) return before;
      const content = keepUnreadable(now.content, before?.content ?? noCertificates, logger);
      return { folder: now, content };
    },
    logger,
  });
  return { current: () => current().content, stop };
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
