/**
 * Rehearses a function in processes of their own, which share the runs among them. Another is started when all are at work, as long as there
 * may be more. Runs of one URI go to one process, since each remembers what functions answered.
 */
import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Effect } from "../../rehearsal/effect.ts";
import type { SealingKeys } from "../../edge/record/runs/sealed-values.ts";
import {
  reportOf,
  type RehearsalFindings,
  type RehearsalReport,
} from "../../rehearsal/findings.ts";
import type { FromRehearsal, ToRehearsal } from "./rehearsal-messages.ts";

export type { Effect, RehearsalReport };

/** Batches that a process has been given and has not finished: one that it works on, and some for when others have had more. */
const waitingMax = 4;

export type RehearsalSubject = Omit<ToRehearsal & { readonly type: "subject" }, "type">;

export interface StartedRehearsal {
  /** Runs both versions on recorded runs, each in JSON. Done when more may be given. */
  readonly add: (lines: readonly string[]) => Promise<void>;
  /** Says what opens sealed values of the runs that follow. */
  readonly open: (keys: SealingKeys) => Promise<void>;
  /** To be called when all have been given. */
  readonly report: () => Promise<RehearsalReport>;
  readonly close: () => void;
}

/** @throws Error, when a process can't begin; so does what it returns, when one has died of a run */
export async function startRehearsal(
  subject: RehearsalSubject,
  processesMax: number,
): Promise<StartedRehearsal> {
  const rehearsal = new SharedRehearsal(subject, processesMax);
  await rehearsal.begin();
  return rehearsal;
}

class SharedRehearsal implements StartedRehearsal {
  readonly #subject: RehearsalSubject;
  readonly #processesMax: number;
  readonly #processes: RehearsingProcess[] = [];
  #keys: SealingKeys | undefined;
  #count = 0;
  /** The first that has gone wrong. */
  #failure: Error | undefined;

  constructor(subject: RehearsalSubject, processesMax: number) {
    this.#subject = subject;
    this.#processesMax = processesMax;
  }

  async begin(): Promise<void> {
    const started = new RehearsingProcess();
    this.#processes.push(started);
    await started.ask({ type: "subject", ...this.#subject });
    if (this.#keys !== undefined) await started.ask({ type: "keys", keys: this.#keys });
  }

  readonly add = async (lines: readonly string[]): Promise<void> => {
    if (this.#failure !== undefined) throw this.#failure;
    const least = this.#leastWaiting();
    if (least.waiting > 0 && this.#processes.length < this.#processesMax) {
      this.begin().catch((error: unknown) => this.#fail(error));
    }
    for (const [index, { lines: share, numbers }] of this.#sharesOf(lines).entries()) {
      if (share.length === 0) continue;
      this.#processes[index]!.ask({ type: "runs", lines: share, numbers }).catch((error: unknown) =>
        this.#fail(error),
      );
    }
    this.#count += lines.length;
    for (let full = this.#full(); full !== undefined; full = this.#full()) await full.answered;
  };

  readonly open = async (keys: SealingKeys): Promise<void> => {
    this.#keys = keys;
    await Promise.all(this.#processes.map((each) => each.ask({ type: "keys", keys })));
  };

  readonly report = async (): Promise<RehearsalReport> => {
    const answers = await Promise.all(this.#processes.map((each) => each.ask({ type: "end" })));
    if (this.#failure !== undefined) throw this.#failure;
    const findings = answers.map((answer): RehearsalFindings => {
      if (answer.type === "findings") return answer.findings;
      throw new Error("A process told nothing of what it has found");
    });
    return reportOf(findings);
  };

  readonly close = (): void => {
    for (const each of this.#processes) each.end();
  };

  /** @returns what each process is to run */
  #sharesOf(lines: readonly string[]): Share[] {
    const shares = this.#processes.map((): Share => ({ lines: [], numbers: [] }));
    for (const [index, line] of lines.entries()) {
      const share = shares[shares.length === 1 ? 0 : uriHash(line) % shares.length]!;
      share.lines.push(line);
      share.numbers.push(this.#count + index);
    }
    return shares;
  }

  /** @returns a process that should be given no more; undefined where there is none, or all is lost */
  #full(): RehearsingProcess | undefined {
    if (this.#failure !== undefined) return undefined;
    return this.#processes.find(({ waiting }) => waiting >= waitingMax);
  }

  #leastWaiting(): RehearsingProcess {
    return this.#processes.reduce((least, each) => (each.waiting < least.waiting ? each : least));
  }

  #fail(error: unknown): void {
    this.#failure ??= error as Error;
  }
}

interface Share {
  readonly lines: string[];
  readonly numbers: number[];
}

/** Characters of a URI that its process is chosen by. */
const hashedMax = 64;

/** @param line a recorded run in JSON */
function uriHash(line: string): number {
  // Whoever wrote it may have left a space before the value.
  const start = line.indexOf('"', line.indexOf('"uri":') + 6) + 1;
  let hash = 0;
  for (let at = start; at < start + hashedMax && at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 34) break;
    hash = (Math.imul(hash, 31) + code) | 0;
  }
  return hash >>> 0;
}

interface Asked {
  readonly resolve: (answer: FromRehearsal) => void;
  readonly reject: (error: Error) => void;
}

class RehearsingProcess {
  readonly #child: ChildProcess;
  /** In the order in which they are answered. */
  readonly #asked: Asked[] = [];
  #hasEnded = false;
  #whenAnswered = Promise.withResolvers<void>();

  constructor() {
    const file = new URL(`rehearsal-child${extname(import.meta.url)}`, import.meta.url);
    this.#child = fork(fileURLToPath(file), [], {
      execArgv: ["--no-node-snapshot"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    this.#child.on("message", (answer: FromRehearsal) => {
      const asked = this.#asked.shift();
      if (answer.type === "failed") asked?.reject(new Error(answer.message));
      else asked?.resolve(answer);
      this.#tell();
    });
    this.#child.on("exit", () => this.#endAll());
    this.#child.on("error", () => this.#endAll());
  }

  /** How many questions it has not answered. */
  get waiting(): number {
    return this.#asked.length;
  }

  /** When it has answered the next. */
  get answered(): Promise<void> {
    return this.#whenAnswered.promise;
  }

  ask(message: ToRehearsal): Promise<FromRehearsal> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      if (this.#hasEnded) this.#endAll();
      else this.#child.send(message, (error) => error && this.#endAll());
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  #endAll(): void {
    this.#hasEnded = true;
    for (const { reject } of this.#asked.splice(0)) {
      reject(new Error("The process that ran the functions has died of one"));
    }
    this.#tell();
  }

  #tell(): void {
    this.#whenAnswered.resolve();
    this.#whenAnswered = Promise.withResolvers();
  }
}
