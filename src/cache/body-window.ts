/**
 * The latest bytes of a body in memory, by their position in it.
 *
 * Pieces are kept as they came, without a copy, where they are large enough to be worth their
 * object: what comes byte by byte is gathered in blocks, so that a window holds little more memory
 * than it says.
 */

/** Below this a piece costs more than a copy of it, in bytes. */
const smallMax = 4096;
const blockMax = 64 * 1024;
/** Beyond this a body goes on in the pieces that it came in. */
const joinedMax = 16 * 1024;

const noBytes = new Uint8Array(0);

interface Piece {
  /** Position of its first byte. */
  readonly at: number;
  bytes: Uint8Array;
  /** What `bytes` is the beginning of, where there is room behind it for more. */
  block: Uint8Array | undefined;
}

export class BodyWindow {
  #pieces: Piece[] = [];
  #end = 0;

  /** Position of the first byte that is here. */
  get first(): number {
    return this.#pieces[0]?.at ?? this.#end;
  }

  /** Position after the last. */
  get end(): number {
    return this.#end;
  }

  get bytes(): number {
    return this.#end - this.first;
  }

  /** @param chunk is not changed any more by whoever made it */
  append(chunk: Uint8Array): void {
    const { length } = chunk;
    if (length === 0) return;
    const last = this.#pieces.at(-1);
    const isSmall = length < smallMax;
    if (isSmall && last !== undefined && last.bytes.length + length <= blockMax && isGathered(last))
      gather(last, chunk);
    else this.#pieces.push({ at: this.#end, bytes: unpinned(chunk), block: undefined });
    this.#end += length;
  }

  /** @returns the bytes from a position on, some of them at least; undefined when they are not here */
  from(position: number): Uint8Array | undefined {
    const pieces = this.#pieces;
    if (position < this.first || position >= this.#end) return undefined;
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle] as Piece).at <= position) low = middle;
      else high = middle - 1;
    }
    const { at, bytes } = pieces[low] as Piece;
    return position === at ? bytes : bytes.subarray(position - at);
  }

  /**
   * @returns all bytes from one position to another, in one piece; undefined when they are not all
   *   here, or are more than is worth joining
   */
  between(first: number, end: number): Uint8Array | undefined {
    if (first < this.first || end > this.#end) return undefined;
    if (this.#pieces.length > 1) {
      if (this.bytes > joinedMax) return undefined;
      const bytes = Buffer.concat(this.#pieces.map((piece) => piece.bytes));
      this.#pieces = [{ at: this.first, bytes, block: undefined }];
    }
    const [piece] = this.#pieces;
    if (piece === undefined) return noBytes;
    return piece.bytes.subarray(first - piece.at, end - piece.at);
  }

  /** Lets go of the oldest pieces that end before a position, until few enough bytes are left. */
  drop(before: number, keep: number): void {
    const pieces = this.#pieces;
    let count = 0;
    for (const { at, bytes } of pieces) {
      if (this.#end - at <= keep || at + bytes.length > before) break;
      count += 1;
    }
    if (count > 0) pieces.splice(0, count);
  }

  clear(): void {
    this.#pieces = [];
  }
}

function isGathered({ bytes, block }: Piece): boolean {
  return block !== undefined || bytes.length < smallMax;
}

/** Appends to a piece. Whoever has read the beginning of its block keeps reading the same bytes. */
function gather(piece: Piece, chunk: Uint8Array): void {
  const used = piece.bytes.length;
  const length = used + chunk.length;
  let { block } = piece;
  if (block === undefined || block.length < length) {
    block = Buffer.allocUnsafeSlow(Math.min(blockMax, Math.max(1024, 2 * length)));
    block.set(piece.bytes);
  }
  block.set(chunk, used);
  piece.block = block;
  piece.bytes = block.subarray(0, length);
}

/** A copy, where a chunk is a small part of what it would keep in memory. */
function unpinned(chunk: Uint8Array): Uint8Array {
  return chunk.buffer.byteLength > 4 * chunk.length ? new Uint8Array(chunk) : chunk;
}
