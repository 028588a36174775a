/** What stands beside an event that is sent to be run, by the rules of the files of `footlight test`. */
import type { EventSurroundings } from "../control/functions/judge-function.ts";
import { readCircumstances } from "../events/circumstances.ts";
import { EventFileError } from "../events/event-file-error.ts";
import { readExpectation } from "../events/expectation.ts";
import type { Keys } from "../events/key-value-file.ts";
import { isObject } from "../events/read-json-file.ts";
import { InvalidArgument } from "../model/errors.ts";
import type { KeyValueContents } from "../runtime/function-runtime.ts";
import { compareApart } from "./compare-apart.ts";

/** What messages begin with, in the place of a file's name. */
const subject = "The event";

/** @throws InvalidArgument, naming the member that is unknown or wrong */
export function readSurroundings(expect: unknown, given: unknown): EventSurroundings {
  // A file of who asks: this node has none of theirs, and shows none of its own.
  if (isObject(given) && typeof given["keys"] === "string") {
    throw new InvalidArgument(
      `given.keys names the file "${given["keys"].slice(0, 100)}", which is not here: write the pairs themselves, as {"key": "value"}`,
    );
  }
  try {
    const { now, seed, runtime, keys } = readCircumstances(subject, given);
    const expectation = expect === undefined ? undefined : readExpectation(subject, expect);
    return {
      runtime,
      store: keys && storeOf(keys),
      circumstances: { now, seed },
      findDifferences: (run) => compareApart({ expectation, run }),
    };
  } catch (error) {
    if (!(error instanceof EventFileError)) throw error;
    throw new InvalidArgument(error.message);
  }
}

/** As `footlight test` makes one of an event's pairs. */
function storeOf(keys: Keys): KeyValueContents {
  return {
    id: "00000000-0000-4000-8000-000000000000",
    get: (key) => (Object.hasOwn(keys, key) ? keys[key] : undefined),
    keyCount: Object.keys(keys).length,
    createdTime: "1970-01-01T00:00:00.000Z",
    lastUpdatedTime: "1970-01-01T00:00:00.000Z",
    entries: () => Object.entries(keys),
  };
}
