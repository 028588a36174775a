/**
 * What clients did to one resource that is changed by If-Match, and what they were told. Each text that is
 * written to it is written once, so a text names the write that it came from.
 */
export interface Call {
  /** "update" writes the draft, "publish" copies it to what viewers get; both only if it is `expected`. "read" saw `text` as the draft. */
  readonly kind: "update" | "publish" | "read";
  /** The draft that If-Match stood for. */
  readonly expected?: string;
  /** What an update writes, or a read saw. */
  readonly text?: string;
  /** "refused": it was said that the draft is another. "unknown": nobody said what became of it. */
  readonly outcome: "done" | "refused" | "unknown";
  /** When it was asked and answered, in milliseconds of one clock; what was never answered is never over. */
  readonly from: number;
  readonly to: number;
}

export interface History {
  readonly name: string;
  /** The text that the resource is made with, in both of its stages. */
  readonly initial: string;
  readonly calls: Call[];
}

/** What viewers got at an edge until they got something else there. */
export interface Seen {
  readonly edge: string;
  /** Counts the edge's starts. */
  readonly life: number;
  readonly text: string;
  /** When the first of them asked, and when that one was answered. */
  readonly from: number;
  readonly to: number;
  /** When the last of them was. */
  until: number;
}
