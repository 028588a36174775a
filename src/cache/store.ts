/**
 * Where responses are kept: what a store promises, whatever it is made of.
 *
 * A store is only a cache: it may lose anything at any time, and never gives back what differs from
 * what it was given. Nothing of a response is there before its commit.
 */
import type { BodySink, BodySource } from "../base/body.ts";

/** What is kept of a response beside its bytes. Times are milliseconds since the epoch. */
export interface StoredMeta {
  readonly status: number;
  readonly reason: string;
  /** As they came, names and values in turn, in Latin-1, without what was about the connection. */
  readonly headers: readonly string[];
  /** Which bytes of the object the body is; absent when it is all of them. */
  readonly part?: StoredPart;
  /** Whether it answered a HEAD: it has no body, and answers no GET. */
  readonly isHeadOnly?: boolean;
  /** The ETag that its origin sent, where what is kept has another: it was compressed here. */
  readonly originTag?: string;
  /** Whether its headers set cookies. */
  readonly setsCookies?: boolean;
  /** Lower-case names and values in turn of the request's headers that Vary names (RFC 9111 §4.1). */
  readonly varied?: readonly string[];
  /** When the response came, or was last found to be right. */
  readonly storedAt: number;
  /** How old it was then, in seconds (RFC 9111 §4.2.3, corrected_initial_age). */
  readonly initialAge: number;
  readonly freshUntil: number;
  /** Until when it may be answered from while it is fetched anew; 0 for never. */
  readonly updatingUntil: number;
  /** Until when it may be answered from if its origin fails; 0 for never. */
  readonly staleUntil: number;
  /** The revision of what its request was made by: whatever was invalidated later does not stand. */
  readonly revision: number;
  /** What invalidations of paths are compared with: the path, and "?" and the query in the key. */
  readonly uri: string;
  /** What invalidations of tags are compared with, in lower case. */
  readonly tags: readonly string[];
}

export interface StoredPart {
  readonly first: number;
  /** The last byte itself, as Content-Range counts. */
  readonly last: number;
  /** Of the whole object; undefined where nobody said. */
  readonly size: number | undefined;
}

/** A response that is kept. */
export interface Stored {
  readonly key: string;
  readonly meta: StoredMeta;
  /** Of the body, in bytes. */
  readonly length: number;
}

/** A body that can be read more than once, and in parts. Positions are bytes from 0. */
export interface SeekableBody {
  readonly length: number;
  /** All of it, where it is in memory. */
  readonly whole: Uint8Array | undefined;
  /** @param end the position after the last byte */
  slice(first: number, end: number): BodySource;
}

export interface CacheStore {
  /**
   * What is kept under a key: whole responses, parts and answers to HEAD, newest first.
   *
   * @param now what is fresh by then may come from a copy nearer by
   */
  variantsOf(key: string, now: number): readonly Stored[];
  /** @returns undefined when it is gone, or proves damaged */
  open(stored: Stored): SeekableBody | undefined;
  /**
   * Begins to keep a response. When it is committed it takes the place of the variants that answer
   * the same requests.
   *
   * @param length of the body, where it is known
   * @returns undefined when the store does not take it
   */
  begin(key: string, meta: StoredMeta, length: number | undefined): StoreWriter | undefined;
  /** The origin said that a kept response is still right: it goes on with other headers and times. */
  refresh(stored: Stored, meta: StoredMeta): Stored;
  remove(stored: Stored): void;
  close(): Promise<void>;
}

/** A response that was found in a store. */
export interface FoundEntry {
  readonly stored: Stored;
  /** How often this process answered from its copy of it; undefined where nobody counts. */
  readonly hits: number | undefined;
}

/** What a store has and did, as far as it is known without looking. */
export interface StoreMeasure {
  readonly memoryBytes: number;
  /** Of all processes that share it; 0 where nothing is on disk. */
  readonly diskBytes: number;
  /** What went to make room for others, by this process. */
  readonly evictions: { readonly memory: number; readonly disk: number };
}

/** The same, and what looking finds. */
export interface StoreInspection extends StoreMeasure {
  /** Responses that are kept, as far as they were counted. */
  readonly entries: number;
  /** Looks of this process that found something, by where; and those that found nothing. */
  readonly hits: { readonly memory: number; readonly disk: number };
  readonly misses: number;
  /** Largest bodies first. */
  readonly biggest: readonly FoundEntry[];
  /** What this process answered from most often since it took a copy of it, first. */
  readonly hottest: readonly FoundEntry[];
}

/** A store that can be looked into. Looking takes its time, a little at a time. */
export interface InspectableStore extends CacheStore {
  measure(): StoreMeasure;
  /** @param count how many of the biggest and of the hottest are wanted */
  inspect(count: number): Promise<StoreInspection>;
  /**
   * Goes over all that is kept.
   *
   * @param count how many are wanted at most
   */
  find(isWanted: (stored: Stored) => boolean, count: number): Promise<readonly Stored[]>;
}

/**
 * A body on its way into a store. `end` alone keeps nothing; `breakOff` lets go of it. Exactly one of
 * `commit` and `breakOff` is called, whatever happens.
 *
 * A store that gives up on it (too large, a full disk) says so at the commit only: until then it takes
 * what comes and keeps none of it, and `readable` stays as it was.
 */
export interface StoreWriter extends BodySink {
  /** How many of the bytes that were written can be read back by now. */
  readonly readable: number;
  /**
   * Reads back what is readable, before and after the commit.
   *
   * @throws RangeError for what is not readable yet
   */
  slice(first: number, end: number): BodySource;
  /** After `end`. Resolves to undefined when it could not be kept, which is nobody's failure. */
  commit(): Promise<Stored | undefined>;
}
