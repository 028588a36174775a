/** What a node tells of a publish in waves, as the commands on it read and print it. */
import type { ApiAddress } from "./ask-api.ts";
import { CallRefused, getFromApi, postToApi } from "./call-api.ts";
import { printable } from "./printable.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface ToldCounts {
  readonly version: number;
  readonly requests: number;
  readonly errors: number;
  readonly answers_4xx: number;
  readonly answers_5xx: number;
  readonly origin_failures: number;
  readonly utilization_p99: number;
}

export interface ToldOn {
  readonly version: number;
  readonly old_version: number;
  /** Counted from 1. */
  readonly wave: number;
  readonly waves: readonly {
    readonly share: number;
    readonly seconds?: number;
    readonly groups?: readonly string[];
  }[];
  readonly paused?: { readonly by: string; readonly because?: string };
  readonly gates: readonly string[];
  readonly seen_seconds?: number;
  readonly waits_for?: string;
  readonly counted?: { readonly new: ToldCounts; readonly old: ToldCounts };
}

interface ToldBreachCount {
  readonly version: number;
  readonly events: number;
  readonly trials: number;
}

export interface ToldEnd {
  readonly version: number;
  readonly how: "finished" | "aborted" | "reverted" | "replaced";
  readonly wave: number;
  readonly waves: number;
  readonly at: string;
  readonly by: string;
  readonly message?: string;
  readonly breach?: {
    readonly gate: string;
    readonly of: string;
    readonly new: ToldBreachCount;
    readonly old: ToldBreachCount;
  };
}

export interface ToldWaves {
  readonly id: string;
  readonly etag: string;
  readonly on?: ToldOn;
  readonly ended?: ToldEnd;
}

/** @throws as getFromApi does */
export async function readWaves(
  address: ApiAddress,
  name: string,
  environment: Environment,
): Promise<ToldWaves> {
  return (await getFromApi(address, pathOf(name), {}, environment)) as ToldWaves;
}

/** Attempts at waves that go on meanwhile: what is asked for is for whichever wave is on. */
const attemptsMax = 5;
const preconditionFailed = 412;

/**
 * @returns how it is afterwards
 * @throws as postToApi does
 */
export async function changeWaves(
  address: ApiAddress,
  {
    name,
    verb,
    message,
  }: { readonly name: string; readonly verb: string; readonly message: string },
  environment: Environment,
): Promise<ToldWaves> {
  const body = message === "" ? {} : { message };
  for (let attempt = 1; ; attempt += 1) {
    const { etag } = await readWaves(address, name, environment);
    try {
      const path = `${pathOf(name)}/${verb}`;
      return (await postToApi(address, path, body, environment, etag)) as ToldWaves;
    } catch (error) {
      const isLate = error instanceof CallRefused && error.status === preconditionFailed;
      if (!isLate || attempt === attemptsMax) throw error;
    }
  }
}

/** @returns one line: which wave is on, for how long, and what was counted */
export function waveLine({ wave, waves, seen_seconds, counted, ...on }: ToldOn): string {
  const current = waves[wave - 1]!;
  const whose = current.groups === undefined ? "" : ` at the edges of ${current.groups.join(", ")}`;
  const time =
    current.seconds === undefined
      ? "until somebody ends it"
      : `${clock(Math.min(seen_seconds ?? 0, current.seconds))} of ${clock(current.seconds)}`;
  const parts = [
    `wave ${wave} of ${waves.length}: ${inPercent(current.share)}${whose}, ${time}`,
    ...(counted === undefined ? [] : [countsText(counted.new), countsText(counted.old)]),
    ...whatHolds({ ...on, wave, waves, ...(seen_seconds !== undefined && { seen_seconds }) }),
  ];
  return printable(parts.join("; "));
}

/** @returns why it does not go on though its time is over, or at all */
function whatHolds({
  paused,
  waits_for,
  wave,
  waves,
  seen_seconds = 0,
}: Omit<ToldOn, "counted">): string[] {
  if (paused !== undefined) {
    return [`paused by ${paused.by}${paused.because === undefined ? "" : `: ${paused.because}`}`];
  }
  const { seconds } = waves[wave - 1]!;
  const isOver = seconds !== undefined && seen_seconds >= seconds;
  return isOver && waits_for !== undefined ? [waits_for] : [];
}

function countsText(counts: ToldCounts): string {
  const { version, requests, errors, answers_4xx, answers_5xx, origin_failures } = counts;
  const found = [
    [errors, "errors"],
    [answers_5xx, "5xx"],
    [answers_4xx, "4xx"],
    [origin_failures, "of origins"],
  ] as const;
  const shown = found.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const list = shown.length === 0 ? "no errors" : shown.join(", ");
  return `version ${version}: ${requests} requests, ${list}`;
}

/** @returns a sentence: who has which version now, and why */
export function endText(name: string, end: ToldEnd): string {
  return printable(endSentence(name, end));
}

function endSentence(name: string, end: ToldEnd): string {
  const { version, how, wave, waves, by, message, breach } = end;
  const said = message === undefined ? "" : `: ${message}`;
  switch (how) {
    case "finished":
      return `All viewers of ${name} get version ${version}.`;
    case "aborted":
      return `Version ${version} of ${name} was taken back in wave ${wave} of ${waves} by ${by}${said}.`;
    case "replaced":
      return `The waves of version ${version} of ${name} ended in wave ${wave} of ${waves}: ${by} published to all${said}.`;
    case "reverted":
      return (
        `Version ${version} of ${name} was taken back in wave ${wave} of ${waves}` +
        (breach === undefined
          ? "."
          : ` by the gate ${breach.gate}, ${breach.of}: ${breachText(breach.new)}, and ${breachText(breach.old)}. ` +
            `All viewers get version ${breach.old.version}.`)
      );
  }
}

function breachText({ version, events, trials }: ToldBreachCount): string {
  return `${events} of ${trials} (${inPercent(events / Math.max(1, trials))}) with version ${version}`;
}

function inPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** @returns like `4:07`, or `2:00:00` */
function clock(seconds: number): string {
  const pair = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = pair(seconds % 60);
  return hours > 0 ? `${hours}:${pair(minutes)}:${rest}` : `${minutes}:${rest}`;
}

function pathOf(name: string): string {
  return `/footlight/v1/functions/${encodeURIComponent(name)}/waves`;
}
