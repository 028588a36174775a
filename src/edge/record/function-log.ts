/** Tells what the functions of a visit printed, and why they failed: the node's log, and whoever keeps it. */
import type { Logger } from "../../base/logger.ts";
import { maskAll, secretsOf } from "./access/mask-secrets.ts";
import type { VisitListener } from "./visit.ts";

export function createFunctionLog(logger: Logger): VisitListener {
  return ({ id, distribution, runs, request }) => {
    for (const { name, outcome, logs } of runs) {
      const about = {
        ...{ function: name, distribution: distribution?.id, requestId: id },
        ...(request.mocked && { mocked: request.mocked.told }),
      };
      const failed = "message" in outcome;
      if (logs.length === 0 && !failed) continue;
      const secrets = secretsOf(request);
      const lines = logs.map((line) => maskAll(line, secrets));
      if (lines.length > 0) logger.info({ ...about, lines }, "function logged");
      if (!failed) continue;
      const failure = maskAll(outcome.message, secrets);
      logger.warn({ ...about, failure }, `function failed: ${outcome.type}`);
    }
  };
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
}

export interface FunctionLogInput {
  readonly add: (run: LoggedRun) => void;
  /** Whether what is secret in a request is masked in what its functions print. */
  readonly masksSecrets: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function functionLogListener({ add, masksSecrets, now }: FunctionLogInput): VisitListener {
  return ({ id, distribution, runs, request }) => {
    for (const { name, outcome, logs } of runs) {
      const failed = "message" in outcome;
      if (logs.length === 0 && !failed) continue;
      const secrets = masksSecrets ? secretsOf(request) : [];
      add({
        ...{ at: now(), function: name, distribution: distribution?.id ?? "", requestId: id },
        lines: logs.map((line) => maskAll(line, secrets)),
        ...(failed && { error: `${outcome.type}: ${maskAll(outcome.message, secrets)}` }),
      });
    }
  };
}
