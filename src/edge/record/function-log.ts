/** Tells what the functions of a visit printed, and why they failed: the node's log, and whoever keeps it. */
import type { Logger } from "../../base/logger.ts";
import type { Outcome } from "../../runtime/function-runtime.ts";
import type { ConnectionListener } from "./connection-record.ts";
import { secretsOf } from "./secrets-of.ts";
import type { VisitListener } from "./visit.ts";

export function createFunctionLog(logger: Logger): VisitListener {
  return (visit) => {
    const { id, distribution, runs, request } = visit;
    for (const { name, outcome, logs } of runs) {
      const failed = "message" in outcome;
      if (logs.length === 0 && !failed) continue;
      const about = {
        ...{ function: name, distribution: distribution?.id, requestId: id },
        ...(request.mocked && { mocked: request.mocked.told }),
      };
      const secrets = secretsOf(visit);
      const lines = logs.map((line) => secrets.hide(line));
      if (lines.length > 0) logger.info({ ...about, lines }, "function logged");
      if (!failed) continue;
      const failure = secrets.hide(outcome.message);
      const line = lineOf(outcome);
      logger.warn({ ...about, failure, ...line }, `function failed: ${outcome.type}`);
    }
  };
}

/** Where in its source it failed, as a member; nothing where that is not known. */
function lineOf(outcome: Outcome): { readonly line?: number } {
  const line = outcome.type === "execution-error" ? outcome.line : undefined;
  return line === undefined ? {} : { line };
}

/** A run that printed, or failed. */
export interface LoggedRun {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly function: string;
  readonly distribution: string;
  readonly requestId: string;
  readonly lines: readonly string[];
  readonly error?: string;
  /** Of the function's source, from 1 on: where what failed was made, as far as that is known. */
  readonly line?: number;
  /** Whether it was a connection function, whose runs have a connection's id in the place of a request's. */
  readonly isOfConnection?: true;
}

export interface FunctionLogInput {
  readonly add: (run: LoggedRun) => void;
  /** Whether what is secret in a request is masked in what its functions print. */
  readonly masksSecrets: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function functionLogListener({ add, masksSecrets, now }: FunctionLogInput): VisitListener {
  return (visit) => {
    const { id, distribution, runs } = visit;
    for (const { name, outcome, logs } of runs) {
      const failed = "message" in outcome;
      if (logs.length === 0 && !failed) continue;
      const secrets = masksSecrets ? secretsOf(visit) : undefined;
      const hide = (text: string): string => secrets?.hide(text) ?? text;
      add({
        ...{ at: now(), function: name, distribution: distribution?.id ?? "", requestId: id },
        lines: logs.map(hide),
        ...(failed && {
          error: `${outcome.type}: ${hide(outcome.message)}`,
          ...lineOf(outcome),
        }),
      });
    }
  };
}

/** The same of connection functions. What a viewer's certificate says of it is no secret. */
export function connectionFunctionLogListener({
  add,
  now,
}: Pick<FunctionLogInput, "add" | "now">): ConnectionListener {
  return ({ id, distributionId, run }) => {
    if (run === undefined || (run.logs.length === 0 && run.failure === undefined)) return;
    const { name, logs, failure, line } = run;
    add({
      ...{ at: now(), function: name, distribution: distributionId, requestId: id },
      ...{ isOfConnection: true, lines: logs },
      ...(failure !== undefined && { error: failure }),
      ...(line !== undefined && { line }),
    });
  };
}
