/**
 * Headers that a function reads in vain or may not set, where the text shows it: names in upper case,
 * headers that CloudFront keeps to itself, read-only ones, cookies among the headers.
 */
import type { AnyNode } from "acorn";
import { headerRules, readOnlyHeaders } from "../../model/header-rules.ts";
import type { AddFinding } from "./check-program.ts";
import { type EventParts, keyOf, type ObjectExpression, type Owner } from "./event-parts.ts";
import { propertyName } from "./names.ts";
import type { Visit } from "./walk-reachable.ts";

/** @returns what to do with each node that can run */
export function findHeaderMistakes(parts: EventParts, add: AddFinding): Visit {
  /** @returns the header that an expression names, and whose it is */
  const headerOf = (node: AnyNode): { name: string; owner: Owner } | undefined => {
    if (node.type !== "MemberExpression") return undefined;
    const name = propertyName(node);
    const kind = name === undefined ? undefined : parts.partOf(node.object);
    if (name === undefined || !kind?.endsWith(".headers")) return undefined;
    return { name, owner: kind === "request.headers" ? "request" : "response" };
  };

  const checkSet = (name: string, owner: Owner, value: AnyNode | undefined, at: number): void => {
    const lower = name.toLowerCase();
    if (name !== lower) {
      add(
        "error",
        "header-case",
        at,
        `${owner}.headers takes names in lower case; write '${lower}'`,
      );
    } else if (headerRules(name).functions === "hidden") {
      const message = `functions may not set the header ${name}, and viewers get 502; use another name`;
      add("error", "header-disallowed", at, message);
    } else if (readOnlyOf(owner).has(name)) {
      add("error", "header-read-only", at, readOnlyMessage(name));
    } else if (name === "cookie" || name === "set-cookie") {
      add("error", "header-cookie", at, `${name} is no header here; set ${owner}.cookies`);
    } else if (value && isText(value)) {
      const message = `a header's value is an object; write { value: … } for ${name}`;
      add("error", "header-value", at, message);
    }
  };

  const checkObject = (headers: ObjectExpression, owner: Owner): void => {
    for (const property of headers.properties) {
      const name = property.type === "Property" ? keyOf(property) : undefined;
      if (property.type !== "Property" || name === undefined) continue;
      checkSet(name, owner, property.value, property.start);
    }
  };

  const checkAssignment = (node: Extract<AnyNode, { type: "AssignmentExpression" }>): void => {
    const { left, right } = node;
    const header = headerOf(left);
    if (header) {
      checkSet(header.name, header.owner, right, left.start);
      return;
    }
    if (left.type !== "MemberExpression") return;
    const inside = propertyName(left) === "value" ? headerOf(left.object) : undefined;
    if (inside && inside.name === inside.name.toLowerCase()) {
      checkSet(inside.name, inside.owner, undefined, left.start);
    }
    const kind = parts.partOf(left);
    const isNew = right.type === "ObjectExpression" && !parts.isHeadersOfResponse(right);
    if (isNew && kind?.endsWith(".headers")) {
      checkObject(right, kind === "request.headers" ? "request" : "response");
    }
  };

  const checkDelete = (name: string, owner: Owner, at: number): void => {
    if (!readOnlyOf(owner).has(name)) return;
    // A request always has its host; the others may not be there.
    add(name === "host" ? "error" : "warning", "header-read-only", at, readOnlyMessage(name));
  };

  const checkRead = (name: string, owner: Owner, at: number): void => {
    const lower = name.toLowerCase();
    const unseen = `${owner}.headers never has ${name}`;
    if (name !== lower) {
      const message = `${unseen}: names are in lower case; write '${lower}'`;
      add("warning", "header-case", at, message);
    } else if (headerRules(name).functions === "hidden") {
      add("warning", "header-disallowed", at, `${unseen}: CloudFront hides it from functions`);
    } else if (name === "cookie" || name === "set-cookie") {
      add("warning", "header-cookie", at, `${unseen}; read ${owner}.cookies`);
    }
  };

  return (node, { parent }) => {
    if (node.type === "AssignmentExpression") checkAssignment(node);
    if (node.type === "ObjectExpression" && parts.isHeadersOfResponse(node)) {
      checkObject(node, "response");
    }
    const header = headerOf(node);
    if (header === undefined) return;
    const isDeleted = parent?.type === "UnaryExpression" && parent.operator === "delete";
    const isSet = parent?.type === "AssignmentExpression" && parent.left === node;
    if (isDeleted) checkDelete(header.name, header.owner, node.start);
    else if (
      !isSet &&
      !(node.type === "MemberExpression" && parts.isHeadersOfResponse(node.object))
    ) {
      checkRead(header.name, header.owner, node.start);
    }
  };
}

function readOnlyOf(owner: Owner): ReadonlySet<string> {
  return readOnlyHeaders(`viewer-${owner}`);
}

function readOnlyMessage(name: string): string {
  const instead =
    name === "host" ? "; cf.updateRequestOrigin({ hostHeader }) sets the origin's" : "";
  return `the header ${name} is read-only, and viewers get 502 for a change${instead}`;
}

function isText(node: AnyNode): boolean {
  if (node.type === "TemplateLiteral") return true;
  if (node.type === "Literal") return typeof node.value === "string";
  return node.type === "BinaryExpression" && node.operator === "+" && isText(node.left);
}
