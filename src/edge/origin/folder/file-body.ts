/**
 * The bytes of a file, read as fast as they are taken, and no faster.
 *
 * A file that is written to while it is read breaks off: what came of it is neither what was there nor
 * what is there now. A file that is replaced goes on as it was.
 */
import type { BodySink, BodySource } from "../../../base/body.ts";
import type { OriginFault } from "../faults.ts";
import { wasWritten } from "./file-validators.ts";
import type { OpenFile } from "./open-in-folder.ts";

/** Bytes that are read at once. */
const chunkBytes = 64 * 1024;

export class FileBody implements BodySource {
  readonly length: number;
  readonly whole = undefined;

  readonly #file: OpenFile;
  readonly #end: number;
  readonly #ended: (fault?: OriginFault) => void;
  #position: number;
  #sink: BodySink | undefined;
  #isOver = false;
  /** Whether a read is under way, before whose end the file must stay open. */
  #isReading = false;
  /** Ends a wait for the sink. */
  #wake: (() => void) | undefined;

  /**
   * @param file is closed when all of it is sent, or nobody wants the rest
   * @param first the position of the first byte
   * @param end the position after the last; there is a byte at least
   * @param ended called once, with a fault where the body is not complete
   */
  constructor(
    file: OpenFile,
    { first, end }: { readonly first: number; readonly end: number },
    ended: (fault?: OriginFault) => void,
  ) {
    this.#file = file;
    this.#position = first;
    this.#end = end;
    this.length = end - first;
    this.#ended = ended;
  }

  sendTo(sink: BodySink): void {
    if (this.#isOver) {
      sink.breakOff();
      return;
    }
    this.#sink = sink;
    void this.#send(sink);
  }

  discard(): void {
    this.stop("unwanted");
  }

  /** Ends it as it is. Does nothing once it is complete. */
  stop(fault: OriginFault): void {
    if (this.#isOver) return;
    this.#finish(fault);
    this.#sink?.breakOff();
    this.#wake?.();
  }

  async #send(sink: BodySink): Promise<void> {
    while (!this.#isOver) {
      const chunk = await this.#read();
      if (this.#isOver) return;
      if (chunk === undefined) {
        this.stop("malformed");
        return;
      }
      this.#position += chunk.length;
      const isReady = sink.write(chunk);
      if (this.#position === this.#end) {
        this.#finish();
        sink.end();
      } else if (!isReady) await this.#whenReady(sink);
    }
  }

  /** @returns undefined when the file can't be read any more, or is another by now */
  async #read(): Promise<Uint8Array | undefined> {
    const { handle, stats } = this.#file;
    const wanted = Math.min(chunkBytes, this.#end - this.#position);
    this.#isReading = true;
    try {
      const { buffer, bytesRead } = await handle.read(
        Buffer.allocUnsafe(wanted),
        0,
        wanted,
        this.#position,
      );
      if (bytesRead === 0) return undefined;
      // Before the last of it is given away: after that it counts as complete.
      const isLast = this.#position + bytesRead === this.#end;
      if (isLast && wasWritten(stats, await handle.stat({ bigint: true }))) return undefined;
      return buffer.subarray(0, bytesRead);
    } catch {
      return undefined;
    } finally {
      this.#isReading = false;
      if (this.#isOver) void handle.close();
    }
  }

  #whenReady(sink: BodySink): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      sink.whenReady(resolve);
    });
  }

  #finish(fault?: OriginFault): void {
    this.#isOver = true;
    this.#ended(fault);
    if (!this.#isReading) void this.#file.handle.close();
  }
}
