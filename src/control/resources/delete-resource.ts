/** Deleting a resource of any kind that nothing uses. */
import { ApiError } from "../../model/errors.ts";
import type { ResourceKind } from "../../model/resource.ts";
import type { StructureShape } from "../../schema/shape.ts";
import { isManaged } from "../../state/resources.ts";
import type { OperationContext } from "../operation.ts";
import { fillOutput, valuesOf } from "./describe-resource.ts";
import { requireResource, requireVersion } from "./require-resource.ts";
import type { Input, ResourceRow } from "./resource-row.ts";
import { refuseIfUsed } from "./resource-users.ts";

/**
 * @param isVersioned whether the operation takes If-Match
 * @throws the row's `missing`, `inUse` and `notDisabled` errors
 * @throws IllegalDelete, for what AWS itself provides
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 */
export async function deleteResource<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  output: StructureShape | undefined,
  isVersioned: boolean,
  input: Input,
  context: OperationContext,
): Promise<object> {
  let answer: object = {};
  await context.commit((current) => {
    const resource = requireResource(row, current, input);
    const { id, config } = resource;
    if (isManaged(row.kind, id)) {
      throw new ApiError(
        "IllegalDelete",
        `Deletion is not allowed for this entity. The ${row.label} ${id} is AWS's`,
      );
    }
    if (isVersioned) requireVersion(row, resource, input["IfMatch"]);
    const { notDisabled, inUse } = row.errors;
    if (notDisabled && "Enabled" in config && config.Enabled) {
      throw new ApiError(
        notDisabled,
        `The ${row.label} you are trying to delete has not been disabled. Update ${id} with Enabled false first`,
      );
    }
    refuseIfUsed(row, resource, current, inUse);
    answer = fillOutput(output, valuesOf(row, resource, current, context));
    return { type: "resource-deleted", kind: row.kind, id };
  });
  return answer;
}
