/**
 * Makes gzip members (RFC 1952 §2.2), one after the other, with one compressor: another for each would have the
 * garbage collector look through all that the process has several times a second, for memory that is outside its heap.
 */
import { constants, createGzip, type Gzip, type ZlibReset } from "node:zlib";

/**
 * Logs say the same again and again: more effort saves little. What comes out is cut from pieces of memory of this size, so that most
 * members are in one.
 */
const settings = { level: constants.Z_BEST_SPEED, chunkSize: 1024 * 1024 };

/** As Node documents it of what deflates, which @types/node does not of this. */
type Compressor = Gzip & ZlibReset;

export class GzipMembers {
  #stream: Compressor | undefined;
  /** Settled when the one before is made, or has failed. */
  #before: Promise<unknown> = Promise.resolve();

  /** @returns a member that has all of them; they are not to be changed before */
  make(bytes: Buffer): Promise<Buffer> {
    const made = this.#before.then(() => this.#make(bytes));
    this.#before = made.catch(() => {
      // Whoever waits for it is told. Its state is not known.
      this.#stream?.destroy();
      this.#stream = undefined;
    });
    return made;
  }

  async #make(bytes: Buffer): Promise<Buffer> {
    const stream = (this.#stream ??= createGzip(settings) as Compressor);
    const pieces: Buffer[] = [];
    const take = (piece: Buffer): void => void pieces.push(piece);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    stream.on("data", take);
    stream.once("error", reject);
    stream.write(bytes);
    stream.flush(constants.Z_FINISH, () => resolve());
    try {
      await promise;
    } finally {
      stream.off("data", take);
      stream.off("error", reject);
    }
    stream.reset();
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
}
