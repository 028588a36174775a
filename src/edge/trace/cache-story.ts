/** What the cache had to say to a visit, why, and by which setting. */
import { performance } from "node:perf_hooks";
import { currentAge } from "../../cache/age.ts";
import { invalidatedBy } from "../caching/invalidated-by.ts";
import { reasons, reasonsNeverKept, type NeverKept } from "../caching/reasons.ts";
import { invalidationsFor } from "../deployment/compiled-invalidations.ts";
import type { Visit } from "../record/visit.ts";
import type { Settings } from "./settings-of.ts";
import type { Decision } from "./trace.ts";

/** @returns undefined where nothing was asked for */
export function cacheStory(visit: Visit, settings: Settings): Decision | undefined {
  const { cache, cacheKey, origins, status } = visit;
  if (cacheKey === undefined) {
    return origins.length === 0 ? undefined : whyNeverLookedUp(visit, settings);
  }
  const step = "cache";
  const { cachePolicyName: setting } = settings;
  switch (cache) {
    case "hit":
      return visit.found === "under-way"
        ? collapsed(visit, settings)
        : { step, ...fresh(visit), setting };
    case "updating":
      return {
        step,
        outcome: "answered with what had expired, while it is fetched anew",
        setting: "stale-while-revalidate of the kept answer's Cache-Control",
      };
    case "stale":
      return {
        step,
        outcome: "answered with what had expired, because the origin failed",
        setting: `stale-if-error of the kept answer, ErrorCachingMinTTL and ${setting}`,
      };
    case "refreshed":
      return {
        step,
        outcome: "what was kept had expired, and the origin said that it is still right",
        setting,
      };
    case "miss":
    case "bypassed":
      if (visit.found === "failure") {
        return {
          step,
          outcome: "the origin had failed for this a moment ago, which is kept",
          setting: "ErrorCachingMinTTL of CustomErrorResponses",
        };
      }
      if (status === 504 && origins.length === 0) {
        return { step, outcome: "nothing that is kept answers it", setting: "only-if-cached" };
      }
      return whyMissed(visit, settings);
  }
}

function collapsed({ sharedWith }: Visit, { cachePolicyName }: Settings): Decision {
  const whose = sharedWith === undefined ? "another request" : `request ${sharedWith}`;
  return {
    step: "cache",
    outcome: `collapsed: it shared the fetch that ${whose} had begun`,
    setting: `the same cache key, by ${cachePolicyName}`,
  };
}

function fresh({ kept, startedAt }: Visit): Pick<Decision, "outcome"> {
  if (kept === undefined) return { outcome: "hit: kept and fresh" };
  const now = performance.timeOrigin + startedAt;
  const left = Math.max(0, Math.round((kept.freshUntil - now) / 1000));
  const age = Math.max(0, Math.round(currentAge(kept, now)));
  return { outcome: `hit: kept, ${age} s old, and fresh for another ${left} s` };
}

function whyMissed(visit: Visit, { cachePolicyName }: Settings): Decision {
  const { found, kept, distribution, deployment } = visit;
  const step = "cache";
  if (found === "unusable" && kept !== undefined && distribution !== undefined) {
    const by = invalidatedBy(kept, invalidationsFor(deployment.invalidations, distribution));
    return {
      step,
      outcome: "miss: what was kept had been invalidated",
      setting: by === undefined ? "an invalidation" : `invalidation ${by.id} of ${by.path}`,
    };
  }
  const setting = cachePolicyName;
  if (found === "kept") return { step, outcome: "miss: what was kept had expired", setting };
  if (found === "under-way") {
    return { step, outcome: "miss: the fetch under way had nothing for it to share", setting };
  }
  return { step, outcome: "miss: nothing is kept under its key", setting };
}

export function whyNotStored({ notStored }: Visit): string | undefined {
  return notStored && reasons[notStored];
}

function whyNeverLookedUp({ behavior, request }: Visit, settings: Settings): Decision {
  const why = reasonNeverLookedUp(behavior?.caching, request);
  return {
    step: "cache",
    outcome: `not looked up: ${why === "web-socket" ? "it opens a WebSocket connection" : reasonsNeverKept[why]}`,
    setting: settingsNeverKept(why, settings),
  };
}

function reasonNeverLookedUp(
  caching: NonNullable<Visit["behavior"]>["caching"] | undefined,
  { isWebSocket, method }: Visit["request"],
): NeverKept | "web-socket" {
  if (isWebSocket) return "web-socket";
  if (caching?.isOff === true) {
    return caching.key.headers.includes("*") ? "all-headers" : "ttls-zero";
  }
  return caching?.methods.has(method) === false ? "method" : "cache-off";
}

function settingsNeverKept(
  why: NeverKept | "web-socket",
  { cachePolicyName, behaviorName }: Settings,
): string {
  switch (why) {
    case "web-socket":
      return "Upgrade: websocket of the request";
    case "ttls-zero":
      return cachePolicyName;
    case "all-headers":
      return `ForwardedValues of ${behaviorName}`;
    case "method":
      return `CachedMethods of ${behaviorName}`;
    case "cache-off":
      return "--cache off";
  }
}
