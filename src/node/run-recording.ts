/** What an edge worker records of functions' runs, and what it answers of it to the node's first process. */
import { FieldHider, readHiddenFields } from "../edge/record/runs/hide-fields.ts";
import { ValueSealer } from "../edge/record/runs/sealed-values.ts";
import { RunRecorder, type RecordedPage } from "../edge/record/runs/run-recorder.ts";
import type { WorkerSettings } from "./worker-messages.ts";

export interface RecordingQuestion {
  readonly about: "recorded runs";
  /** The function's name. */
  readonly name: string;
  /** The number of the last line that is known; absent for a worker that is asked for none. */
  readonly after?: number;
}

type RecordSettings = Pick<
  WorkerSettings,
  "record" | "recordMemory" | "recordHidden" | "recordSealed" | "recordSealedHours" | "recordKey"
>;

/** How often is looked for what has been kept long enough. */
const forgetEveryMs = 60_000;

/** @returns undefined where nothing is recorded */
export function openRunRecorder({
  record,
  recordMemory,
  recordHidden,
  recordSealed,
  recordSealedHours,
  recordKey,
}: RecordSettings): RunRecorder | undefined {
  if (record === "off") return undefined;
  const key = Buffer.from(recordKey, "base64");
  const sealing =
    recordSealed === ""
      ? undefined
      : { fields: readHiddenFields(recordSealed), sealer: new ValueSealer(key) };
  const recorder = new RunRecorder({
    mode: record === "on" ? "on" : "sample",
    // A character is a byte, as long as it is one of Latin-1; what stands around a line is less than another.
    lengthMax: recordMemory * 1_048_576,
    hider: new FieldHider(key, readHiddenFields(recordHidden), sealing),
    sealedMs: recordSealedHours * 3_600_000,
    now: Date.now,
    random: Math.random,
    later: setImmediate,
  });
  if (sealing !== undefined) setInterval(() => recorder.forgetOld(), forgetEveryMs).unref();
  return recorder;
}

export function answerAboutRecording(
  { name, after }: RecordingQuestion,
  recorder: RunRecorder | undefined,
): RecordedPage | undefined {
  return after === undefined ? undefined : recorder?.page(name, after);
}
