/** What was decided of a visit before anything was fetched, in order, each by which setting. */
import { combinedValue } from "../../base/header-lines.ts";
import type { Visit } from "../record/visit.ts";
import type { Settings } from "./settings-of.ts";
import type { Decision } from "./trace.ts";

/** Each is one step of the flow; what was not come to is not there. */
export function decisionsOf(visit: Visit, settings: Settings): readonly Decision[] {
  const { distribution } = visit;
  if (distribution === undefined) return [];
  const decisions: (Decision | undefined)[] = [
    stagingOf(visit),
    tenantOf(visit),
    visit.behavior && behaviorOf(visit, settings),
    visit.request.httpVersion === "2.0" ? http2Of(settings) : undefined,
    visit.request.scheme === "http" && settings.behavior && protocolOf(settings),
    countryOf(visit, settings),
    methodOf(visit, settings),
    signatureOf(visit, settings),
  ].map((decision) => decision || undefined);
  return decisions.filter((decision) => decision !== undefined);
}

function stagingOf({ deployment, distribution, primary }: Visit): Decision | undefined {
  const of = primary ?? distribution;
  const found = of && deployment.continuousDeployments?.get(of.id);
  if (found === undefined) return undefined;
  const { traffic } = found;
  const setting =
    traffic.type === "header"
      ? `ContinuousDeploymentPolicy: SingleHeaderConfig ${traffic.name}`
      : `ContinuousDeploymentPolicy: SingleWeightConfig ${traffic.weight}`;
  const outcome =
    primary === undefined
      ? "served by the primary distribution"
      : `served by the staging distribution ${distribution?.id} of ${primary.id}`;
  return { step: "staging", outcome, setting };
}

function tenantOf({ tenant, request }: Visit): Decision | undefined {
  if (tenant === undefined) return undefined;
  return {
    step: "tenant",
    outcome: `${request.host} is a domain of distribution tenant ${tenant.id}`,
    setting: `Domains of distribution tenant ${tenant.id}`,
  };
}

function behaviorOf({ request }: Visit, { behaviorName, rules }: Settings): Decision {
  const isDefault = (rules?.pathPattern ?? "*") === "*";
  return {
    step: "behavior",
    outcome: isDefault
      ? "no path pattern matches the path: the default cache behavior serves it"
      : `the first path pattern that matches ${request.path.length > 200 ? "the path" : "it"} is ${rules?.pathPattern}`,
    setting: isDefault ? "DefaultCacheBehavior" : `PathPattern of ${behaviorName}`,
  };
}

function http2Of({ config }: Settings): Decision {
  return {
    step: "protocol",
    outcome: "the viewer came by HTTP/2",
    setting: `HttpVersion (${config?.HttpVersion ?? "http2"})`,
  };
}

function protocolOf({ behavior, behaviorName }: Settings): Decision {
  const policy = behavior?.ViewerProtocolPolicy ?? "allow-all";
  const outcomes: Readonly<Record<string, string>> = {
    "https-only": "refused, since it came by http",
    "redirect-to-https": "sent to the same URL by https",
  };
  return {
    step: "scheme",
    outcome: outcomes[policy] ?? "served by http",
    setting: `ViewerProtocolPolicy (${policy}) of ${behaviorName}`,
  };
}

function countryOf(visit: Visit, { config }: Settings): Decision | undefined {
  const restriction = visit.distribution?.geoRestriction;
  if (restriction === undefined || isEndedBefore(visit, "country")) return undefined;
  const country = visit.viewerPlace.country ?? "an unknown country";
  const refused = visit.detail === "country";
  const kind = restriction.kind === "allow" ? "whitelist" : "blacklist";
  const listed = [...restriction.countries].slice(0, 20).join(", ");
  const from = config?.Restrictions?.GeoRestriction === undefined ? "the tenant's " : "";
  return {
    step: "country",
    outcome: `${refused ? "refused" : "served"}: the viewer is in ${country}`,
    setting: `${from}GeoRestriction (${kind} ${listed})`,
  };
}

function methodOf(visit: Visit, { behaviorName }: Settings): Decision | undefined {
  const { detail, behavior, request } = visit;
  if (detail !== "method" && detail !== "methodOfCachable") return undefined;
  return {
    step: "method",
    outcome: `refused: ${request.method.slice(0, 40)} is not allowed`,
    setting: `AllowedMethods (${[...(behavior?.allowedMethods ?? [])].join(", ")}) of ${behaviorName}`,
  };
}

const signatureFaults: Readonly<Record<string, string>> = {
  missingKey: "no Key-Pair-Id is in the URL or the cookies",
  unknownKey: "no trusted key has its Key-Pair-Id",
  malformedPolicy: "its policy, or its Expires, can't be read",
  malformedSignature: "its signature is not base64",
  notSigned: "it is expired, for another URL or address, or signed with another key",
};

function signatureOf(visit: Visit, { behavior, behaviorName }: Settings): Decision | undefined {
  if (visit.behavior?.trust === undefined || isEndedBefore(visit, "signature")) return undefined;
  const isByGroups = behavior?.TrustedKeyGroups?.Enabled === true;
  const fault = signatureFaults[visit.detail];
  return {
    step: "signature",
    outcome: fault === undefined ? "validly signed" : `refused: ${fault}`,
    setting: `${isByGroups ? "TrustedKeyGroups" : "TrustedSigners"} of ${behaviorName}`,
  };
}

const endsBefore: Readonly<Record<"country" | "signature", ReadonlySet<string>>> = {
  country: new Set(["loop", "ipv6Off", "httpsOnly", "Redirect", "misdirected"]),
  signature: new Set([
    ...["loop", "ipv6Off", "httpsOnly", "Redirect", "misdirected"],
    ...["country", "method", "methodOfCachable", "bodyWithGet"],
  ]),
};

function isEndedBefore({ detail, behavior }: Visit, step: "country" | "signature"): boolean {
  return behavior === undefined || endsBefore[step].has(detail);
}

/** What a policy's CORS settings make of the Origin that the viewer sent; undefined where they have no say. */
export function corsOf({ behavior, request, afterPolicy }: Visit): string | undefined {
  const cors = behavior?.responseHeaders?.cors;
  const origin = combinedValue(request.headers, "origin");
  if (cors === undefined || afterPolicy === undefined) return undefined;
  if (origin === undefined) return "CorsConfig: the viewer sent no Origin";
  return cors.allow(origin) === undefined
    ? "CorsConfig: AccessControlAllowOrigins has not the viewer's Origin"
    : `CorsConfig: AccessControlAllowOrigins has the viewer's Origin${request.method === "OPTIONS" ? ", and it is a preflight" : ""}`;
}
