/** Answers from what is kept, or is just being fetched to be kept. */
import { WholeBody, type BodySource } from "../../base/body.ts";
import { firstValue, forEachLine, hasName } from "../../base/header-lines.ts";
import { currentAge } from "../../cache/age.ts";
import type { SeekableBody, Stored, StoredMeta } from "../../cache/store.ts";
import type { Answer, ServedObject } from "../answer/answer.ts";
import { writtenHeaders, type WrittenHeaders } from "../answer/written-headers.ts";
import type { ResultType } from "../record/result-types.ts";

/** What is the same for every answer from one response. */
interface Prepared {
  readonly headers: readonly string[];
  readonly written: WrittenHeaders;
  readonly via: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Whether its length is told once it is known: what the edge has compressed had another before. */
  readonly lacksLength: boolean;
  /** The headers with it, once they were asked for. */
  measured: WrittenHeaders | undefined;
}

const preparedByMeta = new WeakMap<StoredMeta, Prepared>();

/** @param now milliseconds since the epoch */
export function answerFromKept(
  { meta }: Stored,
  body: SeekableBody,
  result: ResultType,
  now: number,
): Answer {
  const { whole, length } = body;
  const { status, reason } = meta;
  const prepared = preparedOf(meta);
  const written = prepared.lacksLength ? withLength(prepared, length) : prepared.written;
  return {
    status,
    reason,
    headers: written.headers,
    written,
    body: whole === undefined ? body.slice(0, length) : new WholeBody(whole),
    via: prepared.via,
    result: status >= 400 ? "Error" : result,
    age: currentAge(meta, now),
    object: objectOf(meta, prepared, length, (first, end) => body.slice(first, end)),
  };
}

/**
 * @param read hands out the bytes of it that are asked for, as they come
 * @param now milliseconds since the epoch; when its head came unless given
 */
export function answerWhileComing(
  meta: StoredMeta,
  length: number | undefined,
  read: (first?: number, end?: number) => BodySource,
  result: ResultType,
  now = meta.storedAt,
): Answer {
  // What was kept on the way to the edge is as old as it was there; long bodies grow old on the way from it.
  const age = currentAge(meta, now);
  const { status, reason } = meta;
  const prepared = preparedOf(meta);
  const { headers, written, via } = prepared;
  return {
    ...{ status, reason, headers, written, body: read(), via },
    result: status >= 400 ? "Error" : result,
    ...(age > 0 && { age }),
    object: objectOf(meta, prepared, length, read),
  };
}

function withLength(prepared: Prepared, length: number): WrittenHeaders {
  prepared.measured ??= writtenHeaders([...prepared.headers, "Content-Length", String(length)]);
  return prepared.measured;
}

/** What is not kept answers its viewer's conditions as well: the origin was not told of them. */
export function comingOnce({ headers }: Pick<Answer, "headers">): ServedObject {
  return unsliced(firstValue(headers, "etag"), firstValue(headers, "last-modified"));
}

function unsliced(etag: string | undefined, lastModified: string | undefined): ServedObject {
  return { etag, lastModified, length: undefined, slice: undefined };
}

function objectOf(
  meta: StoredMeta,
  { etag, lastModified }: Prepared,
  length: number | undefined,
  slice: ServedObject["slice"],
): ServedObject | undefined {
  if (meta.status !== 200 && meta.status !== 206) return undefined;
  if (meta.part !== undefined) return unsliced(etag, lastModified);
  return { etag, lastModified, length, slice };
}

function preparedOf(meta: StoredMeta): Prepared {
  let prepared = preparedByMeta.get(meta);
  if (prepared === undefined) {
    prepared = prepare(meta);
    preparedByMeta.set(meta, prepared);
  }
  return prepared;
}

function prepare({ headers: kept, isHeadOnly }: StoredMeta): Prepared {
  const headers: string[] = [];
  let via = "";
  forEachLine(kept, (name, value) => {
    const lower = name.toLowerCase();
    if (lower === "via") via = via === "" ? value : `${via}, ${value}`;
    else if (lower !== "age") headers.push(name, value);
  });
  return {
    headers,
    written: writtenHeaders(headers),
    via,
    etag: firstValue(kept, "etag"),
    lastModified: firstValue(kept, "last-modified"),
    lacksLength:
      isHeadOnly !== true && hasName(kept, "content-encoding") && !hasName(kept, "content-length"),
    measured: undefined,
  };
}
