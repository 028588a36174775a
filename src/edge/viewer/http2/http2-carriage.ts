/**
 * What a connection of HTTP/2 has carried, set against what it has read: the heads and trailers of its streams, and bodies in both
 * directions, those of streams that are over among them. Whether that is a flood says `frame-worth.ts`.
 *
 * A head that is on its way, or that Node has refused without a word, was read and is told of by nobody: that shows by the numbers of the
 * streams, which go up by two.
 */
import type { Http2Session, ServerHttp2Stream } from "node:http2";
import type { TLSSocket } from "node:tls";
import { carriedBy, FrameWorth, type Carrying } from "./frame-worth.ts";

/** Of a head that is served, as CloudFront has it; it is counted exactly once the head is there. */
const servedHeadMax = 32_768;
/** What may come of a head before nghttp2 closes the connection for it, in bytes: nine frames. */
const wireHeadMax = 9 * (16_384 + 9);
/** What a viewer may have sent of a body before it hears that the stream is over, in bytes: Node's window of a stream. */
const onTheWayMax = 65_535;

/** Of one connection. */
export class Http2Carriage {
  readonly #session: Pick<Http2Session, "state">;
  readonly #socket: Pick<TLSSocket, "bytesRead">;
  readonly #worth: FrameWorth;
  readonly #streams = new Set<ServerHttp2Stream>();
  /** Of the streams that are begun. */
  readonly #viewers = new Set<Carrying>();
  /** Bytes of the heads and trailers so far, and of what streams that are over have carried. */
  #ofHeadsAndOver = 0;
  /** The stream that was told of last. */
  #latestId = 0;
  /** The one after it whose head was found to be on its way. */
  #comingId = 0;
  /** Whether one head that Node has refused without a word was forgiven. */
  #hasForgiven = false;

  constructor(session: Pick<Http2Session, "state">, socket: Pick<TLSSocket, "bytesRead">) {
    this.#session = session;
    this.#socket = socket;
    this.#worth = new FrameWorth(socket.bytesRead);
  }

  /** How many streams are open, begun or not. */
  get streamsOpen(): number {
    return this.#streams.size;
  }

  /** Whether it has come near a flood, as far as was looked. */
  get isSuspect(): boolean {
    return this.#worth.isSuspect;
  }

  /** Counts what comes by a stream that is not begun yet. */
  hold(stream: ServerHttp2Stream): void {
    this.#streams.add(stream);
    stream.on("close", () => {
      this.#streams.delete(stream);
      // What nobody took of it has come all the same.
      this.#ofHeadsAndOver += stream.readableLength;
    });
  }

  /**
   * Counts a head. One stream that Node did not tell of has had a head that was too large: the first such is no flood, where another
   * follows that is none.
   *
   * @param id of its stream
   * @param bytes of its names and values
   */
  noteHead(id: number, bytes: number): void {
    // The first one is 1.
    const isOneMissing = id === (this.#latestId || -1) + 4;
    this.#latestId = id;
    if (isOneMissing && !this.#hasForgiven) {
      this.#hasForgiven = true;
      this.#worth.forgive(this.#socket.bytesRead, wireHeadMax);
    }
    this.#ofHeadsAndOver += Math.min(bytes, servedHeadMax);
  }

  /** Counts what a stream says behind its body. @param bytes of names and values */
  noteTrailers(bytes: number): void {
    this.#ofHeadsAndOver += Math.min(bytes, servedHeadMax);
  }

  /** Counts what a stream that is begun carries. */
  carry(stream: ServerHttp2Stream, viewer: Carrying): void {
    this.#viewers.add(viewer);
    stream.on("close", () => {
      this.#viewers.delete(viewer);
      this.#ofHeadsAndOver += carriedBy(viewer);
      // No more than it has sent already, so that nothing is gained by it.
      if (!stream.readableEnded) this.#worth.expect(Math.min(viewer.bodyBytes, onTheWayMax));
    });
  }

  isFlooded(): boolean {
    const carried = (): number => this.#carried();
    const coming = (): number => (this.#hasHeadOnTheWay() ? wireHeadMax : 0);
    return this.#worth.isFlooded(this.#socket.bytesRead, carried, coming);
  }

  #carried(): number {
    let all = this.#ofHeadsAndOver;
    for (const viewer of this.#viewers) all += carriedBy(viewer);
    for (const { readableLength } of this.#streams) all += readableLength;
    return all;
  }

  /**
   * Whether a stream that Node has not told of has begun. Heads come one after the other: where that is another stream than it was
   * before, the head of that one was no head, and Node has refused it without a word.
   */
  #hasHeadOnTheWay(): boolean {
    const { lastProcStreamID: last = 0 } = this.#session.state;
    if (last <= this.#latestId) return false;
    if (this.#comingId > this.#latestId) return this.#comingId === last;
    this.#comingId = last;
    return true;
  }
}
