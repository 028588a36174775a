/** Answers from what is kept, or is just being fetched to be kept. */
import { WholeBody, type BodySource } from "../../base/body.ts";
import { firstValue, forEachLine } from "../../base/header-lines.ts";
import { writeKeptFields } from "../../http1/write-head.ts";
import { currentAge } from "../../cache/age.ts";
import type { SeekableBody, Stored, StoredMeta } from "../../cache/store.ts";
import type { Answer, ServedObject, WrittenHeaders } from "../answer/answer.ts";
import type { ResultType } from "../record/result-types.ts";

/** What is the same for every answer from one response. */
interface Prepared {
  readonly headers: readonly string[];
  readonly written: WrittenHeaders;
  readonly via: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

const preparedByMeta = new WeakMap<StoredMeta, Prepared>();

/** @param now milliseconds since the epoch */
export function answerFromKept(
  { meta }: Stored,
  body: SeekableBody,
  result: ResultType,
  now: number,
): Answer {
  const { whole } = body;
  const { length } = body;
  return {
    ...answerOf(meta, whole === undefined ? body.slice(0, length) : new WholeBody(whole), result),
    age: currentAge(meta, now),
    object: objectOf(meta, length, (first, end) => body.slice(first, end)),
  };
}

/** @param read hands out the bytes of it that are asked for, as they come */
export function answerWhileComing(
  meta: StoredMeta,
  length: number | undefined,
  read: (first?: number, end?: number) => BodySource,
  result: ResultType,
): Answer {
  return { ...answerOf(meta, read(), result), object: objectOf(meta, length, read) };
}

function answerOf(meta: StoredMeta, body: BodySource, result: ResultType): Answer {
  const { headers, written, via } = preparedOf(meta);
  const { status, reason } = meta;
  return { status, reason, headers, written, body, via, result: status >= 400 ? "Error" : result };
}

function objectOf(
  meta: StoredMeta,
  length: number | undefined,
  slice: ServedObject["slice"],
): ServedObject | undefined {
  if (meta.status !== 200 || meta.part !== undefined) return undefined;
  const { etag, lastModified } = preparedOf(meta);
  return { etag, lastModified, length, slice };
}

function preparedOf(meta: StoredMeta): Prepared {
  let prepared = preparedByMeta.get(meta);
  if (prepared === undefined) {
    prepared = prepare(meta.headers);
    preparedByMeta.set(meta, prepared);
  }
  return prepared;
}

function prepare(kept: readonly string[]): Prepared {
  const headers: string[] = [];
  let via = "";
  forEachLine(kept, (name, value) => {
    const lower = name.toLowerCase();
    if (lower === "via") via = via === "" ? value : `${via}, ${value}`;
    else if (lower !== "age") headers.push(name, value);
  });
  return {
    headers,
    written: { headers, fields: writeKeptFields(headers) },
    via,
    etag: firstValue(kept, "etag"),
    lastModified: firstValue(kept, "last-modified"),
  };
}
