/**
 * Reads the bodies of requests, each within its limit and all of them within one bound: a caller's
 * signature covers the body, so it is held before we know who calls.
 *
 * What is refused is read all the same, up to a bound, and dropped: a caller that is cut off while it
 * sends would see a reset connection and not the answer.
 */
import { ApiError } from "../model/errors.ts";

/** How much of a body that is refused is read. */
const refusedBodyMaxBytes = 64 * 1024 * 1024;

export class RequestBodies {
  readonly #maxHeldBytes: number;
  #heldBytes = 0;

  /** @param maxHeldBytes of all bodies that are read or worked on at one time */
  constructor(maxHeldBytes: number) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /**
   * @param use what is done with the body; it counts as held until that has ended
   * @throws RequestTooLarge, when it is over `limit` bytes
   * @throws ServiceUnavailable, when too much is held already; AWS clients try again by themselves
   */
  async with<Result>(
    chunks: AsyncIterable<Uint8Array>,
    limit: number,
    use: (body: Uint8Array) => Promise<Result>,
  ): Promise<Result> {
    let kept: Uint8Array[] = [];
    let held = 0;
    let size = 0;
    let hasRoom = true;
    const drop = (): void => {
      this.#heldBytes -= held;
      held = 0;
      kept = [];
    };
    try {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > refusedBodyMaxBytes) break;
        hasRoom &&= this.#heldBytes + chunk.length <= this.#maxHeldBytes;
        if (size > limit || !hasRoom) {
          drop();
          continue;
        }
        kept.push(chunk);
        held += chunk.length;
        this.#heldBytes += chunk.length;
      }
      if (size > limit) {
        throw new ApiError("RequestTooLarge", `The request body is over ${limit} bytes`);
      }
      if (!hasRoom) {
        throw new ApiError(
          "ServiceUnavailable",
          "Too many large requests are being read at this time. Please try again.",
        );
      }
      return await use(Buffer.concat(kept));
    } finally {
      drop();
    }
  }
}
