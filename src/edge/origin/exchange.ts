/**
 * One attempt to ask an origin: the request goes out, the response's head is passed on at once and
 * its body piece by piece.
 *
 *   opening ── sent ──▶ asked ── head ──▶ answering ── complete ──▶ complete
 *      │                  └───── 101: the connection is handed over ──▲
 *      └──────────┴─────── failed, aborted ───┴──────────────────▶ failed
 *
 * What comes in the same moment as the head is kept until someone says where to send it, so a
 * small response goes on whole. What breaks off in the middle breaks off where it goes as well: a
 * body must never look complete when it isn't.
 */
import { performance } from "node:perf_hooks";
import type { BodySink, BodySource } from "../../base/body.ts";
import type { OutboundExchange } from "../../http1/kept-connections.ts";
import type { ExchangeEvents, Offer } from "../../http1/outbound-connection.ts";
import type { ResponseHead } from "../../http1/response-head.ts";
import type { SwitchedConnection } from "../../http1/switched-connection.ts";
import { isBucket, type OriginSettings } from "../deployment/origin-settings.ts";
import { errorNameOf, faultOf, OriginError } from "./faults.ts";
import { OriginAttempt } from "./origin-attempt.ts";
import { rangeComplaint, WrongRangeLength } from "./range-complaint.ts";
import type { OriginResponse } from "./origin-call.ts";

/** Bytes of a body that are kept before it is known where they go. */
const earlyMax = 64 * 1024;

const noBytes = new Uint8Array(0);

type Stage = "opening" | "asked" | "answering" | "complete" | "failed";

export class OriginExchange implements ExchangeEvents, Offer, BodySource {
  /** What a request that offers another protocol offers. */
  readonly name = "websocket";
  readonly response: Promise<OriginResponse>;
  /** What is told of it. */
  readonly attempt: OriginAttempt;
  /** Whether anything of it went out, so that the origin may have begun to act on it. */
  wasSent = false;

  readonly #isS3: boolean;
  readonly #resolve: (response: OriginResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #completion: NodeJS.Timeout | undefined;
  #outbound: OutboundExchange | undefined;
  #stage: Stage = "opening";
  #failure: Error | undefined;
  #length: number | undefined;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #sink: BodySink | undefined;
  #waitsForSink = false;

  /** @param deadline by `performance.now()`, when the response must be complete; Infinity for never */
  constructor(origin: OriginSettings, deadline: number) {
    const { id, completionTimeoutMs } = origin;
    this.attempt = new OriginAttempt(id);
    this.#isS3 = isBucket(origin);
    const { promise, resolve, reject } = Promise.withResolvers<OriginResponse>();
    this.response = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    if (deadline < Infinity) {
      this.#completion = setTimeout(() => {
        const what = `The response was not complete after ${completionTimeoutMs} ms`;
        this.#cancel(new OriginError("too-slow", what));
      }, deadline - performance.now());
    }
  }

  /** Begins it. */
  begin(send: (events: ExchangeEvents) => OutboundExchange): void {
    this.#outbound = send(this);
    if (this.#stage === "failed") this.#outbound.abort();
  }

  /**
   * To be called once the response is there: what came in one piece with its head may have shown already that it
   * is none that can be relayed, and nothing of it has gone anywhere.
   */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the request, whatever has come of it. Does nothing once it is complete. */
  readonly abort = (): void => {
    // Every exchange is told when its viewer is served, and an error costs more than all else here.
    if (this.#isOver) return;
    this.#cancel(new OriginError("unwanted", "Nobody wants the response any more"));
  };

  /** Known where the head tells it, or the response is complete. */
  get length(): number | undefined {
    return this.#length ?? this.whole?.length;
  }

  get whole(): Uint8Array | undefined {
    if (this.#stage !== "complete") return undefined;
    if (this.#early.length > 1) this.#early = [Buffer.concat(this.#early)];
    return this.#early[0] ?? noBytes;
  }

  discard(): void {
    this.#early = [];
    this.abort();
  }

  sendTo(sink: BodySink): void {
    if (this.#stage === "failed") {
      sink.breakOff();
      return;
    }
    const early = this.#early;
    this.#early = [];
    this.#sink = sink;
    for (const chunk of early) this.#write(chunk);
    if (this.#stage === "complete") sink.end();
    else if (!this.#waitsForSink) this.#outbound?.resume();
  }

  connected(address: string, isReused: boolean): void {
    this.attempt.connected(address, isReused);
  }

  sent(): void {
    this.wasSent = true;
    if (this.#stage === "opening") this.#stage = "asked";
  }

  head({ status, reason, headers, framing }: ResponseHead): void {
    const complaint = rangeComplaint(status, headers);
    if (complaint !== undefined) {
      this.#cancel(new WrongRangeLength(complaint));
      return;
    }
    this.#stage = "answering";
    this.attempt.answered(status);
    if (framing.kind === "length") this.#length = framing.length;
    this.#resolve({ status, reason, headers, body: this, isS3: this.#isS3 });
  }

  /** From here on neither the time to complete nor an abort is this exchange's business. */
  switched({ status, reason, headers }: ResponseHead, connection: SwitchedConnection): void {
    clearTimeout(this.#completion);
    this.#stage = "complete";
    this.attempt.answered(status);
    connection.socket.once("close", () => this.attempt.ended());
    const isS3 = this.#isS3;
    this.#resolve({ status, reason, headers, body: connection, isS3, switched: connection });
  }

  data(chunk: Buffer): void {
    if (this.#sink !== undefined) {
      this.#write(chunk);
      return;
    }
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > earlyMax) this.#outbound?.pause();
  }

  complete(): void {
    clearTimeout(this.#completion);
    if (this.#stage === "failed") return;
    this.#stage = "complete";
    this.attempt.ended();
    this.#sink?.end();
  }

  failed(error: Error): void {
    clearTimeout(this.#completion);
    if (this.#isOver) return;
    const hadHead = this.#stage === "answering";
    this.#stage = "failed";
    this.#failure = error;
    this.attempt.ended(faultOf(error), errorNameOf(error, this.attempt.connectedAt !== undefined));
    if (hadHead) this.#sink?.breakOff();
    else this.#reject(error);
  }

  get #isOver(): boolean {
    return this.#stage === "complete" || this.#stage === "failed";
  }

  #cancel(error: Error): void {
    if (this.#isOver) return;
    this.#outbound?.abort();
    this.failed(error);
  }

  #write(chunk: Buffer): void {
    const sink = this.#sink;
    if (sink === undefined || sink.write(chunk) || this.#waitsForSink) return;
    this.#waitsForSink = true;
    this.#outbound?.pause();
    sink.whenReady(() => {
      this.#waitsForSink = false;
      this.#outbound?.resume();
    });
  }
}
