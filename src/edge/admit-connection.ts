/** Whether a viewer whose certificate was judged is let in: what the distribution's connection function says, where it has one. */
import { whenKnown, type Soon } from "../base/soon.ts";
import type { Deployment } from "./deployment/deployment.ts";
import type { DeployedDistribution } from "./deployment/deployed-distribution.ts";
import type { Edge } from "./edge.ts";
import type { LoggedConnectionRun } from "./record/connection-record.ts";
import { runConnectionFunction, type Connected } from "./function/connection-function.ts";

export type { Connected as ConnectedViewer };

export interface Admission {
  /** Undefined where the viewer is let in. */
  readonly fault: "ConnectionFunctionDenied" | "ConnectionFunctionError" | undefined;
  /** What the function wants to be logged. */
  readonly logData: string;
  /** Undefined where there is no function. */
  readonly run: LoggedConnectionRun | undefined;
}

const admitted: Admission = { fault: undefined, logData: "", run: undefined };

/** @param deployment what the viewer has connected by */
export function admitConnection(
  connected: Connected,
  { security: { certificates } }: DeployedDistribution,
  { state }: Deployment,
  { runtime, logger }: Pick<Edge, "runtime" | "logger">,
): Soon<Admission> {
  const id = certificates?.functionId;
  if (id === undefined) return admitted;
  const { connectionId, distributionId: distribution } = connected;
  const ran = runConnectionFunction(id, connected, state, runtime);
  return whenKnown(ran, ({ name, decision, logs }): Admission => {
    const about = { connectionFunction: name, distribution, connectionId };
    if (logs.length > 0) logger.info({ ...about, lines: logs }, "connection function logged");
    if (decision.type === "failed") {
      const { message: failure, line } = decision;
      logger.warn({ ...about, failure, ...(line && { line }) }, "connection function failed");
      const run = { name, logs, failure, line };
      return { fault: "ConnectionFunctionError", logData: "", run };
    }
    const { isAllowed, logData } = decision;
    const run = { name, logs, failure: undefined, line: undefined };
    return { fault: isAllowed ? undefined : "ConnectionFunctionDenied", logData, run };
  });
}
