/** Runs a function's events, for a report: an event that is none, or a function that can't be read, is a result too. */
import { readEventFile, type EventFile } from "../events/event-file.ts";
import { EventFileError } from "../events/event-file-error.ts";
import type { FoundFunction } from "../events/find-events.ts";
import { readFunctionFile } from "../events/function-file.ts";
import { writeExpectation } from "../events/write-expectation.ts";
import { runEventFile, type EventRunOptions } from "../node/run-event-file.ts";
import type { EventReport, FunctionReport } from "./reports/event-report.ts";

export interface RunEventsOptions extends EventRunOptions {
  /** Whether what came of runs is written as what is expected of them. */
  readonly updates?: boolean;
}

/** @throws EventFileError, when the function's file can't be read, or is no TypeScript */
export async function runEvents(
  { file, events }: FoundFunction,
  options: RunEventsOptions,
): Promise<FunctionReport> {
  const source = readFunctionFile(file);
  const reports: EventReport[] = [];
  for (const event of events) reports.push(await runEvent(source, event, options));
  return { file, events: reports };
}

async function runEvent(
  source: string,
  file: string,
  options: RunEventsOptions,
): Promise<EventReport> {
  const startedAt = performance.now();
  const report = (
    rest: Partial<EventReport> & Pick<EventReport, "outcome">,
    event?: EventFile,
  ): EventReport => ({
    file,
    name: event?.name ?? file,
    expects: event?.expect !== undefined,
    differences: [],
    remarks: event?.remarks ?? [],
    durationMs: performance.now() - startedAt,
    ...rest,
  });
  let event: EventFile | undefined;
  try {
    event = readEventFile(file);
    const { judged, differences } = await runEventFile(source, event, options);
    const written = options.updates ? writeExpectation(event, judged, differences) : undefined;
    if (written !== undefined) {
      return report({ outcome: "passed", run: judged, written, expects: true }, event);
    }
    const outcome = differences.length === 0 ? "passed" : "failed";
    return report({ outcome, differences, run: judged }, event);
  } catch (error) {
    const outcome = error instanceof EventFileError ? "broken" : "failed";
    return report({ outcome, problem: (error as Error).message }, event);
  }
}
