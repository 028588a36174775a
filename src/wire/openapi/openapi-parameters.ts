/** The parameters of a path and a method: labels, query keys and headers of all its operations. */
import type { OperationSchema } from "../../schema/operation-table.ts";
import type { Member } from "../../schema/shape.ts";
import { membersOf } from "../body-layout.ts";
import type { OpenApiSchemas } from "./openapi-schemas.ts";

export function describeParameters(
  operations: readonly OperationSchema[],
  path: string,
  schemas: OpenApiSchemas,
): object[] {
  const parameters = new Map<string, object>();
  for (const operation of operations) {
    for (const member of membersOf(operation.input)) {
      const parameter = describeParameter(member, operation, path, schemas);
      if (parameter) parameters.set(`${parameter.in} ${parameter.name}`, parameter);
    }
  }
  const literals = operations.flatMap(({ literalQuery }) => [...literalQuery]);
  for (const [name] of literals) {
    const values = [...new Set(literals.filter(([key]) => key === name).map(([, value]) => value))];
    const isChoice = operations.every(({ literalQuery }) => literalQuery.has(name));
    parameters.set(`query ${name}`, {
      name,
      in: "query",
      required: isChoice,
      ...(values.join("") === "" && { allowEmptyValue: true }),
      schema: { type: "string", enum: values },
      description: `Tells ${operations.map((operation) => operation.name).join(" and ")} apart`,
    });
  }
  return [...parameters.values()];
}

function describeParameter(
  { name, binding, required, shape, constraint }: Member,
  operation: OperationSchema,
  path: string,
  schemas: OpenApiSchemas,
): { readonly in: string; readonly name: string } | undefined {
  if (binding === undefined || binding.in === "payload") return undefined;
  const isLabel = binding.in === "label";
  const schema = schemas.schemaOf(shape, constraint);
  const parameter = {
    name: isLabel ? labelIn(path, operation, name) : binding.name,
    in: isLabel ? "path" : binding.in,
    // If-Match may stand in the body instead.
    required: isLabel || (required && binding.in !== "header"),
    schema,
  };
  return binding.in === "header" && binding.name === "If-Match"
    ? ({
        ...parameter,
        description:
          "The ETag that the resource was last read with. May stand in the body as `if_match`",
      } as typeof parameter)
    : parameter;
}

/** @returns the name that the shared spelling of a path has for an operation's label */
function labelIn(path: string, operation: OperationSchema, label: string): string {
  const place = operation.path.split("/").indexOf(`{${label}}`);
  return path.split("/")[place]!.slice(1, -1);
}
