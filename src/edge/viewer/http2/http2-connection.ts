/**
 * A viewer's connection that speaks HTTP/2, and what it may cost: heads, streams that are begun and reset, and frames that carry nothing.
 * Who goes beyond is told so and closed.
 */
import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { ViewerConnection } from "../../tls/viewer-connection.ts";
import type { Conduct } from "../debts/conduct.ts";
import type { Carrying } from "./frame-worth.ts";
import { Http2Carriage } from "./http2-carriage.ts";
import { lengthOf } from "./http2-exchange.ts";
import { ResetAllowance } from "./reset-allowance.ts";
import type { ArrivedStream, TakesTurns } from "./stream-turns.ts";
import { UnfoldedHeads } from "./unfolded-heads.ts";

/** Whom a connection is taken for. */
export interface TakenBy {
  /** Told of each request; the first one counts. */
  readonly heard: () => void;
  /** Told where it does harm. */
  readonly conduct: Conduct;
}

/** What a session is made of. */
export interface TakenConnection extends TakenBy {
  readonly viewer: ViewerConnection;
  readonly socket: TLSSocket;
}

/** Of a head that is refused with an answer, in bytes of names and values: what is larger Node resets without a word. */
export const headMax = 131_072;
/** After how many pieces of bodies it is looked whether they carry anything: some hundred microseconds of work. */
const lookPieces = 64;
/** Of streams that wait, which are told of though their connection was closed as a flood: what each one was says nothing more. */
const notesOfFlood = 8;

export class Http2Connection implements TakesTurns {
  readonly session: Http2Session;
  readonly viewer: ViewerConnection;
  readonly conduct: Conduct;
  hasBegun = false;
  readonly waiting: ArrivedStream[] = [];
  readonly #heard: () => void;
  readonly #carriage: Http2Carriage;
  readonly #resets = new ResetAllowance();
  readonly #socket: Pick<TLSSocket, "bytesRead">;
  readonly #heads = new UnfoldedHeads(headMax);
  /** Of bodies so far. */
  #pieces = 0;
  /** Whether trailers came in this turn of the worker. */
  #hasTrailers = false;

  constructor(session: Http2Session, { viewer, heard, conduct, socket }: TakenConnection) {
    this.session = session;
    this.viewer = viewer;
    this.conduct = conduct;
    this.#heard = heard;
    this.#socket = socket;
    this.#carriage = new Http2Carriage(session, socket);
  }

  /** Whether none of its streams is open. */
  get isIdle(): boolean {
    return this.#carriage.streamsOpen === 0;
  }

  /** Counts a stream that has come. @returns whether it is to be begun, and the connection goes on */
  take({ stream, raw, hasBody }: ArrivedStream): boolean {
    this.#carriage.hold(stream);
    // Of what came before the session Node tells when all of it was read.
    if (stream.aborted) this.#noteReset();
    else stream.on("aborted", this.#noteReset);
    if (this.session.destroyed) return false;
    this.#heard();
    const bytes = lengthOf(raw);
    this.#carriage.noteHead(stream.id ?? 0, bytes);
    if (hasBody) stream.on("trailers", this.#takeTrailers);
    return this.#takeFields(raw, bytes);
  }

  endTurn(): void {
    this.#heads.endTurn();
  }

  /** To be called with each stream that is begun. @param viewer who knows what it carries */
  carry(stream: ServerHttp2Stream, viewer: Carrying): void {
    this.#carriage.carry(stream, viewer);
  }

  /** To be called with each piece of a body: they come many in a turn, in which no timer is heard. */
  readonly notePiece = (): void => {
    this.#pieces += 1;
    if (this.#pieces % lookPieces === 0) this.closeWhereFlooded();
  };

  /** @returns whether it reads for nothing, more or less */
  closeWhereFlooded(): boolean {
    if (this.session.destroyed) return false;
    if (this.#carriage.isFlooded()) this.#calm("It sends frames that carry nothing");
    return this.#carriage.isSuspect;
  }

  readonly #takeTrailers = (_fields: unknown, _flags: number, raw: readonly string[]): void => {
    if (this.session.destroyed) return;
    const bytes = lengthOf(raw);
    this.#carriage.noteTrailers(bytes);
    if (this.#takeFields(raw, bytes)) this.#awaitEndOfTurn();
  };

  /** Of a turn with streams it is told; trailers may come in one without. */
  #awaitEndOfTurn(): void {
    if (this.#hasTrailers) return;
    this.#hasTrailers = true;
    setImmediate(() => {
      this.#hasTrailers = false;
      this.endTurn();
    });
  }

  /** Now: many more may have come with them. @returns whether the connection goes on */
  #takeFields(raw: readonly string[], bytes: number): boolean {
    if (this.#heads.take({ fields: raw.length / 2, bytes }, this.#socket.bytesRead)) return true;
    this.#calm("Its heads unfold from next to nothing");
    return false;
  }

  readonly #noteReset = (): void => {
    if (this.session.destroyed || this.#resets.take()) return;
    this.#calm("It resets too many streams");
  };

  /** Says so, and closes the connection. Without an error Node would say that all is well. */
  #calm(reason: string): void {
    this.conduct.offend("flood");
    this.waiting.splice(notesOfFlood);
    this.session.destroy(new Error(reason), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}
