/**
 * What is recorded of one function: the latest runs in a ring, and beside it runs whose shapes were new, which
 * what is common does not push out.
 */

/** Runs that the ring holds. */
const ringMax = 4000;
/** Shapes of which one run each is kept. */
const shapesMax = 512;

export interface RecordedLine {
  /** Counts the worker's lines from 1. */
  readonly number: number;
  /** A recorded run in JSON. */
  readonly text: string;
  /** Till when it may be kept, in milliseconds since the epoch. */
  readonly until: number;
}

export class FunctionRecording {
  /** In the order they came. */
  readonly #ring: RecordedLine[] = [];
  /** By shape. */
  readonly #novel = new Map<string, RecordedLine>();
  readonly #random: () => number;
  /** How many shapes were new. */
  #shapes = 0;
  #bytes = 0;

  /** @param random from 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** What it takes, in characters. */
  get bytes(): number {
    return this.#bytes;
  }

  add(shape: string, line: RecordedLine): void {
    this.#ring.push(line);
    this.#bytes += line.text.length;
    if (this.#ring.length > ringMax) this.drop();
    if (!this.#novel.has(shape)) this.#addNovel(shape, line);
  }

  /** Lets go of the oldest run of the ring, or of a shape's where that is empty. */
  drop(): void {
    const oldest = this.#ring.shift();
    if (oldest !== undefined) this.#bytes -= oldest.text.length;
    else for (const [shape] of this.#novel) return this.#forget(shape);
  }

  /** Lets go of what may not be kept any more. @param now milliseconds since the epoch */
  forgetUntil(now: number): void {
    const isOver = ({ until }: RecordedLine): boolean => until <= now;
    const kept = this.#ring.filter((line) => !isOver(line));
    if (kept.length < this.#ring.length) {
      for (const line of this.#ring) if (isOver(line)) this.#bytes -= line.text.length;
      this.#ring.splice(0, this.#ring.length, ...kept);
    }
    for (const [shape, line] of this.#novel) if (isOver(line)) this.#forget(shape);
  }

  /** @returns those behind a number, in order */
  linesAfter(number: number): RecordedLine[] {
    const lines = new Map<number, RecordedLine>();
    for (const line of [...this.#novel.values(), ...this.#ring]) {
      if (line.number > number) lines.set(line.number, line);
    }
    return [...lines.values()].sort((one, other) => one.number - other.number);
  }

  /** A reservoir: each shape that was ever new has the same chance to be in it. */
  #addNovel(shape: string, line: RecordedLine): void {
    this.#shapes += 1;
    if (this.#novel.size >= shapesMax) {
      const place = Math.floor(this.#random() * this.#shapes);
      if (place >= shapesMax) return;
      this.#forget([...this.#novel.keys()][place]!);
    }
    this.#novel.set(shape, line);
    this.#bytes += line.text.length;
  }

  #forget(shape: string): void {
    this.#bytes -= this.#novel.get(shape)?.text.length ?? 0;
    this.#novel.delete(shape);
  }
}
