/**
 * Calls an origin by gRPC: connects, by HTTP/2 alone, and hands over the answer's head while messages still go both ways.
 *
 * A call is not made again once the origin may have begun to act on it, and an origin group's second is not asked.
 */
import { performance } from "node:perf_hooks";
import type { Logger } from "../../../base/logger.ts";
import type { OriginPlaces } from "../connect.ts";
import { faultOf, OriginError } from "../faults.ts";
import type { OriginCall, OriginFailure, OriginResponse } from "../origin-call.ts";
import type { RequestSigner } from "../sign/sign-request.ts";
import { GrpcExchange } from "./grpc-exchange.ts";
import type { Http2Sessions } from "./http2-sessions.ts";

export interface GrpcMeans {
  readonly places: OriginPlaces;
  readonly sessions: Http2Sessions;
  readonly signer: RequestSigner;
  readonly logger: Logger;
}

export async function askByGrpc(
  call: OriginCall,
  means: GrpcMeans,
): Promise<OriginResponse | OriginFailure> {
  const { request, origin, scheme, requestId, wanted, attempts } = call;
  const { places, sessions, signer, logger } = means;
  const fail = (problem: unknown): OriginFailure => {
    const fault = faultOf(problem);
    if (fault !== "unwanted" && fault !== "body-too-large") {
      const what = fault === "refused" ? "origin refused" : "origin failed";
      logger.warn({ requestId, origin: origin.domainName, err: problem }, what);
    }
    return { fault, countsAs: [] };
  };
  const unable = whyNot(call);
  if (unable !== undefined) return fail(new OriginError("unreachable", unable));

  const { completionTimeoutMs, connectionTimeoutMs, access } = origin;
  const deadline = completionTimeoutMs === 0 ? Infinity : performance.now() + completionTimeoutMs;
  const place = places.find(
    {
      ...{ origin, scheme, serverName: request.serverName, protocol: "h2" },
      whenResolved: () => attempts.at(-1)?.resolved(),
    },
    true,
  );
  let problem: unknown;
  for (let left = origin.connectionAttempts, isFirst = true; left > 0; isFirst = false) {
    if (wanted.isOver) return { fault: "unwanted", countsAs: [] };
    const sent = access === undefined ? request : await signer.sign(request, origin, access);
    const exchange = new GrpcExchange(origin, deadline);
    const { attempt } = exchange;
    attempts.push(attempt);
    wanted.whenOver(exchange.abort);
    // A call that fails meanwhile does not wait for a connection that others want, too.
    sessions
      .take(place, connectionTimeoutMs)
      .then((kept) => exchange.begin(kept, sent, scheme))
      .catch((error: unknown) => exchange.fail(error as Error));
    try {
      return await exchange.response;
    } catch (error) {
      request.body?.endAttempt();
      problem = error;
      const mayTryAgain =
        !(error instanceof OriginError) && !exchange.wasSent && request.body?.isWhole !== false;
      if (!mayTryAgain) break;
      // A kept connection that takes no more says nothing about the origin.
      if (!attempt.isReused || !isFirst) left -= 1;
    }
  }
  return fail(problem);
}

/** @returns undefined where the origin can be called */
function whyNot({ origin: { source }, scheme }: OriginCall): string | undefined {
  if (source?.kind === "folder")
    return "A folder stands for the origin, which takes no calls by gRPC";
  // What the operator put for an origin may do without TLS.
  if (scheme === "https" || source !== undefined) return undefined;
  return "The origin is asked by HTTP alone, and gRPC goes by HTTPS";
}
