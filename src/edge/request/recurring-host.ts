/** Where header lines that come again and again led last: the distribution, as long as the names are those of the same deployment. */
import { PlaceInRecurring } from "../../base/recurring.ts";
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import { findDistribution, type Hosts } from "../deployment/find-distribution.ts";
import type { ViewerRequest } from "../viewer-request.ts";

interface Found {
  readonly hosts: Hosts;
  readonly distribution: DeployedDistribution | undefined;
}

const found = new PlaceInRecurring<Found>();

/** As findDistribution(). */
export function distributionFor(
  hosts: Hosts,
  { host, recurring }: Pick<ViewerRequest, "host" | "recurring">,
): DeployedDistribution | undefined {
  const known = found.in(recurring);
  if (known?.hosts === hosts) return known.distribution;
  const distribution = findDistribution(hosts, host);
  if (recurring !== undefined) found.put({ hosts, distribution }, recurring);
  return distribution;
}
