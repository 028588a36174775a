/** Where header lines that come again and again led last: the distribution, as long as the names are those of the same deployment. */
import { PlaceInRecurring } from "../../base/recurring.ts";
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import { findDistribution, type Hosts } from "../deployment/find-distribution.ts";
import type { ViewerRequest } from "../viewer-request.ts";

interface Found {
  /** Which names it was found by. */
  readonly names: number;
  readonly distribution: DeployedDistribution | undefined;
}

const found = new PlaceInRecurring<Found>();

/** The names that were asked last, and the how manyth: lines that come no more would keep all names of an account. */
let latest: Hosts | undefined;
let names = 0;

/** As findDistribution(). */
export function distributionFor(
  hosts: Hosts,
  { host, recurring }: Pick<ViewerRequest, "host" | "recurring">,
): DeployedDistribution | undefined {
  if (hosts !== latest) {
    latest = hosts;
    names += 1;
  }
  const known = found.in(recurring);
  if (known?.names === names) return known.distribution;
  const distribution = findDistribution(hosts, host);
  if (recurring !== undefined) found.put({ names, distribution }, recurring);
  return distribution;
}
