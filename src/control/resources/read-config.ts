/** The configuration in an operation's input, as the state is to keep it. */
import { InvalidArgument } from "../../model/errors.ts";
import type { ResourceConfigs, ResourceKind } from "../../model/resource.ts";
import { checkQuantities } from "../distributions/config/check-quantities.ts";
import type { Input, ResourceRow } from "./resource-row.ts";

/** Members of inputs that say which resource is meant, or what is no part of its configuration. */
const beside = new Set(["Id", "Identifier", "IfMatch", "ARN", "Tags"]);

/**
 * @param old what an update starts from; it is replaced where the configuration is one member
 * @throws InvalidArgument, when there is no configuration
 * @throws InconsistentQuantities, when a Quantity is not the number of its Items
 */
export function readConfig<Kind extends ResourceKind>(
  row: ResourceRow<Kind>,
  input: Input,
  old?: ResourceConfigs[Kind],
): ResourceConfigs[Kind] {
  const given = (row.readConfig?.(input) ??
    (row.configMember === undefined
      ? flat(input)
      : wrapped(row.configMember, input))) as ResourceConfigs[Kind];
  checkQuantities(given, row.configMember ?? row.label);
  const config = row.configMember === undefined && old ? { ...old, ...given } : given;
  return row.complete?.(config) ?? config;
}

function flat(input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !beside.has(name) && value !== undefined),
  );
}

function wrapped(member: string, input: Input): unknown {
  const withTags = input[`${member}WithTags`] as Input | undefined;
  const config = withTags?.[member] ?? input[member];
  if (config === undefined) throw new InvalidArgument(`The parameter ${member} is required.`);
  return config;
}
