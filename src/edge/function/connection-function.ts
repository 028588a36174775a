/**
 * Runs the connection function that a distribution has, when a viewer has connected and its certificate was judged: it has the
 * last word on who is let in.
 *
 * Source: CloudFront Developer Guide, "Associate CloudFront Connection Functions".
 */
import { whenKnown, type Soon } from "../../base/soon.ts";
import type { Resource } from "../../model/resource.ts";
import {
  connectionEvent,
  decisionOf,
  type ConnectionDecision,
  type FunctionConnection,
} from "../../runtime/event/connection-event.ts";
import type { EdgeFunctions } from "../../runtime/function-runtime.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import type { State } from "../../state/state.ts";
import type { ClientCertificate } from "../../certificates/client-certificate.ts";

type Fn = Resource<"connection-function">;

/** What a viewer's connection is, as far as its function is told. */
export interface Connected extends Omit<FunctionConnection, "certificate"> {
  readonly certificate: ClientCertificate | undefined;
  /** Whether the viewer has left. */
  readonly isOver: boolean;
}

export interface ConnectionRun {
  /** The function's, for the log. */
  readonly name: string;
  readonly decision: ConnectionDecision;
  /** What it printed, an entry a call. */
  readonly logs: readonly string[];
}

/** @param id the function's, which is not run where it is not published: then nobody is let in */
export function runConnectionFunction(
  id: string,
  connected: Connected,
  state: State,
  runtime: EdgeFunctions,
): Soon<ConnectionRun> {
  const fn = state.resources.get("connection-function")?.get(id) as Fn | undefined;
  // It has no waves, so one version serves all.
  const copy = fn?.published?.shares[0]?.copy;
  if (fn === undefined || copy === undefined) {
    const message = `No connection function ${id} is published`;
    return { name: id, decision: { type: "failed", message }, logs: [] };
  }
  const { certificate, clientIp, endpoint, distributionId, connectionId } = connected;
  const event = connectionEvent({
    certificate: certificate && toldOf(certificate),
    ...{ clientIp, endpoint, distributionId, connectionId },
  });
  const name = fn.config.Name ?? id;
  const ran = runtime.run(copy, event, readerFor(state, copy), { name, viewer: connected });
  return whenKnown(ran, (invocation) =>
    "outcome" in invocation
      ? { name, decision: decisionOf(invocation.outcome), logs: invocation.logs }
      : { name, decision: decisionOf(invocation), logs: [] },
  );
}

function toldOf(certificate: ClientCertificate): FunctionConnection["certificate"] {
  const { serialNumber, issuer, subject, notBefore, notAfter, fingerprint } = certificate;
  return {
    ...{ serialNumber, issuer, subject, validity: { notBefore, notAfter } },
    sha256Fingerprint: fingerprint.toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
  };
}
