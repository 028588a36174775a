/** Creating a resource of any kind. */
import { ApiError } from "../../model/errors.ts";
import type { Resource, ResourceConfigs, ResourceKind } from "../../model/resource.ts";
import type { StructureShape } from "../../schema/shape.ts";
import type { Tags } from "../../schema/shapes.ts";
import { allResources, findResource, ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import { isDeepStrictEqual } from "node:util";
import type { OperationContext } from "../operation.ts";
import { checkTags, tagsMember } from "../tags/check-tags.ts";
import { fillOutput, valuesOf } from "./describe-resource.ts";
import { readConfig } from "./read-config.ts";
import { requireById } from "./require-resource.ts";
import type { Input, ResourceRow } from "./resource-row.ts";

/** Ends the commit of a creation that has happened before, where AWS calls that no error. */
class IsThere extends Error {
  readonly id: string;

  constructor(id: string) {
    super(`${id} is there already`);
    this.id = id;
  }
}

/**
 * @throws the row's `exists` and `tooMany` errors, and those of its check
 * @throws InvalidTagging, for tags that break the rules
 */
export async function createResource<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  output: StructureShape | undefined,
  asked: Input,
  context: OperationContext,
): Promise<object> {
  const input = row.gather === undefined ? asked : await row.gather(asked, context);
  const given = readConfig(row, input);
  const tags = checkTags(tagsIn(input, row.configMember), context.quotas);
  const id = row.newId(input);
  const attributes = row.attributes?.(id, context);

  const created = await context
    .commit((current) => {
      row.prepare?.(input, current);
      refuseSameId(row, id, current);
      refuseTwin(row, given, current);
      refuseOver(row, current, context);
      const { quotas, domainSuffix, ordersCertificates } = context;
      const around = { state: current, quotas, domainSuffix, ordersCertificates };
      row.check?.(given, { ...around, old: undefined });
      const { config, along } = row.settle?.(given, current, context) ?? { config: given };
      return {
        type: "resource-created",
        kind: row.kind,
        id,
        config,
        ...(attributes && { attributes }),
        ...tagsMember(tags),
        ...(along && { along }),
      };
    })
    .then((state) => ({ id, state }))
    .catch((error: unknown) => {
      if (error instanceof IsThere) return { id: error.id, state: context.state() };
      throw error;
    });

  const resource = requireById(row, created.state, created.id);
  return fillOutput(output, valuesOf(row, resource, created.state, context));
}

function tagsIn(input: Input, configMember = ""): Tags | undefined {
  const withTags = input[`${configMember}WithTags`] as Input | undefined;
  return (withTags?.["Tags"] ?? input["Tags"]) as Tags | undefined;
}

/**
 * @param self the resource that is updated, which may keep its own values
 * @throws the row's `exists` error, when another has one of its unique values
 */
export function refuseTwin<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  config: ResourceConfigs[Kind],
  state: State,
  self?: Resource<Kind>,
): void {
  for (const member of row.unique ?? []) {
    const value = memberOf(config, member);
    const twin = allResources(state, row.kind).find(
      (other) => other.id !== self?.id && memberOf(other.config, member) === value,
    );
    if (twin === undefined) continue;
    if (row.sameIsNoError && isDeepStrictEqual(twin.config, config)) throw new IsThere(twin.id);
    throw new ApiError(
      row.errors.exists ?? "EntityAlreadyExists",
      `${twinText(row, member)} ${twin.id} has the ${member} "${String(value)}"`,
    );
  }
}

/** In the model's words, where AWS's own are not known: "A cache policy with this name already exists." */
function twinText({ label, texts }: Pick<ResourceRow, "label" | "texts">, member: string): string {
  const known = texts?.exists?.[member];
  if (known !== undefined) return known;
  const article = /^[aeiou]/i.test(label) ? "An" : "A";
  const what = member === "CallerReference" ? "caller reference" : member.toLowerCase();
  return `${article} ${label} with this ${what} already exists.`;
}

/** Some kinds have no ids of their own: they are named, or belong to a distribution. */
function refuseSameId<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  id: string,
  state: State,
): void {
  if (findResource(state, row.kind, id) === undefined) return;
  throw new ApiError(
    row.errors.exists ?? "EntityAlreadyExists",
    `There is a ${row.label} "${id}" already`,
  );
}

function refuseOver<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  state: State,
  { quotas }: OperationContext,
): void {
  if (row.quota === undefined) return;
  const count = ownResources(state, row.kind).length;
  if (count < quotas[row.quota]) return;
  throw new ApiError(
    row.errors.tooMany ?? "EntityLimitExceeded",
    `The account has ${count} of the kind ${row.label}, and the limit is ${quotas[row.quota]}`,
  );
}

function memberOf(config: object, member: string): unknown {
  return (config as Record<string, unknown>)[member];
}
