/** Who uses a resource: distributions by their configuration, other resources as their row says. */
import {
  isReferenceKind,
  referencesOf,
  type ReferenceKind,
} from "../../model/distribution-references.ts";
import type { Distribution } from "../../model/distribution.ts";
import { ApiError } from "../../model/errors.ts";
import type { Resource, ResourceKind } from "../../model/resource.ts";
import type { ErrorCode } from "../../schema/errors.ts";
import type { State } from "../../state/state.ts";
import type { ResourceRow } from "./resource-row.ts";

/** The distributions that name something, by id. */
export function distributionsNaming(
  state: State,
  kind: ReferenceKind,
  id: string,
): readonly Distribution[] {
  const users = state.distributions.valueSeq().filter(({ config }) => {
    return referencesOf(config, kind).has(id);
  });
  return users.toArray().sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** @throws ApiError with that code, naming the users, when there are any */
export function refuseIfUsed<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  resource: Resource<Kind>,
  state: State,
  code: ErrorCode | undefined,
): void {
  if (code === undefined) return;
  const { kind, id } = resource;
  const distributions = isReferenceKind(kind) ? distributionsNaming(state, kind, id) : [];
  const users = [
    ...distributions.map((distribution) => `distribution ${distribution.id}`),
    ...(row.usedBy?.(resource, state) ?? []),
  ];
  if (users.length === 0) return;
  const text = row.texts?.inUse ?? `The specified ${row.label} is still in use.`;
  const more = users.length > 5 ? ` and ${users.length - 5} more` : "";
  throw new ApiError(
    code,
    `${text} ${resource.id} is used by ${users.slice(0, 5).join(", ")}${more}`,
  );
}
