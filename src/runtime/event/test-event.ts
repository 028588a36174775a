/**
 * A test event: its form is checked, what may be left out is filled in, and it becomes the JSON
 * that guest/build-event.ts takes.
 */
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import { InvalidEventObject, type EventType } from "../function-runtime.ts";

type Json = Record<string, unknown>;

function requireObject(value: unknown, path: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidEventObject(
      `The event object's ${path} must be an object, got ${describe(value)}`,
    );
  }
  return value as Json;
}

function requireText(value: unknown, path: string): string {
  if (typeof value !== "string") {
    throw new InvalidEventObject(
      `The event object's ${path} must be a string, got ${describe(value)}`,
    );
  }
  return value;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Checks a map of names to `{value}`, and fills it in when it is absent. */
function completeMap(owner: Json, name: string, path: string): void {
  if (owner[name] === undefined) owner[name] = {};
  const map = requireObject(owner[name], `${path}.${name}`);
  for (const [key, given] of Object.entries(map)) {
    const entry = requireObject(given, `${path}.${name}['${key}']`);
    requireText(entry["value"], `${path}.${name}['${key}'].value`);
    if (entry["multiValue"] === undefined) continue;
    if (!Array.isArray(entry["multiValue"])) {
      throw new InvalidEventObject(
        `The event object's ${path}.${name}['${key}'].multiValue must be an array`,
      );
    }
    for (const item of entry["multiValue"]) {
      const at = `${path}.${name}['${key}'].multiValue`;
      requireText(requireObject(item, at)["value"], `${at}.value`);
    }
  }
}

export interface TestEvent {
  readonly eventType: EventType;
  /** What the guest's invokeTest takes. */
  readonly text: string;
  /** Complete, as it was checked. */
  readonly event: CheckedEvent;
  /** The query string that its parameters make; undefined when there are none. */
  readonly querystring: string | undefined;
}

export interface CheckedEntry {
  readonly value: string;
  readonly attributes?: unknown;
  readonly multiValue?: readonly CheckedEntry[];
}

export type CheckedMap = Readonly<Record<string, CheckedEntry>>;

export interface CheckedEvent {
  readonly context: Readonly<Record<string, unknown>>;
  readonly viewer?: unknown;
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly headers: CheckedMap;
    readonly cookies: CheckedMap;
  };
  readonly response?: {
    readonly statusCode: number;
    readonly statusDescription: string;
    readonly headers: CheckedMap;
    readonly cookies: CheckedMap;
  };
}

/** @throws InvalidEventObject, which names the member that is missing or wrong */
export function readTestEvent(eventObject: string): TestEvent {
  try {
    return read(eventObject);
  } catch (error) {
    // JSON.parse reads any depth, and JSON.stringify does not write every depth again.
    if (error instanceof RangeError) {
      throw new InvalidEventObject("The event object is nested too deep", { cause: error });
    }
    throw error;
  }
}

function read(eventObject: string): TestEvent {
  const parsed = parse(eventObject);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new InvalidEventObject(`The event object must be a JSON object, got ${describe(parsed)}`);
  }
  const event = parsed as Json;
  const context = requireObject(event["context"], "context");
  const eventType = context["eventType"];
  if (eventType !== "viewer-request" && eventType !== "viewer-response") {
    throw new InvalidEventObject(
      `The event object's context.eventType must be viewer-request or viewer-response, got ${describe(eventType)}`,
    );
  }
  const request = requireObject(event["request"], "request");
  requireText(request["method"], "request.method");
  requireText(request["uri"], "request.uri");
  for (const name of ["querystring", "headers", "cookies"]) completeMap(request, name, "request");
  if (eventType === "viewer-response") {
    const response = requireObject(event["response"], "response");
    if (!Number.isInteger(response["statusCode"])) {
      throw new InvalidEventObject(
        `The event object's response.statusCode must be an integer, got ${describe(response["statusCode"])}`,
      );
    }
    response["statusDescription"] ??= "";
    requireText(response["statusDescription"], "response.statusDescription");
    for (const name of ["headers", "cookies"]) completeMap(response, name, "response");
  } else {
    delete event["response"];
  }
  const querystring = rawQuery(request);
  return {
    eventType,
    text: JSON.stringify({ event, raw: querystring ?? null }),
    event: event as unknown as CheckedEvent,
    querystring,
  };
}

function parse(eventObject: string): unknown {
  try {
    return parseStrictJson(eventObject);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new InvalidEventObject(`The event object ${error.message}`, { cause: error });
  }
}

function rawQuery(request: Json): string | undefined {
  const pairs: string[] = [];
  for (const [name, given] of Object.entries(request["querystring"] as Json)) {
    const { value, multiValue } = given as { value: string; multiValue?: { value: string }[] };
    for (const each of multiValue ?? [{ value }]) pairs.push(`${name}=${each.value}`);
  }
  return pairs.length === 0 ? undefined : pairs.join("&");
}
