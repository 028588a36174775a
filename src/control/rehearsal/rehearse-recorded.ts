/**
 * The call `/footlight/v1/functions/NAME/rehearse`: DEVELOPMENT and LIVE on what the edge of this node has recorded, in processes
 * that the node starts for it. `footlight rehearse` does the same in processes of its own, and on other sources.
 *
 * Its samples are viewers' requests, so it needs what reading recorded runs needs, and is in the audit as that.
 */
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { rehearsalSubject, type RehearsalSubject } from "./rehearsal-subject.ts";
import type { RecordedRuns } from "./recorded-runs.ts";

/**
 * @param pages of recorded runs, each in JSON
 * @returns the report, as the answer has it; undefined where one is going on already
 * @throws Error, when a process has died of a run, or it took too long
 */
export type Rehearse = (
  subject: RehearsalSubject,
  pages: AsyncIterable<readonly string[]>,
) => Promise<object | undefined>;

interface Surroundings {
  readonly state: State;
  readonly recordedRuns: RecordedRuns | undefined;
  readonly rehearse: Rehearse | undefined;
}

/**
 * @param commit notes that they are read
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidArgument, when it was never published, or nothing is recorded here
 * @throws ServiceUnavailable, when another is going on
 */
export async function rehearseRecorded(
  name: string,
  { state, recordedRuns, rehearse }: Surroundings,
  commit: (fact: Fact) => Promise<unknown>,
): Promise<object> {
  const subject = rehearsalSubject(name, state);
  if (recordedRuns === undefined || rehearse === undefined) {
    throw new InvalidArgument(
      "This node records no runs: start it with `footlight start --record sample`",
    );
  }
  await commit({ type: "recorded-runs-read", name });
  const report = await run(() => rehearse(subject, pagesOf(name, recordedRuns)));
  if (report === undefined) {
    throw new ApiError(
      "ServiceUnavailable",
      "This node is rehearsing a function already; ask again when that is over",
    );
  }
  const { developmentEtag, liveEtag } = subject;
  return { id: name, development_etag: developmentEtag, live_etag: liveEtag, ...report };
}

async function run<Report>(perform: () => Promise<Report>): Promise<Report> {
  try {
    return await perform();
  } catch (error) {
    const { message } = error as Error;
    throw new ApiError("TestFunctionFailed", `The rehearsal ended early: ${message}`, {
      cause: error,
    });
  }
}

async function* pagesOf(
  name: string,
  recordedRuns: RecordedRuns,
): AsyncGenerator<readonly string[]> {
  let position: Parameters<RecordedRuns>[1] | undefined = { worker: 0, after: 0 };
  while (position !== undefined) {
    const page: Awaited<ReturnType<RecordedRuns>> = await recordedRuns(name, position);
    yield page.lines;
    position = page.next;
  }
}
