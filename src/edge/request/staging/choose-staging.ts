/**
 * Chooses between a primary distribution and its staging one: by a header of the viewer's, or by weight,
 * where a session can keep a viewer where it was sent.
 *
 * Viewers come by the primary's names alone, and what serves them is one of the two for good: settings,
 * functions, cache and invalidations are that distribution's own.
 *
 * Source: CloudFront Developer Guide, "Use CloudFront continuous deployment to safely test CDN
 * configuration changes".
 */
import type { Clock } from "../../../base/clock.ts";
import { combinedValue, forEachLine } from "../../../base/header-lines.ts";
import type { StagingTraffic } from "../../deployment/continuous-deployment.ts";
import type { DeployedDistribution } from "../../deployment/deployed-distribution.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { stagingCookie } from "../../deployment/staging-cookie.ts";
import type { Visit } from "../../record/visit.ts";
import type { ViewerRequest } from "../../viewer-request.ts";
import { decodeSession, encodeSession, type Session } from "./session-cookie.ts";

/** What the choice takes of the edge. */
export interface Choosing {
  readonly now: Clock;
  /** @returns a number from 0 on and less than 1 */
  readonly random: () => number;
}

/**
 * @param primary whose names the viewer came by
 * @returns the distribution that serves the visit, which is told of what was chosen
 */
export function chooseStaging(
  primary: DeployedDistribution,
  visit: Visit,
  choosing: Choosing,
): DeployedDistribution {
  const deployment = visit.deployment.continuousDeployments?.get(primary.id);
  if (deployment === undefined) return primary;
  if (!goesToStaging(deployment.traffic, visit, choosing)) return primary;
  visit.primary = primary;
  return deployment.staging;
}

/**
 * For who asks about a request without making it.
 *
 * @param headers of the request, names and values in turn
 * @returns undefined where no header sends it there; by weight nobody can say
 */
export function stagingByHeader(
  { continuousDeployments }: Pick<Deployment, "continuousDeployments">,
  primary: DeployedDistribution,
  headers: readonly string[],
): DeployedDistribution | undefined {
  const deployment = continuousDeployments?.get(primary.id);
  if (deployment?.traffic.type !== "header") return undefined;
  return hasHeader(headers, deployment.traffic) ? deployment.staging : undefined;
}

function hasHeader(
  headers: readonly string[],
  { name, value }: Extract<StagingTraffic, { type: "header" }>,
): boolean {
  return combinedValue(headers, name) === value;
}

function goesToStaging(traffic: StagingTraffic, visit: Visit, choosing: Choosing): boolean {
  const viewer = visit.request;
  if (traffic.type === "header") return hasHeader(viewer.headers, traffic);
  const { weight, sessions } = traffic;
  const draw = () => choosing.random() < weight;
  if (sessions === undefined) return draw();
  const seen = Math.floor(choosing.now().getTime() / 1000);
  const sent = sessionOf(viewer);
  visit.sendsSession = sent !== undefined;
  const known = sent === undefined ? undefined : decodeSession(sent, sessions, seen);
  const session: Session =
    known === undefined ? { isStaged: draw(), began: seen, seen } : { ...known, seen };
  if (session.seen !== known?.seen) {
    const maxAge = Math.min(sessions.idleTtl, session.began + sessions.maximumTtl - seen);
    const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
    const secure = viewer.scheme === "https" ? "; Secure" : "";
    const value = encodeSession(session, sessions);
    visit.setsCookies.push(`${stagingCookie}=${value}; ${attributes}${secure}`);
  }
  return session.isStaged;
}

/** @returns the first cookie of that name */
function sessionOf({ headers }: Pick<ViewerRequest, "headers">): string | undefined {
  let value: string | undefined;
  forEachLine(headers, (name, line) => {
    if (name.length !== 6 || name.toLowerCase() !== "cookie") return;
    const start = value === undefined ? indexOfCookie(line) : -1;
    if (start >= 0) value = line.slice(start).split(";", 1)[0]?.trim();
  });
  return value;
}

/** @returns where its value begins; -1 where it is not in the line */
function indexOfCookie(line: string): number {
  const sought = `${stagingCookie}=`;
  for (let at = line.indexOf(sought); at >= 0; at = line.indexOf(sought, at + 1)) {
    if (at === 0 || line[at - 1] === ";" || line[at - 1] === " ") return at + sought.length;
  }
  return -1;
}
