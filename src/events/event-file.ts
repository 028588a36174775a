/**
 * An event in a file: what TestFunction takes, and with it what is Footlight's own.
 *
 * The event is AWS's, as `aws cloudfront test-function --event-object fileb://FILE` sends it and as CloudFront's
 * console copies it. Two members beside it are ours, and are taken off before a function sees it: `expect`, what must
 * hold of the result, and `given`, what a run reads that is not in the event. They may stand in `NAME.expect.json`
 * beside `NAME.json`, so that the event's file stays AWS's to the letter.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { readTestEvent } from "../runtime/event/test-event.ts";
import { InvalidEventObject, type EventType } from "../runtime/function-runtime.ts";
import type { EventObject } from "../runtime/testing/short-event.ts";
import { readCircumstances, type Circumstances } from "./circumstances.ts";
import { EventFileError } from "./event-file-error.ts";
import { readExpectation, type Expectation } from "./expectation.ts";
import { remarksOn, whyNoEvent } from "./event-members.ts";
import { parseJsonObject, readTextFile, type JsonObject } from "./read-json-file.ts";

export interface EventFile {
  /** As it was named. */
  readonly file: string;
  /** What the test is called. */
  readonly name: string;
  readonly eventType: EventType;
  /** What TestFunction takes, and nothing else. */
  readonly event: EventObject;
  /** Absent where the file has none: then a run is only to succeed. */
  readonly expect?: Expectation;
  readonly given: Circumstances;
  /** What CloudFront would not read in the event, or not take, a sentence each. */
  readonly remarks: readonly string[];
}

/** What is Footlight's own in a file. */
interface OwnMembers {
  readonly expect?: unknown;
  readonly given?: unknown;
}

/** @throws EventFileError, when there is no such file, or it is no event */
export function readEventFile(file: string): EventFile {
  const beside = expectationFileOf(file);
  return parseEventFile(file, readTextFile(file), existsSync(beside) ? beside : undefined);
}

/** `a.json` → `a.expect.json`. */
export function expectationFileOf(file: string): string {
  return file.replace(/(\.json)?$/i, ".expect.json");
}

/**
 * @param file its name, for messages
 * @param beside the file with its expectation, if there is one
 * @throws EventFileError, when the text is no event
 */
export function parseEventFile(file: string, text: string, beside?: string): EventFile {
  const { expect, given, ...event } = parseJsonObject(file, text);
  const problem = whyNoEvent(event);
  if (problem !== undefined) throw new EventFileError(file, problem);
  const own = ownMembersOf(file, { expect, given }, beside);
  const named = beside ?? file;
  const circumstances = readCircumstances(named, own.given);
  return {
    file,
    name: circumstances.name ?? basename(file).replace(/\.json$/i, ""),
    eventType: typeOf(file, event),
    event: event as unknown as EventObject,
    ...(own.expect !== undefined && { expect: readExpectation(named, own.expect) }),
    given: circumstances,
    remarks: remarksOn(event),
  };
}

function typeOf(file: string, event: JsonObject): EventType {
  try {
    return readTestEvent(JSON.stringify(event)).eventType;
  } catch (error) {
    if (!(error instanceof InvalidEventObject)) throw error;
    throw new EventFileError(file, `is no event: ${error.message}`, { cause: error });
  }
}

function ownMembersOf(file: string, own: OwnMembers, beside: string | undefined): OwnMembers {
  if (beside === undefined) return own;
  const twice = Object.entries(own).find(([, value]) => value !== undefined)?.[0];
  if (twice !== undefined) {
    throw new EventFileError(
      file,
      `has the member ${twice}, and ${beside} is there too: keep one of them`,
    );
  }
  const { expect, given, ...others } = parseJsonObject(beside, readTextFile(beside));
  const [unknown] = Object.keys(others);
  if (unknown === undefined) return { expect, given };
  throw new EventFileError(
    beside,
    `has an unknown member ${unknown}: it takes expect and given, as in {"expect": {"status": 301}}`,
  );
}
