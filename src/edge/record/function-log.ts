/** Tells the log what the functions of a visit printed, and why they failed. */
import type { Logger } from "../../base/logger.ts";
import type { VisitListener } from "./visit.ts";

export function createFunctionLog(logger: Logger): VisitListener {
  return ({ id, distribution, runs, request: { mocked } }) => {
    for (const { name, outcome, logs } of runs) {
      const about = {
        ...{ function: name, distribution: distribution?.id, requestId: id },
        ...(mocked && { mocked: mocked.told }),
      };
      if (logs.length > 0) logger.info({ ...about, lines: logs }, "function logged");
      if ("message" in outcome) {
        logger.warn({ ...about, failure: outcome.message }, `function failed: ${outcome.type}`);
      }
    }
  };
}
