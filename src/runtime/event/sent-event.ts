/** One event on its way into a copy's isolate. */
import type { FunctionEvent } from "../function-runtime.ts";
import { encodeEvent } from "./encode-event.ts";
import type { EventForm } from "./event-form.ts";

export interface SentEvent {
  /** What the frozen realm is sent. */
  readonly text: string;
  /** What a realm of its own is sent, of whose built-ins nothing is proven. */
  readonly whole: string;
  /** Makes another text, with the whole of a part. */
  widen(part: string): void;
}

/** A viewer's event, of which only that is sent which the function may read. */
export class ViewerEvent implements SentEvent {
  readonly #event: FunctionEvent;
  readonly #form: EventForm;
  readonly #isSpelled: boolean;
  #text: string | undefined;

  /** @param isSpelled whether the names of headers are spelled out, however well they are known */
  constructor(event: FunctionEvent, form: EventForm, isSpelled = false) {
    this.#event = event;
    this.#form = form;
    this.#isSpelled = isSpelled;
  }

  get text(): string {
    const { reads, shapes } = this.#form;
    return (this.#text ??= encodeEvent(this.#event, reads, this.#isSpelled ? undefined : shapes));
  }

  get whole(): string {
    return encodeEvent(this.#event);
  }

  widen(part: string): void {
    this.#form.widen(part);
    this.#text = undefined;
  }
}

/** A test's event, which is always sent whole. @param text as test-event.ts completes it */
export function testEvent(text: string): SentEvent {
  return {
    text,
    whole: text,
    widen(part) {
      throw new Error(`The guest asked for ${part} of an event that was sent whole`);
    },
  };
}
