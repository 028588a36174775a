/**
 * Bytes of a message on their way: pushed from where they come to where they go, by one reader.
 *
 * Neither side knows what the other is: a socket, a stream of HTTP/2, a file, a test. What changes
 * bytes on the way (compressing, slicing, counting, sharing) is a source that reads another.
 */

/** Where a body goes. */
export interface BodySink {
  /** @returns false when nothing more should be written before `whenReady` has called back */
  write(chunk: Uint8Array): boolean;
  /** Calls back once, when more may be written. Not at all after an end. */
  whenReady(go: () => void): void;
  /** Nothing more comes, and the body is complete. */
  end(): void;
  /** What was promised will not come, and must not look complete. */
  breakOff(): void;
}

/** Where a body comes from. Exactly one of `sendTo` and `discard` is called, once. */
export interface BodySource {
  /** Bytes in all; undefined while nobody knows. */
  readonly length: number | undefined;
  /** All of it, where it is here already: a transport joins it with the head in one write. */
  readonly whole: Uint8Array | undefined;
  /** What stands behind it, names and values in turn: all of it once the body has ended. Undefined where nothing can. */
  readonly trailers?: readonly string[];
  /** Of one that broke off: why, as HTTP/2 has it (RFC 9113 §7). Undefined where nobody said. */
  readonly resetCode?: number | undefined;
  sendTo(sink: BodySink): void;
  /** Nobody wants it: lets go of whatever would bring the rest. */
  discard(): void;
}

const noBytes = new Uint8Array(0);

/** A body that is here already. */
export class WholeBody implements BodySource {
  readonly whole: Uint8Array;

  constructor(whole: Uint8Array) {
    this.whole = whole;
  }

  get length(): number {
    return this.whole.length;
  }

  sendTo(sink: BodySink): void {
    if (this.whole.length > 0) sink.write(this.whole);
    sink.end();
  }

  discard(): void {}
}

/** The body of what has none. */
export const emptyBody: BodySource = new WholeBody(noBytes);
