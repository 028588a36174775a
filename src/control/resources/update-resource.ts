/** Updating a resource of any kind. */
import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../../model/errors.ts";
import type { Resource, ResourceConfigs, ResourceKind } from "../../model/resource.ts";
import type { StructureShape } from "../../schema/shape.ts";
import { isManaged } from "../../state/resources.ts";
import type { OperationContext } from "../operation.ts";
import { refuseTwin } from "./create-resource.ts";
import { fillOutput, valuesOf } from "./describe-resource.ts";
import { readConfig } from "./read-config.ts";
import { requireById, requireResource, requireVersion } from "./require-resource.ts";
import type { Input, ResourceRow } from "./resource-row.ts";
import { refuseIfUsed } from "./resource-users.ts";

/**
 * @param isVersioned whether the operation takes If-Match; a few kinds know no versions
 * @throws the row's `missing` and `exists` errors, and those of its check
 * @throws IllegalUpdate, for what AWS itself provides
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 */
export async function updateResource<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  output: StructureShape | undefined,
  isVersioned: boolean,
  asked: Input,
  context: OperationContext,
): Promise<object> {
  const input = row.gather === undefined ? asked : await row.gather(asked, context);
  let id = "";
  const state = await context.commit((current) => {
    const old = requireResource(row, current, input);
    id = old.id;
    if (isManaged(row.kind, id)) {
      throw new ApiError(
        "IllegalUpdate",
        `The update contains modifications that are not allowed. The ${row.label} ${id} is AWS's`,
      );
    }
    if (isVersioned) requireVersion(row, old, input["IfMatch"]);
    const config = readConfig(row, input, old.config);
    refuseChange(row, config, old);
    refuseTwin(row, config, current, old);
    const { quotas, domainSuffix, ordersCertificates } = context;
    row.check?.(config, { state: current, quotas, domainSuffix, ordersCertificates, old });
    refuseIfUsed(row, old, current, row.errors.updateInUse);
    return { type: "resource-updated", kind: row.kind, id, config };
  });
  return fillOutput(output, valuesOf(row, requireById(row, state, id), state, context));
}

/** @throws the row's error for members that an update must leave alone */
function refuseChange<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  config: ResourceConfigs[Kind],
  old: Resource<Kind>,
): void {
  for (const member of row.fixed?.members ?? []) {
    const before = (old.config as unknown as Input)[member];
    const after = (config as unknown as Input)[member];
    if (isDeepStrictEqual(before, after)) continue;
    throw new ApiError(
      row.fixed!.code,
      `${row.fixed!.text} ${member} was ${JSON.stringify(before)}, got ${JSON.stringify(after)}`,
    );
  }
}
