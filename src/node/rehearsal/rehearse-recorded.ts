/** Rehearses a function on what this node has recorded, in a process of its own: one at a time, within a time. */
import type { Rehearse } from "../../control/rehearsal/rehearse-recorded.ts";
import type { Effect } from "../../rehearsal/effect.ts";
import type { DifferenceGroup, RehearsalReport } from "../../rehearsal/findings.ts";

/** What `--record-memory` holds of a function is run in a second or two. */
const deadlineMs = 60_000;

/** What rehearses is loaded with the first. */
export function createRehearse(): Rehearse {
  let isBusy = false;
  return async ({ name, account, snapshot }, pages) => {
    if (isBusy) return undefined;
    isBusy = true;
    try {
      const { startRehearsal } = await import("./start-rehearsal.ts");
      const rehearsal = await startRehearsal({ name, account, snapshot }, 1);
      // What it is asked when it is closed fails, and so does this.
      const deadline = setTimeout(() => rehearsal.close(), deadlineMs);
      try {
        for await (const lines of pages) if (lines.length > 0) await rehearsal.add(lines);
        return toldReport(await rehearsal.report());
      } finally {
        clearTimeout(deadline);
        rehearsal.close();
      }
    } finally {
      isBusy = false;
    }
  };
}

function toldReport(report: RehearsalReport): object {
  const { compared, differing, groups, utilization, caches } = report;
  return {
    ...{ compared, differing, utilization },
    not_comparable: report.notComparable,
    groups: groups.map(toldGroup),
    caches: caches.map((cache) => ({
      behavior: cache.behavior,
      live_objects: cache.liveObjects,
      development_objects: cache.developmentObjects,
      cold_objects: cache.coldObjects,
      live_hit_ratio: cache.liveHitRatio,
      development_hit_ratio: cache.developmentHitRatio,
      is_estimate: cache.isEstimate,
    })),
    without_behavior: report.withoutBehavior,
    unassociated: report.unassociated,
  };
}

function toldGroup({ shape, count, sample }: DifferenceGroup): object {
  return {
    ...{ shape, count },
    sample: {
      event: sample.event,
      live: toldEffect(sample.live),
      development: toldEffect(sample.development),
    },
  };
}

function toldEffect(effect: Effect & { readonly computeUtilization: number }): object {
  const { computeUtilization, ...rest } = effect;
  return { ...rest, compute_utilization: computeUtilization };
}
