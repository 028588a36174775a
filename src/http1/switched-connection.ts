/**
 * A connection whose other side has switched to another protocol (RFC 9110 §15.2.2): from here on it
 * is bytes in both directions, which nobody here reads anything into.
 *
 * It stands where a response's body would, so that whoever lets go of the one lets go of the other.
 */
import type { Socket } from "node:net";
import type { BodySink, BodySource } from "../base/body.ts";

export class SwitchedConnection implements BodySource {
  readonly length = undefined;
  readonly whole = undefined;
  readonly socket: Socket;
  /** What came behind the head, and is of the other protocol already. */
  readonly early: Buffer;

  /** @param socket from which nobody reads any more; nothing more is read until it is joined to another */
  constructor(socket: Socket, early: Buffer) {
    this.socket = socket;
    this.early = early;
    // One side may have said all, and the other not (Node must know before it meets the end).
    socket.allowHalfOpen = true;
    socket.pause();
    // An error destroys it, and whoever takes it sees that.
    socket.on("error", () => {});
  }

  /** Who takes bodies alone can't take it. */
  sendTo(sink: BodySink): void {
    this.discard();
    sink.breakOff();
  }

  discard(): void {
    this.socket.destroy();
  }
}
