/**
 * `/footlight/v1/stacks`: the records of what was made of templates. They say which resources belong to a
 * stack and change none: whoever deploys calls the operations of CloudFront's API for that, with their own rights.
 *
 * Every change wants If-Match, but the one that makes the record: of two who deploy at one time, one is refused.
 */
import {
  ApiError,
  InvalidArgument,
  InvalidIfMatchVersion,
  PreconditionFailed,
} from "../../model/errors.ts";
import { etagOf, isEtag } from "../../model/etag.ts";
import { stackNamePattern, type Stack, type StackResource } from "../../model/stack.ts";
import type { State } from "../../state/state.ts";
import type { VersionChange } from "../function-versions/version-calls.ts";
import { readStackPatch } from "./read-stack-patch.ts";

/** So many are more than CloudFormation has in a stack, and one record stays small enough to be read whole. */
const resourcesMax = 1000;

/** In the order of names, without their resources. */
export function listStacks({ account, stacks }: State): object {
  const sorted = [...stacks.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    id: account,
    items: sorted.map((stack) => ({
      ...summary(stack),
      resources: Object.keys(stack.resources).length,
      outputs: outputsOf(stack),
    })),
  };
}

/** @throws EntityNotFound, when there is no such stack */
export function readStack(name: string, state: State): object {
  return describeStack(requireStack(state, name));
}

/**
 * @throws InvalidArgument, when the name or the body makes no sense, or there would be too many resources
 * @throws InvalidIfMatchVersion, PreconditionFailed, when If-Match is not the stack's ETag
 * @throws EntityNotFound, when it is one of a stack that is gone
 */
export async function changeStack(
  name: string,
  { body, ifMatch, commit }: VersionChange,
): Promise<object> {
  if (!stackNamePattern.test(name)) {
    throw new InvalidArgument(
      `A stack's name is a letter and up to 127 letters, digits and "-", got "${name}"`,
    );
  }
  const patch = readStackPatch(body);
  const state = await commit((current) => {
    const stack = current.stacks.get(name);
    if (stack !== undefined || ifMatch !== undefined) requireEtag(current, name, ifMatch);
    const left = Object.keys({ ...stack?.resources, ...patch.resources }).length;
    if (left > resourcesMax) {
      throw new InvalidArgument(`A stack has up to ${resourcesMax} resources, got ${left}`);
    }
    return { type: "stack-changed", name, ...patch };
  });
  return describeStack(requireStack(state, name));
}

/**
 * @throws EntityNotFound, when there is no such stack
 * @throws InvalidIfMatchVersion, PreconditionFailed, when If-Match is not its ETag
 * @throws ResourceInUse, while its record has resources: they would belong to nobody
 */
export async function deleteStack(
  name: string,
  { body, ifMatch, commit }: VersionChange,
): Promise<object> {
  if (body.length > 0) throw new InvalidArgument("It takes no body");
  const state = await commit((current) => {
    const { resources } = requireEtag(current, name, ifMatch);
    const left = Object.keys(resources);
    if (left.length > 0) {
      throw new ApiError(
        "ResourceInUse",
        `The stack "${name}" still has ${left.length} resources, ${left[0]} among them. Delete those first: footlight destroy does`,
      );
    }
    return { type: "stack-deleted", name };
  });
  return { id: name, revision: state.revision };
}

function requireStack({ stacks }: State, name: string): Stack {
  const stack = stacks.get(name);
  if (stack !== undefined) return stack;
  const known = [...stacks.keys()].toSorted().join(", ");
  throw new ApiError(
    "EntityNotFound",
    `There is no stack "${name.slice(0, 128)}": ${known === "" ? "none is" : `these are: ${known}`}`,
  );
}

function requireEtag(state: State, name: string, ifMatch = ""): Stack {
  const stack = requireStack(state, name);
  const current = etagOf(stack.version);
  if (!isEtag(ifMatch)) throw new InvalidIfMatchVersion(`stack "${name}"`, ifMatch);
  if (ifMatch !== current) throw new PreconditionFailed(`stack "${name}"`, ifMatch, current);
  return stack;
}

function describeStack(stack: Stack): object {
  const resources = Object.entries(stack.resources).map(([logicalId, resource]) => [
    logicalId,
    describeResource(resource),
  ]);
  return {
    ...summary(stack),
    resources: Object.fromEntries(resources),
    outputs: outputsOf(stack),
  };
}

function summary({ name, version, createdTime, lastModifiedTime }: Stack): object {
  return {
    id: name,
    created_at: `${createdTime.slice(0, 19)}Z`,
    etag: etagOf(version),
    modified_at: lastModifiedTime,
  };
}

function describeResource({ dependsOn, isRetained, ...resource }: StackResource): object {
  return { ...resource, depends_on: dependsOn, is_retained: isRetained };
}

function outputsOf({ outputs }: Stack): object {
  const described = Object.entries(outputs).map(([name, { value, exportName }]) => [
    name,
    { value, ...(exportName !== undefined && { export_name: exportName }) },
  ]);
  return Object.fromEntries(described);
}
