/** Bounds the bytes of bodies that are being written and not kept yet: of one process, and of all. */
import { blockBytes } from "./body-files.ts";

/** What they may take of all bytes: of one process, and of all. */
const ownShare = 0.25;
const allShare = 0.5;
/** What it is told in is no larger: a disk that is smaller than the store may be full by that. */
const stepMax = 1024 * 1024;

export class WritingRoom {
  /** What the store may take. */
  maxBytes: number;
  readonly #tell: (bytes: number) => void;
  #own = 0;
  /** What was said of it, which may be more. */
  #told = 0;
  #all = 0;

  /**
   * @param maxBytes what the store may take
   * @param tell tells the other processes what this one takes
   */
  constructor(maxBytes: number, tell: (bytes: number) => void) {
    this.maxBytes = maxBytes;
    this.#tell = tell;
  }

  /** @param bytes what all processes take */
  noteAll(bytes: number): void {
    this.#all = bytes;
  }

  /** @returns whether there is room; what is taken is to be given back */
  take(bytes: number): boolean {
    if (this.#own + bytes > ownShare * this.maxBytes) return false;
    if (this.#all > allShare * this.maxBytes) return false;
    this.#own += bytes;
    if (this.#own > this.#told) {
      const step = Math.max(4 * blockBytes, Math.min(stepMax, this.maxBytes / 64));
      this.#say(Math.ceil(this.#own / step + 1) * step);
    }
    return true;
  }

  giveBack(bytes: number): void {
    this.#own -= bytes;
    if (this.#own === 0 && this.#told > 0) this.#say(0);
  }

  #say(bytes: number): void {
    this.#told = bytes;
    this.#tell(bytes);
  }
}
