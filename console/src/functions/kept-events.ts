/** The test events of a function, as this browser keeps them. They are files of the form of `footlight test`. */
import { eventText, freeName, newEvent, type EventFile, type TestEvent } from "./event-model.ts";

function placeOf(name: string): string {
  return `footlight.events.${name}`;
}

/** @param source by which the first event's type is chosen where none are kept */
export function recallEvents(name: string, source: string): readonly TestEvent[] {
  const text = localStorage.getItem(placeOf(name));
  if (text !== null) {
    const events = JSON.parse(text) as readonly TestEvent[];
    if (events.length > 0) return events;
  }
  const isResponse = /\bevent\.response\b/.test(source);
  const type = isResponse ? "viewer-response" : "viewer-request";
  return [{ name: "first-event", text: eventText(newEvent(type)) }];
}

export function keepEvents(name: string, events: readonly TestEvent[]): void {
  localStorage.setItem(placeOf(name), JSON.stringify(events));
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
