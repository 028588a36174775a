/**
 * One attempt at a call by gRPC: a stream to the origin that takes messages while it gives others.
 *
 *   opening ── begun ──▶ calling ── head ──▶ answering ── end, with trailers ──▶ complete
 *      └───────────────────┴── failed, reset, aborted ──┴─────────────────────▶ failed
 *
 * Messages go on as fast as the other side takes them. What an origin resets breaks off at the viewer by the same code, and a
 * viewer who leaves cancels the call.
 *
 * Source: gRPC over HTTP/2 ("Responses", "Errors"); RFC 9113 §5.2, §8.1.
 */
import { constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { performance } from "node:perf_hooks";
import { emptyBody, type BodySink, type BodySource } from "../../../base/body.ts";
import type { OriginSettings } from "../../deployment/origin-settings.ts";
import { errorNameOf, faultOf, OriginError } from "../faults.ts";
import { OriginAttempt } from "../origin-attempt.ts";
import type { OriginRequest } from "../origin-request.ts";
import type { OriginResponse } from "../origin-call.ts";
import type { OutgoingBody } from "../requester.ts";
import type { KeptSession } from "./http2-sessions.ts";
import { requestFields, responseLines, statusOf } from "./http2-fields.ts";

type Stage = "opening" | "calling" | "answering" | "complete" | "failed";

export class GrpcExchange implements BodySource {
  readonly length = undefined;
  readonly whole = undefined;
  readonly trailers: string[] = [];
  resetCode: number | undefined;
  readonly response: Promise<OriginResponse>;
  readonly attempt: OriginAttempt;
  /** Whether the origin may have begun to act on it. */
  wasSent = false;
  readonly #origin: OriginSettings;
  readonly #resolve: (response: OriginResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #completion: NodeJS.Timeout | undefined;
  #stage: Stage = "opening";
  #stream: ClientHttp2Stream | undefined;
  #session: ClientHttp2Session | undefined;
  #body: OutgoingBody | undefined;
  #problem: Error | undefined;
  #sink: BodySink | undefined;
  #waitsForSink = false;

  /** @param deadline by `performance.now()`, when the call must be over; Infinity for never */
  constructor(origin: OriginSettings, deadline: number) {
    this.#origin = origin;
    this.attempt = new OriginAttempt(origin.id);
    const { promise, resolve, reject } = Promise.withResolvers<OriginResponse>();
    this.response = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    // Whoever begins it asks for it later.
    promise.catch(() => {});
    if (deadline < Infinity) {
      this.#completion = setTimeout(() => {
        const what = `The call was not over after ${origin.completionTimeoutMs} ms`;
        this.fail(new OriginError("too-slow", what));
      }, deadline - performance.now());
    }
  }

  /** @throws Error, where the session takes no more requests */
  begin(kept: KeptSession, request: OriginRequest, scheme: "http" | "https"): void {
    if (this.#stage === "failed") {
      kept.release();
      return;
    }
    this.attempt.connected(kept.address, kept.isReused);
    const { body } = request;
    const stream = kept.request(requestFields(request, scheme), body !== undefined);
    this.#stage = "calling";
    this.#stream = stream;
    this.#session = kept.session;
    this.wasSent = true;
    stream.on("response", (_fields, flags, raw) => this.#answer(flags, raw));
    stream.on("trailers", (_fields, _flags, raw) => {
      if (raw !== undefined) this.trailers.push(...responseLines(raw));
    });
    stream.on("end", this.#end);
    stream.on("error", (error) => (this.#problem = error));
    stream.on("close", this.#close);
    const { readTimeoutMs } = this.#origin;
    // Whom setTimeout() is given is told once, and there may be silence again.
    stream.on("timeout", () => this.#handleSilence(readTimeoutMs));
    stream.setTimeout(readTimeoutMs);
    if (body !== undefined) void this.#send(body, stream);
  }

  /** Ends the call, whatever has come of it. Does nothing once it is complete. */
  readonly abort = (): void => {
    if (!this.#isOver) this.fail(new OriginError("unwanted", "Nobody wants the answer any more"));
  };

  fail(error: Error): void {
    if (this.#isOver) return;
    const hadHead = this.#stage === "answering";
    this.#stage = "failed";
    this.attempt.ended(faultOf(error), errorNameOf(error, this.attempt.connectedAt !== undefined));
    this.#stop(constants.NGHTTP2_CANCEL);
    if (hadHead) this.#sink?.breakOff();
    else this.#reject(error);
  }

  discard(): void {
    this.abort();
  }

  sendTo(sink: BodySink): void {
    if (this.#stage === "failed") {
      sink.breakOff();
      return;
    }
    this.#sink = sink;
    this.#stream?.on("data", this.#pass);
  }

  readonly #pass = (chunk: Buffer): void => {
    const sink = this.#sink;
    if (sink === undefined || sink.write(chunk) || this.#waitsForSink) return;
    this.#waitsForSink = true;
    this.#stream?.pause();
    sink.whenReady(() => {
      this.#waitsForSink = false;
      this.#stream?.resume();
    });
  };

  #answer(flags: number, raw: readonly string[] = []): void {
    if (this.#isOver) return;
    const status = statusOf(raw);
    this.attempt.answered(status);
    // An answer without messages has its trailers in its head, and whoever called must see that nothing follows.
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    this.#stage = "answering";
    const body = isWhole ? emptyBody : this;
    this.#resolve({ status, reason: "", headers: responseLines(raw), body, isS3: false });
    if (isWhole) {
      this.#complete();
      this.#stream?.resume();
    }
  }

  readonly #end = (): void => {
    // Node ends what was reset, too.
    if (this.#isOver || this.#stream?.rstCode !== constants.NGHTTP2_NO_ERROR) return;
    this.#complete();
    this.#sink?.end();
  };

  /** An origin may have said all while messages are on their way to it, which nobody needs any more. */
  #complete(): void {
    this.#stage = "complete";
    this.attempt.ended();
    this.#stop(constants.NGHTTP2_NO_ERROR);
  }

  readonly #close = (): void => {
    if (this.#isOver) return;
    const code = this.#stream?.rstCode ?? constants.NGHTTP2_NO_ERROR;
    // Node says of all streams of a connection that is lost that they were canceled, as only the viewer's own call may be.
    const isLost = code === constants.NGHTTP2_CANCEL && this.#session?.destroyed === true;
    // Without an error it has ended all the same, before its end.
    if (code !== constants.NGHTTP2_NO_ERROR && !isLost) this.resetCode = code;
    // What it has not looked at may be asked for again (RFC 9113 §8.7).
    if (code === constants.NGHTTP2_REFUSED_STREAM) this.wasSent = false;
    this.fail(this.#problem ?? new Error(`The origin ended the stream with code ${code}`));
  };

  #stop(code: number): void {
    clearTimeout(this.#completion);
    this.#body?.endAttempt();
    const stream = this.#stream;
    if (stream !== undefined && !stream.closed && !stream.writableFinished) stream.close(code);
    else if (code !== constants.NGHTTP2_NO_ERROR) stream?.close(code);
  }

  /** Either side may have nothing to say for a while, but not both, and not before the answer begins. */
  #handleSilence(timeoutMs: number): void {
    if (this.#waitsForSink || (this.#stage === "answering" && this.#sink === undefined)) {
      this.#stream?.setTimeout(timeoutMs);
    } else {
      this.fail(new OriginError("too-slow", `Nothing came or went for ${timeoutMs} ms`));
    }
  }

  async #send(body: OutgoingBody, stream: ClientHttp2Stream): Promise<void> {
    this.#body = body;
    body.allowPauses();
    try {
      for await (const chunk of body) {
        if (stream.closed || stream.destroyed) return;
        if (!stream.write(chunk)) await drained(stream);
      }
      if (!stream.closed) stream.end();
    } catch (error) {
      const isTooLarge = body.isTooLarge;
      this.fail(
        isTooLarge
          ? new OriginError("body-too-large", (error as Error).message)
          : asUnwanted(error),
      );
    }
  }

  get #isOver(): boolean {
    return this.#stage === "complete" || this.#stage === "failed";
  }
}

/** The viewer has left in the middle of what it had to say. */
function asUnwanted(error: unknown): OriginError {
  return new OriginError("unwanted", (error as Error).message);
}

function drained(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}
