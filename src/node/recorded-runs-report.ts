/** What a node says of the runs that its workers have recorded: the first process loads nothing that records. */
import type { RecordedRuns } from "../control/rehearsal/recorded-runs.ts";
import type { RecordedPage } from "../edge/record/runs/run-recorder.ts";
import type { AskWorkers } from "./cache-report.ts";

/** A page is of one worker, one after the other. */
export function createRecordedRuns(askWorkers: AskWorkers): RecordedRuns {
  return async (name, { worker, after }) => {
    const answers = await askWorkers((index) => ({
      about: "recorded runs",
      name,
      ...(index === worker && { after }),
    }));
    const page = answers[worker]?.answer?.value as RecordedPage | undefined;
    const goesOn = page?.next !== undefined;
    const next = goesOn ? { worker, after: page.next } : { worker: worker + 1, after: 0 };
    return {
      lines: page?.lines.map(({ text }) => text) ?? [],
      next: goesOn || worker + 1 < answers.length ? next : undefined,
    };
  };
}
