/** Looking a resource up for an operation on it, and its version against If-Match. */
import { resourceArn } from "../../model/arn.ts";
import { ApiError, InvalidIfMatchVersion, PreconditionFailed } from "../../model/errors.ts";
import { etagOf, isEtag } from "../../model/etag.ts";
import type { Resource, ResourceKind } from "../../model/resource.ts";
import { findResource, ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import type { Input, ResourceRow } from "./resource-row.ts";

/** @throws the row's `missing` error, when nothing has that id */
export function requireById<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  state: State,
  id: string,
): Resource<Kind> {
  const resource = findResource(state, row.kind, id);
  if (resource !== undefined) return resource;
  const text = row.texts?.missing ?? `The specified ${row.label} does not exist.`;
  throw new ApiError(row.errors.missing, `${text} It was looked for as "${id}"`);
}

/**
 * The resource that an input is about: by its Id, or by an Identifier, which may be its name or
 * ARN too.
 *
 * @throws the row's `missing` error
 */
export function requireResource<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  state: State,
  input: Input,
): Resource<Kind> {
  row.prepare?.(input, state);
  const { Id, Identifier } = input as { readonly Id?: string; readonly Identifier?: string };
  if (Identifier === undefined)
    return requireById(row, state, row.keyOf?.(input, state) ?? Id ?? "");
  const named = ownResources(state, row.kind).find(
    ({ id, config }) =>
      resourceArn(state.account, row.kind, id) === Identifier ||
      ("Name" in config && config.Name === Identifier),
  );
  return named ?? requireById(row, state, Identifier);
}

/**
 * @throws InvalidIfMatchVersion, when IfMatch is absent or no ETag
 * @throws PreconditionFailed, when it is the ETag of another version
 */
export function requireVersion<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  { id, version }: Resource<Kind>,
  ifMatch: unknown,
): void {
  const resource = `${row.label} ${id}`;
  const given = typeof ifMatch === "string" && ifMatch !== "" ? ifMatch : undefined;
  if (given === undefined || !isEtag(given)) throw new InvalidIfMatchVersion(resource, given);
  const current = etagOf(version);
  if (given !== current) throw new PreconditionFailed(resource, given, current);
}
