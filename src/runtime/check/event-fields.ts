/** Fields that a function gives a request or a response, and that those do not have: viewers get 502. */
import type { AddFinding } from "./check-program.ts";
import { type EventParts, keyOf, type Owner } from "./event-parts.ts";
import { propertyName } from "./names.ts";
import type { Visit } from "./walk-reachable.ts";

const fields: Readonly<Record<Owner, readonly string[]>> = {
  request: ["method", "uri", "querystring", "headers", "cookies"],
  response: ["statusCode", "statusDescription", "headers", "cookies", "body"],
};

/** @returns what to do with each node that can run */
export function findEventFields(parts: EventParts, add: AddFinding): Visit {
  const check = (owner: Owner, name: string, at: number): void => {
    if (fields[owner].includes(name)) return;
    const known = fields[owner].join(", ");
    add("error", "event-field", at, `a ${owner} has no field ${name}, only ${known}`);
  };

  return (node) => {
    if (node.type === "ObjectExpression" && parts.partOf(node) === "response") {
      for (const property of node.properties) {
        const name = property.type === "Property" ? keyOf(property) : undefined;
        if (name !== undefined) check("response", name, property.start);
      }
    }
    if (node.type !== "AssignmentExpression" || node.left.type !== "MemberExpression") return;
    const owner = parts.partOf(node.left.object);
    const name = propertyName(node.left);
    if (name === undefined || (owner !== "request" && owner !== "response")) return;
    if (owner === "request" && name === "method") {
      add(
        "error",
        "event-field",
        node.left.start,
        "request.method is read-only, and viewers get 502",
      );
      return;
    }
    check(owner, name, node.left.start);
  };
}
