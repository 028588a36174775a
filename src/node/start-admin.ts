/** Starts the port of health and metrics alone, on a node that has one. */
import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { Logger } from "../base/logger.ts";
import type { Replica } from "../state/replica.ts";
import { createAdminListener } from "./admin-listener.ts";
import { followerFacts, type FollowerState } from "./follower-state.ts";
import { urlOf } from "./listen-address.ts";
import { listenOn } from "./listen-on.ts";
import { metricsReport } from "./metrics/metrics-report.ts";
import type { NodeMetrics } from "./metrics/node-metrics.ts";
import type { NodeHealth } from "./node-health.ts";
import type { NodeOptions } from "./options.ts";

export interface AdminParts {
  readonly replica: Replica;
  readonly metrics: NodeMetrics;
  readonly health: NodeHealth;
  readonly followerState: () => FollowerState;
  readonly logger: Logger;
}

/**
 * @param stops what stops it is put at its end; it is the last to stop
 * @returns its base URL
 * @throws Error, when the port is taken
 */
export async function startAdmin(
  options: NodeOptions,
  { replica, metrics, health, followerState, logger }: AdminParts,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const { adminPort, adminHost: host } = options;
  const server = createAdminListener({
    facts: () => ({
      id: replica.state.account,
      revision: replica.state.revision,
      edge_workers: health.workers?.readyCount ?? 0,
      full_edge_workers: health.workers?.fullCount ?? 0,
      follower: followerFacts(followerState()),
    }),
    whyNotReady: health.whyNotReady,
    metrics: metricsReport(options, metrics),
    newRequestId: randomUUID,
    logger,
  });
  await listenOn(server, { host, port: Number(adminPort) }, "--admin-port");
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return urlOf({ host, port: (server.address() as AddressInfo).port });
}
