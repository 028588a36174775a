/** The test events of a function, as this browser keeps them. They are files of the form of `footlight test`. */
import { recallKept } from "../base/kept.ts";
import { keepOrTell } from "../parts/keep-or-tell.ts";
import { eventText, freeName, newEvent, type EventFile, type TestEvent } from "./event-model.ts";

/** Told of by other tabs, too: they keep the same ones. */
export function placeOf(name: string): string {
  return `footlight.events.${name}`;
}

/** @returns undefined where none are kept, as in a browser that has no room for them */
export function keptEvents(name: string): readonly TestEvent[] | undefined {
  return recallKept("local", placeOf(name), areEvents);
}

/** @param source by which the first event's type is chosen where none are kept */
export function recallEvents(name: string, source: string): readonly TestEvent[] {
  const events = keptEvents(name);
  if (events !== undefined) return events;
  const isResponse = /\bevent\.response\b/.test(source);
  const type = isResponse ? "viewer-response" : "viewer-request";
  return [{ name: "first-event", text: eventText(newEvent(type)) }];
}

export function keepEvents(name: string, events: readonly TestEvent[]): void {
  keepOrTell("local", placeOf(name), events);
}

function areEvents(value: unknown): value is readonly TestEvent[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (each: Partial<TestEvent> | null) =>
        typeof each?.name === "string" && typeof each.text === "string",
    )
  );
}

/**
 * @param wanted its name, unless another has it
 * @returns its name
 */
export function keepAnother(
  name: string,
  source: string,
  wanted: string,
  event: EventFile,
): string {
  const kept = recallEvents(name, source);
  const free = freeName(
    wanted,
    kept.map((each) => each.name),
  );
  keepEvents(name, [...kept, { name: free, text: eventText(event) }]);
  return free;
}
