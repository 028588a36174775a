/** What a distribution is and how far it has come, in words. */
import type { JSX } from "preact";
import { Badge } from "../parts/badge.tsx";

export function DistributionStanding({
  distribution,
}: {
  readonly distribution: {
    readonly enabled: boolean;
    readonly status: string;
    readonly staging?: boolean;
    readonly connection_mode?: string;
  };
}): JSX.Element {
  const { enabled, status, staging = false, connection_mode: mode } = distribution;
  return (
    <span class="row row-tight">
      {enabled ? (
        <Badge tone="good">Enabled</Badge>
      ) : (
        <Badge title="Viewers are refused">Disabled</Badge>
      )}
      {status === "InProgress" && (
        <Badge tone="accent" title="Not all edges have its newest change yet">
          Deploying
        </Badge>
      )}
      {staging && (
        <Badge tone="warn" title="Tries a change on a part of its primary's viewers">
          Staging
        </Badge>
      )}
      {mode === "tenant-only" && (
        <Badge tone="accent" title="Viewers come by the domains of its tenants">
          Tenants
        </Badge>
      )}
    </span>
  );
}
