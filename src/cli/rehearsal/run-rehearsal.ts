/** Runs what a source has in a rehearsal's processes, and tells the node what it came to. */
import { sealedMark } from "../../node/rehearsal/sealed-mark.ts";
import type { RunsFrom } from "../../node/rehearsal/sources/read-runs.ts";
import {
  startRehearsal,
  type RehearsalReport,
  type StartedRehearsal,
} from "../../node/rehearsal/start-rehearsal.ts";
import type { ApiAddress } from "../ask-api.ts";
import { CallRefused, getFromApi, postToApi } from "../call-api.ts";
import type { JudgedReport } from "./judged-report.ts";
import type { ProgressBar } from "./progress-bar.ts";
import { pathOf, readSealingKeys } from "./recorded-runs.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs that are sent to a process at once. */
const batch = 1000;

interface ToldSubject {
  readonly account: string;
  readonly development_etag: string;
  readonly live_etag: string;
  readonly snapshot: string;
}

/** Of what was rehearsed. */
export interface RehearsedEtags {
  readonly development: string;
  readonly live: string;
}

export interface RehearsalRun {
  readonly address: ApiAddress;
  /** The function's. */
  readonly name: string;
  readonly source: RunsFrom;
  /** Processes that it may take. */
  readonly processes: number;
  readonly progress: ProgressBar;
  readonly environment: Environment;
}

export interface RanRehearsal {
  readonly report: RehearsalReport;
  readonly etags: RehearsedEtags;
  /** What the source lacks, and what of it could not be opened. */
  readonly lacks: readonly string[];
}

export async function runRehearsal(run: RehearsalRun): Promise<RanRehearsal> {
  const { address, name, source, processes, progress, environment } = run;
  const path = `${pathOf(name)}/rehearsal-subject`;
  const subject = (await getFromApi(address, path, {}, environment)) as ToldSubject;
  const { account, snapshot } = subject;
  const rehearsal = await startRehearsal(
    { name, account, snapshot: Buffer.from(snapshot, "base64") },
    processes,
  );
  const lacks = [...source.lacks];
  try {
    let waiting: string[] = [];
    let count = 0;
    let isOpened = false;
    const send = async (): Promise<void> => {
      await rehearsal.add(waiting);
      count += waiting.length;
      waiting = [];
      progress.show(count, source.progress?.());
    };
    for await (const line of source.lines) {
      if (!isOpened && line.includes(sealedMark)) {
        isOpened = true;
        const why = await openSealed(rehearsal, run);
        if (why !== undefined) lacks.push(`sealed fields: ${why}`);
      }
      if (waiting.push(line) >= batch) await send();
    }
    await send();
    const etags = { development: subject.development_etag, live: subject.live_etag };
    return { report: await rehearsal.report(), etags, lacks };
  } finally {
    progress.end();
    rehearsal.close();
  }
}

/** @returns why it may not; undefined where it does */
async function openSealed(
  rehearsal: StartedRehearsal,
  { address, name, environment }: RehearsalRun,
): Promise<string | undefined> {
  try {
    await rehearsal.open(await readSealingKeys(address, name, environment));
    return undefined;
  } catch (error) {
    if (error instanceof CallRefused) return error.message;
    throw error;
  }
}

/** Tells the node what it came to, so that a publish may ask for it. Who may not, or is too late, has the report all the same. */
export async function noteRehearsal(
  { address, name, source, environment }: RehearsalRun,
  { development, live }: RehearsedEtags,
  { compared, differing, unexpected, notComparable }: JudgedReport,
): Promise<void> {
  const body = {
    ...{ live_etag: live, compared, differing, unexpected, source: source.name },
    not_comparable: notComparable.reduce((sum, { count }) => sum + count, 0),
  };
  try {
    await postToApi(address, `${pathOf(name)}/rehearsals`, body, environment, development);
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error;
    process.stderr.write(
      `footlight rehearse: publish --require-rehearsal will not know of it: ${error.message}\n`,
    );
  }
}
