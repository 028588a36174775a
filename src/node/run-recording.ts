/** What an edge worker records of functions' runs, and what it answers of it to the node's first process. */
import { FieldHider, readHiddenFields } from "../edge/record/runs/hide-fields.ts";
import { RunRecorder, type RecordedPage } from "../edge/record/runs/run-recorder.ts";
import type { WorkerSettings } from "./worker-messages.ts";

export interface RecordingQuestion {
  readonly about: "recorded runs";
  /** The function's name. */
  readonly name: string;
  /** The number of the last line that is known; absent for a worker that is asked for none. */
  readonly after?: number;
}

/** @returns undefined where nothing is recorded */
export function openRunRecorder({
  record,
  recordMemory,
  recordHidden,
  recordKey,
}: Pick<WorkerSettings, "record" | "recordMemory" | "recordHidden" | "recordKey">):
  | RunRecorder
  | undefined {
  if (record === "off") return undefined;
  return new RunRecorder({
    mode: record === "on" ? "on" : "sample",
    // A character is a byte, as long as it is one of Latin-1; what stands around a line is less than another.
    lengthMax: recordMemory * 1_048_576,
    hider: new FieldHider(Buffer.from(recordKey, "base64"), readHiddenFields(recordHidden)),
    now: Date.now,
    random: Math.random,
    later: setImmediate,
  });
}

export function answerAboutRecording(
  { name, after }: RecordingQuestion,
  recorder: RunRecorder | undefined,
): RecordedPage | undefined {
  return after === undefined ? undefined : recorder?.page(name, after);
}
