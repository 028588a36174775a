/**
 * One fetch of an object under way, shared by everybody in this process who asks for its key.
 *
 *   asking ── share ────▶ sharing ── all has come and is kept ──▶ over
 *     ├────── settle ───▶ settled: a head and no body, for everybody
 *     ├────── release ──▶ released: nothing to share, each asks for themselves
 *     └── nobody waits ─▶ over
 *
 * It belongs to nobody: it goes on while somebody waits or reads, whoever began it. When nobody
 * does it is given up, unless little is missing: a viewer who asks for much and leaves, again and
 * again, must not load an origin, and one who leaves at the end must not waste what has come.
 */
import { emptyBody, type BodySource } from "../base/body.ts";
import type { Soon } from "../base/soon.ts";
import type { Wanted } from "../base/wanted.ts";
import type { BodyReader } from "./body-reader.ts";
import { SharedBody } from "./shared-body.ts";
import type { Stored, StoreWriter } from "./store.ts";
import type { WindowMemory } from "./window-memory.ts";

/** A fetch that nobody wants any more is finished when no more than this is missing, in bytes... */
const littleBytes = 1024 * 1024;
/** ...or this much of the whole. */
const littleShare = 0.1;

/** Until a body has come for so long, in milliseconds, its rate is not known and this one assumed, in bytes a millisecond. */
const measuredMsMin = 250;
const assumedRate = 8 * 1024;

/** A viewer who gets what comes of it, until they are over. */
interface Guest<Head> {
  /** What they wait for, where they do. */
  head: Soon<Head | undefined>;
  /** Tells them; undefined once they are told. */
  tell: ((head: Head | undefined) => void) | undefined;
  /** Their place in the body. */
  reader: BodyReader | undefined;
  hasRead: boolean;
}

export class Flight<Head> implements Wanted {
  readonly key: string;
  /** Of what its request was made by: whoever asks after a later invalidation must not share it. */
  readonly revision: number;
  readonly #memory: WindowMemory;
  readonly #whenGone: () => void;
  readonly #guests = new Map<Wanted, Guest<Head>>();
  readonly #toTell: (() => void)[] = [];
  #head: Head | undefined;
  #body: SharedBody | undefined;
  #stage: "asking" | "sharing" | "settled" | "released" | "over" = "asking";
  #isOver = false;
  #holds = 0;
  #sharedAt = 0;

  /** @param whenGone called when nobody new can share it any more; perhaps more than once */
  constructor(key: string, revision: number, memory: WindowMemory, whenGone: () => void) {
    this.key = key;
    this.revision = revision;
    this.#memory = memory;
    this.#whenGone = whenGone;
  }

  /** Whether the origin's response is not wanted any more, or has come as far as it will. */
  get isOver(): boolean {
    return this.#isOver;
  }

  whenOver(told: () => void): void {
    this.#toTell.push(told);
  }

  /** What everybody gets who waits for it now; undefined before it is known. */
  get head(): Head | undefined {
    return this.#stage === "sharing" ? this.#head : undefined;
  }

  /** How long it takes until a position of the body has come, by how it came so far, in milliseconds. */
  msUntil(position: number): number {
    const body = this.#body;
    const missing = position - (body?.received ?? 0);
    if (body === undefined || missing <= 0) return 0;
    const ms = performance.now() - this.#sharedAt;
    return missing / (ms < measuredMsMin ? assumedRate : body.received / ms);
  }

  /** Whether whoever waits now gets all of it. */
  get isJoinable(): boolean {
    if (this.#stage === "sharing") return this.#body?.isReadable === true;
    return this.#stage === "asking";
  }

  /**
   * Waits for what comes of it. Whoever gets a head has a place in the body, until they read it or
   * are over.
   *
   * @returns undefined when there is nothing to share, so that the viewer asks for itself, or when
   *   the viewer has left; failures are a Head too
   */
  wait(viewer: Wanted): Soon<Head | undefined> {
    if (viewer.isOver) return undefined;
    if (this.#stage === "settled") return this.#head;
    if (!this.isJoinable) return undefined;
    const guest = this.#admit(viewer);
    if (this.#stage === "asking" && guest.tell === undefined) {
      const { promise, resolve } = Promise.withResolvers<Head | undefined>();
      guest.head = promise;
      guest.tell = resolve;
    }
    return guest.head;
  }

  /**
   * Keeps it wanted, and a place in the body, for a viewer who does not wait: whoever begins it and
   * sees for themselves what comes of it.
   */
  keepFor(viewer: Wanted): void {
    if (viewer.isOver) this.#giveUpUnlessWanted();
    else this.#admit(viewer);
  }

  /**
   * The response's head is known and everybody may have it; its body comes and is kept by the
   * writer as far as there is one.
   *
   * @param done called once when the body is kept, or will not be
   * @param complete called once when readers may have all of it
   */
  share(
    head: Head,
    body: BodySource,
    writer: StoreWriter | undefined,
    done: (kept: Stored | undefined) => void,
    complete: () => void = () => {},
  ): void {
    if (this.#stage !== "asking") {
      body.discard();
      writer?.breakOff();
      done(undefined);
      return;
    }
    this.#stage = "sharing";
    this.#sharedAt = performance.now();
    this.#head = head;
    const shared = new SharedBody(body, writer, this.#memory, {
      notKept: () => this.#giveUpUnlessWanted(),
      ended: () => this.#end(),
      complete,
      done: (kept) => {
        this.#whenGone();
        done(kept);
        this.#giveUpUnlessWanted();
      },
    });
    this.#body = shared;
    for (const guest of this.#guests.values()) {
      guest.head = head;
      guest.reader = shared.reader();
    }
    this.#tellAll(head);
    shared.begin();
  }

  /** A head without a body, which everybody gets: a failure, a 304. */
  settle(head: Head): void {
    if (this.#stage !== "asking") return;
    this.#stage = "settled";
    this.#head = head;
    this.#whenGone();
    this.#tellAll(head);
    this.#guests.clear();
    this.#end();
  }

  /**
   * Nothing to share: all who wait go on by themselves.
   *
   * @param viewer who takes the response: the fetch is wanted as long as they are there; undefined
   *   when nobody takes it
   */
  release(viewer: Wanted | undefined): void {
    if (this.#stage !== "asking") return;
    this.#stage = "released";
    this.#whenGone();
    this.#tellAll(undefined);
    this.#guests.clear();
    if (viewer === undefined || viewer.isOver) this.#end();
    else viewer.whenOver(() => this.#end());
  }

  /**
   * The body, or bytes `first` to before `end` of it, at the reader's own pace. It breaks off where
   * the fetch does, and where nothing was kept and the reader came too late.
   */
  read(viewer: Wanted, first = 0, end?: number): BodySource {
    const body = this.#body;
    if (body === undefined) return emptyBody;
    let reader: BodyReader;
    const guest = viewer.isOver ? undefined : this.#admit(viewer);
    if (guest?.reader !== undefined && !guest.hasRead) {
      guest.hasRead = true;
      reader = guest.reader;
    } else {
      reader = body.reader();
      const another = reader;
      if (viewer.isOver) reader.leave();
      else viewer.whenOver(() => another.leave());
    }
    reader.narrow(first, end);
    return reader;
  }

  /** Keeps it wanted without a viewer. @returns how to let go of it */
  hold(): () => void {
    let isHeld = true;
    this.#holds += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      this.#giveUpUnlessWanted();
    };
  }

  #admit(viewer: Wanted): Guest<Head> {
    const before = this.#guests.get(viewer);
    if (before !== undefined) return before;
    const reader = this.#body?.reader();
    const guest = { head: this.#head, tell: undefined, reader, hasRead: false };
    this.#guests.set(viewer, guest);
    viewer.whenOver(() => this.#guestLeft(viewer, guest));
    return guest;
  }

  #tellAll(head: Head | undefined): void {
    for (const guest of this.#guests.values()) {
      guest.tell?.(head);
      guest.tell = undefined;
    }
  }

  /** They have left, or were served. */
  #guestLeft(viewer: Wanted, guest: Guest<Head>): void {
    guest.tell?.(undefined);
    guest.tell = undefined;
    guest.reader?.leave();
    if (this.#guests.get(viewer) !== guest) return;
    this.#guests.delete(viewer);
    this.#giveUpUnlessWanted();
  }

  #giveUpUnlessWanted(): void {
    const body = this.#body;
    if (this.#guests.size > 0) return;
    if (body?.isComing === false) body.forget();
    else if (this.#holds > 0) return;
    else if (this.#stage === "asking") {
      this.#stage = "over";
      this.#whenGone();
      this.#end();
    } else if (body !== undefined && !isLittleMissing(body)) {
      this.#whenGone();
      body.breakOff();
    }
  }

  /** The origin's part is over. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const told of this.#toTell.splice(0)) told();
  }
}

function isLittleMissing({ length, received, isKept }: SharedBody): boolean {
  if (length === undefined || !isKept) return false;
  return length - received <= Math.max(littleBytes, length * littleShare);
}
