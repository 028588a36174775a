/**
 * One request to an origin and its response: undici calls it as things arrive, and it passes the
 * head on at once and the body piece by piece.
 *
 * What comes in the same moment as the head is kept until someone says where to send it, so a
 * small response goes on whole. What breaks off in the middle breaks off where it goes as well: a
 * body must never look complete when it isn't.
 */
import { errors, type Dispatcher } from "undici";
import type { BodySink, BodySource } from "../../base/body.ts";
import type { OriginConnections } from "./origin-connections.ts";
import { framingComplaint, headMax, headSize } from "./framing.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";
import { OriginError } from "./faults.ts";
import type { OriginResponse } from "./origins.ts";
import type { OutgoingBody } from "./requester.ts";

/** "HTTP/1.1 103", its line end and the one after the head. */
const statusLineMin = 16;

/** Bytes of a body that are kept before it is known where they go. */
const earlyMax = 64 * 1024;

const noBytes = new Uint8Array(0);

type Controller = Dispatcher.DispatchController;

export class OriginExchange implements Dispatcher.DispatchHandler, BodySource {
  readonly response: Promise<OriginResponse>;
  /** Whether there was a connection to begin it on. */
  connected = false;
  /** Whether the connection it was begun on had served other requests before. */
  reused = false;
  /** Whether anything of it went out, so that the origin may have begun to act on it. */
  sent = false;
  /** Whether nobody wants the response any more. */
  aborted = false;
  /** Whether asking again would not help: what came was no HTTP response, or the time is used up. */
  hopeless = false;

  #controller: Controller | undefined;
  #resolve!: (response: OriginResponse) => void;
  #reject!: (error: Error) => void;
  #hasHead = false;
  #ended = false;
  #error: Error | undefined;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #sink: BodySink | undefined;
  #waitsForSink = false;
  #completion: NodeJS.Timeout | undefined;
  /** Runs from the first informational response to the response itself. */
  #interim: NodeJS.Timeout | undefined;
  #interimBytes = 0;
  /** Whether all of the request went out. */
  #isSent = false;

  readonly #isS3: boolean;
  readonly #readTimeoutMs: number;
  readonly #body: OutgoingBody | undefined;
  readonly #connections: Pick<OriginConnections, "isOpening">;

  /** @param body what it sends; told when the attempt is over */
  constructor(
    { completionTimeoutMs, readTimeoutMs, kind }: OriginSettings,
    body: OutgoingBody | undefined,
    connections: Pick<OriginConnections, "isOpening">,
  ) {
    this.#isS3 = kind === "s3";
    this.#readTimeoutMs = readTimeoutMs;
    this.#body = body;
    this.#connections = connections;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (completionTimeoutMs > 0) {
      this.#completion = setTimeout(() => {
        this.#cancel(
          new OriginError(
            "too-slow",
            `The response was not complete after ${completionTimeoutMs} ms`,
          ),
        );
      }, completionTimeoutMs);
    }
  }

  /** Ends the request, whatever has come of it. Does nothing once it is complete. */
  readonly abort = (): void => {
    if (this.#ended) return;
    this.aborted = true;
    this.#cancel(new OriginError("unwanted", "Nobody wants the response any more"));
  };

  discard(): void {
    this.#early = [];
    this.abort();
  }

  /** undefined until the response is complete: what its head promises may not come. */
  get length(): number | undefined {
    return this.whole?.length;
  }

  get whole(): Uint8Array | undefined {
    if (!this.#ended || this.#error !== undefined) return undefined;
    if (this.#early.length > 1) this.#early = [Buffer.concat(this.#early)];
    return this.#early[0] ?? noBytes;
  }

  sendTo(sink: BodySink): void {
    if (this.#error !== undefined) {
      sink.breakOff();
      return;
    }
    const early = this.#early;
    this.#early = [];
    this.#sink = sink;
    for (const chunk of early) this.#write(chunk);
    if (this.#ended) sink.end();
    else if (!this.#waitsForSink) this.#controller?.resume();
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    this.connected = true;
    this.reused = !this.#connections.isOpening;
    if (this.#error !== undefined) controller.abort(this.#error);
  }

  onBodySent(): void {
    this.sent = true;
  }

  onRequestSent(): void {
    this.sent = true;
    this.#isSent = true;
    if (this.#interimBytes > 0) this.#limitWait();
  }

  onResponseStart(controller: Controller, status: number, _: unknown, reason?: string): void {
    const headers = decodeHeaders(controller.rawHeaders);
    if (status < 200) {
      this.#passOver(headers);
      return;
    }
    clearTimeout(this.#interim);
    const complaint = framingComplaint(status, headers);
    if (complaint !== undefined) {
      this.#cancel(new OriginError("malformed", complaint));
      return;
    }
    this.#hasHead = true;
    this.#resolve({ status, reason: reason ?? "", headers, body: this, isS3: this.#isS3 });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#sink !== undefined) {
      this.#write(chunk);
      return;
    }
    if (this.aborted) return;
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > earlyMax) controller.pause();
  }

  onResponseEnd(): void {
    this.#finish();
    this.#sink?.end();
  }

  onResponseError(_: unknown, error: Error): void {
    this.#finish();
    this.#error ??= error;
    this.#body?.endAttempt();
    if (!this.#hasHead) {
      this.hopeless = isHopeless(this.#error);
      this.#reject(this.#error);
    } else this.#sink?.breakOff();
  }

  /**
   * An informational response is no answer, and each makes undici wait anew: an origin could send
   * them for ever. Together they are no larger than a head, and the response itself comes in time.
   */
  #passOver(headers: readonly string[]): void {
    this.#interimBytes += statusLineMin + headSize(headers);
    if (this.#interimBytes > headMax) {
      this.#cancel(
        new OriginError("malformed", `Informational responses of over ${headMax} bytes`),
      );
    } else if (this.#isSent) {
      this.#limitWait();
    }
  }

  #limitWait(): void {
    this.#interim ??= setTimeout(() => {
      const waitMs = this.#readTimeoutMs;
      this.#cancel(
        new OriginError("too-slow", `No response came within ${waitMs} ms of an informational one`),
      );
    }, this.#readTimeoutMs);
  }

  #write(chunk: Buffer): void {
    const sink = this.#sink;
    if (sink === undefined || sink.write(chunk) || this.#waitsForSink) return;
    this.#waitsForSink = true;
    this.#controller?.pause();
    sink.whenReady(() => {
      this.#waitsForSink = false;
      this.#controller?.resume();
    });
  }

  #cancel(error: Error): void {
    if (this.#ended || this.#error !== undefined) return;
    this.#error = error;
    if (this.#controller !== undefined) {
      this.#controller.abort(error);
      return;
    }
    this.#finish();
    this.#reject(error);
  }

  #finish(): void {
    this.#ended = true;
    clearTimeout(this.#completion);
    clearTimeout(this.#interim);
  }
}

/** Whether asking again would end the same way, or the time for it is used up. */
function isHopeless(error: Error): boolean {
  return (
    error instanceof OriginError ||
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    // Before there is a head, this is how undici calls a length that contradicts something.
    error instanceof errors.ResponseContentLengthMismatchError
  );
}

/** undici hands the bytes over as they were; every byte is one character of Latin-1. */
function decodeHeaders(raw: Controller["rawHeaders"]): string[] {
  const headers: string[] = [];
  if (!Array.isArray(raw)) return headers;
  for (const text of raw) {
    headers.push(typeof text === "string" ? text : text.toString("latin1"));
  }
  return headers;
}
