/** The body of a change of a stack's record: resources and outputs as they are from now on. */
import { InvalidArgument } from "../../model/errors.ts";
import type { StackOutput, StackPatch, StackResource } from "../../model/stack.ts";
import { readMembers } from "../function-versions/read-members.ts";

type Members = Readonly<Record<string, unknown>>;

/** In UTF-16 code units: what a record holds is names, ids and hashes. */
const textMax = 2048;
/** CloudFormation's names of resources; after a point the count of one that was replaced. */
const logicalIdPattern = /^[A-Za-z0-9]{1,255}(\.\d{1,9})?$/;
const outputNamePattern = /^[A-Za-z0-9]{1,255}$/;

const resourceMembers = [
  ...["type", "state", "id", "attributes", "asked", "found", "depends_on", "is_retained"],
];

/** @throws InvalidArgument, naming the first member that makes no sense */
export function readStackPatch(body: Uint8Array): StackPatch {
  const { given } = readMembers(body, ["resources", "outputs"]);
  const { resources, outputs } = given;
  return {
    ...(resources !== undefined && { resources: readEntries(resources, readResource) }),
    ...(outputs !== undefined && { outputs: readOutputs(outputs) }),
  };
}

function readEntries<Value>(
  given: unknown,
  read: (value: Members, place: string) => Value,
): Readonly<Record<string, Value | null>> {
  const entries = Object.entries(requireObject(given, "resources")).map(([logicalId, value]) => {
    if (!logicalIdPattern.test(logicalId)) {
      throw new InvalidArgument(`"${logicalId.slice(0, 300)}" is no name of a resource`);
    }
    const place = `resources.${logicalId}`;
    return [logicalId, value === null ? null : read(requireObject(value, place), place)] as const;
  });
  return Object.fromEntries(entries);
}

function readResource(given: Members, place: string): StackResource {
  requireMembers(given, resourceMembers, place);
  const { state, attributes, depends_on: dependsOn, is_retained: isRetained } = given;
  if (state !== "making" && state !== "made") {
    throw new InvalidArgument(
      `${place}.state must be making or made, got ${JSON.stringify(state)}`,
    );
  }
  if (typeof isRetained !== "boolean") {
    throw new InvalidArgument(`${place}.is_retained must be true or false`);
  }
  if (!Array.isArray(dependsOn)) throw new InvalidArgument(`${place}.depends_on must be an array`);
  const texts = Object.entries(requireObject(attributes, `${place}.attributes`));
  const text = (name: string): string => requireText(given[name], `${place}.${name}`);
  return {
    ...{ type: text("type"), state, id: text("id") },
    attributes: Object.fromEntries(
      texts.map(([name, value]) => [name, requireText(value, `${place}.attributes.${name}`)]),
    ),
    ...{ asked: text("asked"), found: text("found") },
    dependsOn: dependsOn.map((one) => requireText(one, `${place}.depends_on`)),
    isRetained,
  };
}

function readOutputs(given: unknown): Readonly<Record<string, StackOutput>> {
  const entries = Object.entries(requireObject(given, "outputs")).map(([name, output]) => {
    if (!outputNamePattern.test(name)) {
      throw new InvalidArgument(`"${name.slice(0, 300)}" is no name of an output`);
    }
    const place = `outputs.${name}`;
    const members = requireObject(output, place);
    requireMembers(members, ["value", "export_name"], place);
    const { value, export_name: exportName } = members;
    return [
      name,
      {
        value: requireText(value, `${place}.value`),
        ...(exportName !== undefined && {
          exportName: requireText(exportName, `${place}.export_name`),
        }),
      },
    ] as const;
  });
  return Object.fromEntries(entries);
}

function requireMembers(given: Members, known: readonly string[], place: string): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InvalidArgument(`${place} has no member "${unknown}": it takes ${known.join(", ")}`);
}

function requireObject(value: unknown, place: string): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  throw new InvalidArgument(`${place} must be an object`);
}

function requireText(value: unknown, place: string): string {
  if (typeof value === "string" && value.length <= textMax) return value;
  throw new InvalidArgument(`${place} must be a text of up to ${textMax} characters`);
}
