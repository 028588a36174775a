/**
 * Origin groups: two origins, and the answers of the first that send a request to the second.
 *
 * Source: CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Draft } from "./draft.ts";

const failoverStatuses = [400, 403, 404, 416, 429, 500, 502, 503, 504];

type OriginGroup = NonNullable<NonNullable<Draft["config"]["OriginGroups"]>["Items"]>[number];

export function checkOriginGroups({ config }: Draft): void {
  const origins = new Set(config.Origins?.Items?.map(({ Id }) => Id));
  const taken = new Set(origins);
  for (const group of config.OriginGroups?.Items ?? []) {
    if (!group.Id || taken.has(group.Id)) {
      throw new InvalidArgument(
        `Each origin group must have an id that no other origin or group has, got "${group.Id}"`,
      );
    }
    taken.add(group.Id);
    checkMembers(group, origins);
    checkStatuses(group);
  }
}

function checkMembers(
  { Id, Members }: OriginGroup,
  origins: ReadonlySet<string | undefined>,
): void {
  const ids = (Members?.Items ?? []).map(({ OriginId }) => OriginId);
  if (ids.length !== 2 || ids[0] === ids[1]) {
    throw new InvalidArgument(
      `Origin group "${Id}" must have two different origins as members, got "${ids.join(", ")}"`,
    );
  }
  const missing = ids.find((id) => !origins.has(id));
  if (missing === undefined) return;
  throw new ApiError(
    "NoSuchOrigin",
    `One or more of your origins or origin groups do not exist. Member "${missing}" of origin group "${Id}"`,
  );
}

function checkStatuses({ Id, FailoverCriteria }: OriginGroup): void {
  const statuses = FailoverCriteria?.StatusCodes?.Items ?? [];
  const wrong = statuses.find((status) => !failoverStatuses.includes(status));
  if (statuses.length > 0 && wrong === undefined) return;
  throw new InvalidArgument(
    `Origin group "${Id}" must fail over on some of ${failoverStatuses.join(", ")}, got "${statuses.join(", ")}"`,
  );
}
