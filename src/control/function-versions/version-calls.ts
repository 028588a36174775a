/**
 * `/footlight/v1/functions/NAME/…`: a function's published versions, what a version is, a publish with a
 * message, and going back. The same of connection functions, under `/footlight/v1/connection-functions/`.
 *
 * All answer the function's `id`; what changes something wants If-Match.
 */
import { InvalidArgument, InvalidIfMatchVersion, PreconditionFailed } from "../../model/errors.ts";
import { etagOf, isEtag } from "../../model/etag.ts";
import {
  calledInSentence,
  codeSha256,
  functionEtag,
  isPublished,
  type CloudFrontFunction,
  type FunctionCopy,
} from "../../model/function.ts";
import {
  findVersion,
  versionToGoBackTo,
  type FunctionVersion,
  type Published,
} from "../../model/function-versions.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { requireDevelopmentEtag } from "../functions/find-function.ts";
import { publishFact } from "../functions/publish-fact.ts";
import { publishInWaves, readWaves, waveMembers } from "../waves/publish-in-waves.ts";
import { describeRehearsal } from "../rehearsal/note-rehearsal.ts";
import {
  readWantedRehearsal,
  rehearsalMembers,
  requireRehearsal,
} from "../rehearsal/require-rehearsal.ts";
import { readMembers } from "./read-members.ts";
import { rollbackFact } from "./rollback-fact.ts";
import type { FindVersioned, Versioned } from "./versioned.ts";

/** What the calls that change something take. */
export interface VersionChange {
  readonly body: Uint8Array;
  readonly ifMatch: string | undefined;
  readonly commit: (decide: (current: State) => Fact) => Promise<State>;
}

/** @throws ApiError, when nothing has that name */
export function listVersions(name: string, state: State, find: FindVersioned): object {
  return describeVersions(find(state, name));
}

/**
 * @param version its number, or LIVE for the one that had all traffic last, or DEVELOPMENT
 * @throws ApiError, when nothing has that name
 * @throws InvalidArgument, when there is no such version, or it is not kept any more
 */
export function readVersion(
  name: string,
  version: string,
  state: State,
  find: FindVersioned,
): object {
  const { id, fn } = find(state, name);
  if (version === "DEVELOPMENT") return describeCode(id, version, fn.development);
  const { published } = fn;
  const number = version === "LIVE" ? published?.settled : numberOf(version);
  const found = number === undefined ? undefined : findVersion(published, number);
  if (found === undefined) throw new InvalidArgument(whyNoVersion(fn, version));
  return describeCode(id, String(found.number), found.copy);
}

interface Publishing {
  readonly find: FindVersioned;
  /** How many versions are kept. */
  readonly keptCopies: number;
  readonly now: () => Date;
  /** @throws ApiError, when the caller may not skip gates */
  readonly requireBreakGlass: () => void;
}

/**
 * Publishes as PublishFunction does, and says with it what for; or in waves, of which the first begins.
 *
 * @throws ApiError, when nothing has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when If-Match is not the DEVELOPMENT ETag
 * @throws InvalidArgument, when the body makes no sense, or waves make none now, or none of what has no requests
 * @throws ApiError, when gates are skipped by who may not, or a rehearsal is asked for that there is not
 */
export async function publishVersion(
  name: string,
  { body, ifMatch, commit }: VersionChange,
  { find, keptCopies, now, requireBreakGlass }: Publishing,
): Promise<object> {
  const { message, given } = readMembers(body, ["message", ...waveMembers, ...rehearsalMembers]);
  const waves = readWaves(given);
  const rehearsal = readWantedRehearsal(given);
  if (waves?.gates.length === 0) requireBreakGlass();
  const state = await commit((current) => {
    const { fn, asFact } = find(current, name);
    if (fn.development.kind === "connection") {
      if (waves !== undefined) throw withoutWaves(fn);
      if (rehearsal !== undefined) throw withoutRehearsal(fn);
    }
    requireDevelopmentEtag(fn, ifMatch ?? "");
    if (rehearsal !== undefined) requireRehearsal(fn, rehearsal, now());
    if (waves !== undefined) return publishInWaves(fn, waves, keptCopies, message);
    return asFact(publishFact(fn, keptCopies, message));
  });
  return describeVersions(find(state, name));
}

/** Nobody would know of a new version that lets the wrong ones in: connections have no answers to compare. */
function withoutWaves(fn: CloudFrontFunction): InvalidArgument {
  return new InvalidArgument(
    `${calledInSentence(fn)} can't be published in waves: gates compare what requests were answered, and who is not let in makes none. Publish it to all; a rollback takes it back at once`,
  );
}

function withoutRehearsal(fn: CloudFrontFunction): InvalidArgument {
  return new InvalidArgument(
    `${calledInSentence(fn)} can't be rehearsed, since no runs of it are recorded: publish it without asking for a rehearsal`,
  );
}

/**
 * Gives all traffic to an earlier version. DEVELOPMENT stays what it is.
 *
 * @throws ApiError, when nothing has that name, or it was never published
 * @throws InvalidIfMatchVersion, PreconditionFailed, when If-Match is not the versions' ETag: somebody was first
 * @throws InvalidArgument, when the body makes no sense, there is nothing to go back to, or what there is can't run
 */
export async function rollBack(
  name: string,
  { body, ifMatch, commit }: VersionChange,
  find: FindVersioned,
): Promise<object> {
  const { to, message } = readMembers(body, ["to", "message"]);
  const state = await commit((current) => {
    const { fn, asFact } = find(current, name);
    // Who was second is told that, and not what there is to go back to by now.
    if (fn.published !== undefined) requireServedEtag(fn, ifMatch);
    return asFact(rollbackFact(fn, current, { to, message }));
  });
  return describeVersions(find(state, name));
}

function requireServedEtag(fn: CloudFrontFunction, ifMatch = ""): void {
  const resource = `what serves viewers of function "${fn.name}"`;
  if (!isEtag(ifMatch)) throw new InvalidIfMatchVersion(resource, ifMatch);
  const current = servedEtag(fn.published);
  if (ifMatch !== current) throw new PreconditionFailed(resource, ifMatch, current);
}

/** Another one after each change of what serves viewers. */
function servedEtag(published: Published | undefined): string {
  return etagOf(published?.revision ?? 0);
}

function describeVersions({ id, fn }: Versioned): object {
  const { development, published } = fn;
  const back = published && versionToGoBackTo(published);
  return {
    id,
    etag: servedEtag(published),
    development: {
      etag: functionEtag(development),
      modified_at: development.lastModifiedTime,
      is_published: isPublished(fn),
      sha256: codeSha256(development),
      ...(fn.rehearsed && { rehearsed: describeRehearsal(fn.rehearsed) }),
    },
    ...(published && {
      live: {
        version: published.settled,
        shares: published.shares.map(({ version, share }) => ({ version, share })),
        reason: published.reason,
        at: published.at,
        ...(published.by !== undefined && { by: published.by }),
        ...(published.message !== undefined && { message: published.message }),
      },
      ...(back && { goes_back_to: back.number }),
    }),
    items: (published?.versions ?? []).map(describeVersion).toReversed(),
  };
}

function describeVersion(version: FunctionVersion): object {
  const { number, copy, publishedBy, message, hadAllAt, bad } = version;
  return {
    version: number,
    etag: functionEtag(copy),
    published_at: copy.lastModifiedTime,
    ...(publishedBy !== undefined && { published_by: publishedBy }),
    ...(message !== undefined && { message }),
    had_all: hadAllAt !== undefined,
    ...(bad && { bad }),
    ...describeCopy(copy),
  };
}

function describeCopy(copy: FunctionCopy): object {
  const { Comment, Runtime, KeyValueStoreAssociations } = copy.config;
  const stores = (KeyValueStoreAssociations?.Items ?? []).map((item) => item.KeyValueStoreARN);
  return {
    comment: Comment,
    runtime: Runtime,
    key_value_stores: stores,
    size_bytes: Buffer.byteLength(copy.code, "base64"),
    sha256: codeSha256(copy),
  };
}

function describeCode(id: string, version: string, copy: FunctionCopy): object {
  return {
    id,
    version,
    etag: functionEtag(copy),
    ...describeCopy(copy),
    code: copy.code,
  };
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** @param version what was asked for */
function whyNoVersion(fn: CloudFrontFunction, version: string): string {
  const called = calledInSentence(fn);
  if (fn.published === undefined) return `${called} was never published, so it has no versions`;
  const kept = fn.published.versions.map(({ number }) => number).join(", ");
  return `${called} has no version ${version}; those that are kept: ${kept}`;
}
