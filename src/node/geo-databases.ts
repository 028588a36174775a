/**
 * Where viewers are, by MaxMind database files: one that knows countries or cities, and one beside it
 * that knows networks, or whatever several say together. The first that knows something counts.
 *
 * Each worker holds the files in its memory, and beside them the places of the addresses that came lately.
 */
import type { Reader, Response } from "maxmind";
import type { Logger } from "../base/logger.ts";
import { RecentMap } from "../base/recent-map.ts";
import { nowhere, type Places, type ViewerPlace } from "../edge/viewer-place.ts";
import type { NodeOptions } from "./options.ts";
import { placeOfRecord } from "./place-of-record.ts";
import { takeFile, watchFileChanges } from "./watched-file.ts";

/** Addresses whose places are remembered: these, and as many again that came earlier. */
const remembered = 5000;

export interface GeoDatabases extends Places {
  /** Looks at the files no more. */
  readonly close: () => void;
}

export function geoFilesOf({ geoDatabase }: Pick<NodeOptions, "geoDatabase">): string[] {
  return geoDatabase === "" ? [] : geoDatabase.split(",");
}

/** @throws Error, when one of the files is no such database */
export async function checkGeoDatabases(files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const { Reader } = await import("maxmind");
  for (const path of files) await takeFile(path, (bytes) => void readerOf(bytes, Reader));
}

/**
 * Reads the files, and again when they change. What is broken tells nothing, or what it told before.
 *
 * @returns undefined where there are none
 */
export async function openGeoDatabases(
  files: readonly string[],
  logger: Logger,
): Promise<GeoDatabases | undefined> {
  if (files.length === 0) return undefined;
  // Most edges need none of it.
  const { Reader } = await import("maxmind");
  const readers: (DatabaseReader | undefined)[] = [];
  let recent = new RecentMap<string, ViewerPlace>(remembered);
  const ends: (() => void)[] = [];
  for (const [index, path] of files.entries()) {
    const take = (bytes: Buffer): void => {
      readers[index] = new DatabaseReader(path, readerOf(bytes, Reader), logger);
      recent = new RecentMap(remembered);
    };
    ends.push(await watchFileChanges({ path, take, logger }));
  }
  return {
    find(ip) {
      const known = recent.get(ip);
      if (known !== undefined) return known;
      let place = nowhere;
      for (const reader of readers) if (reader) place = { ...reader.find(ip), ...place };
      recent.set(ip, place);
      return place;
    },
    close: () => ends.forEach((end) => end()),
  };
}

/** The mark before a database's description, and how far from the file's end it may stand, in bytes. */
const mark = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
const markWithin = 128 * 1024;
/** Between the tree of addresses and what is known of them. */
const separator = Buffer.alloc(16);

/** @throws Error that completes "FILE …", when the bytes are no whole database */
function readerOf(
  bytes: Buffer,
  Reader: new (bytes: Buffer) => Reader<Response>,
): Reader<Response> {
  const described = bytes.lastIndexOf(mark);
  if (described < 0 || described < bytes.length - markWithin) {
    throw new Error("is no MaxMind database (.mmdb), or only the beginning of one");
  }
  let reader: Reader<Response>;
  try {
    reader = new Reader(bytes);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`is a broken MaxMind database: ${message}`, { cause: error });
  }
  const { searchTreeSize, binaryFormatMajorVersion: version } = reader.metadata;
  if (version !== 2) throw new Error(`is of MaxMind's format ${version}, and only 2 is known`);
  const between = bytes.subarray(searchTreeSize, searchTreeSize + separator.length);
  if (searchTreeSize > described || !between.equals(separator)) {
    throw new Error("is a broken MaxMind database: it is not as long as its description says");
  }
  return reader;
}

class DatabaseReader {
  readonly #path: string;
  readonly #reader: Reader<Response>;
  readonly #logger: Logger;
  #hasFailed = false;

  constructor(path: string, reader: Reader<Response>, logger: Logger) {
    this.#path = path;
    this.#reader = reader;
    this.#logger = logger;
  }

  find(ip: string): ViewerPlace {
    try {
      return placeOfRecord(this.#reader.get(ip));
    } catch (err) {
      // A file that is damaged in its middle would tell so with every request.
      if (!this.#hasFailed) {
        this.#logger.error({ err, file: this.#path }, "an address could not be looked up");
      }
      this.#hasFailed = true;
      return nowhere;
    }
  }
}
