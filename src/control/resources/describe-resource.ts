/**
 * Fills the shapes of answers: each member takes the value of its name from what is known of a
 * resource. So a summary, a whole resource and an operation's output are made in one way, and what
 * the model lists is what is answered.
 */
import { resourceArn } from "../../model/arn.ts";
import { etagOf } from "../../model/etag.ts";
import { isManaged } from "../../state/resources.ts";
import { tagsOf } from "../../state/tags.ts";
import type { Resource, ResourceKind } from "../../model/resource.ts";
import type { StructureShape } from "../../schema/shape.ts";
import type { State } from "../../state/state.ts";
import { locationOf } from "../location.ts";
import type { OperationContext } from "../operation.ts";
import type { ResourceRow } from "./resource-row.ts";

export type Values = Readonly<Record<string, unknown>>;

/** All that answers may say of a resource, by the API's member names. */
export function valuesOf<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  resource: Resource<Kind>,
  state: State,
  { isDeployed }: Pick<OperationContext, "isDeployed">,
): Values {
  const { id, kind, config, version } = resource;
  const [applying, applied] = row.statuses ?? ["InProgress", "Deployed"];
  const arn = resourceArn(state.account, kind, id);
  return {
    ...config,
    ...resource.attributes,
    ...(row.configMember !== undefined && { [row.configMember]: config }),
    Id: id,
    Arn: arn,
    ARN: arn,
    ETag: etagOf(version),
    Type: isManaged(kind, id) ? "managed" : "custom",
    Status: isDeployed(resource.deployRevision) ? applied : applying,
    CreatedTime: new Date(resource.createdTime),
    LastModifiedTime: new Date(resource.lastModifiedTime),
    Tags: { Items: [...tagsOf(state, arn)] },
    ...(row.collection !== undefined && { Location: locationOf(row.collection, id) }),
    ...row.describe?.(resource, state),
  };
}

/**
 * @param shape of an operation's output: besides members by name, it may hold a structure of them
 * @returns an empty output for an operation that answers nothing
 */
export function fillOutput(shape: StructureShape | undefined, values: Values): object {
  return shape ? fill(shape, values, true) : {};
}

/** @param shape of a list's entry: what it requires and has no value of itself is a structure of them */
export function fillEntry(shape: StructureShape, values: Values): object {
  return fill(shape, values, false);
}

function fill(shape: StructureShape, values: Values, isOutput: boolean): object {
  const filled: Record<string, unknown> = {};
  for (const { name, shape: inner, required } of shape.members.values()) {
    if (values[name] !== undefined) filled[name] = values[name];
    else if (inner.kind === "structure" && (required || isOutput)) {
      filled[name] = fill(inner, values, false);
    }
  }
  return filled;
}
