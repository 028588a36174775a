/**
 * How the events of one copy are written: what of them is sent, and by which numbers the names of their
 * headers are known.
 *
 * It belongs to the copy, and isolates come and go under it. The guest makes the same event of a text each
 * time, however often what is sent has grown since: a text means what it meant for as long as the copy is loaded.
 */
import { type ReadParts, withWhole } from "../dialect/read-parts.ts";
import { ShapeNumbers } from "./header-shapes.ts";

export class EventForm {
  readonly shapes = new ShapeNumbers();
  #reads: ReadParts;

  /** @param reads what the source may read, as the proof has it */
  constructor(reads: ReadParts) {
    this.#reads = reads;
  }

  get reads(): ReadParts {
    return this.#reads;
  }

  /** Sends the whole of a part from now on: what a function returned once it may return each time. */
  widen(part: string): void {
    this.#reads = withWhole(this.#reads, part);
    this.shapes.forget();
  }
}
