/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most are harmless */
/**
 * Which parts of the event a source may read.
 *
 * A part that a source provably never looks at need not be built: nobody can tell that it is not
 * there. The proof is simple. A property is read by a name that stands in the source, by a computed
 * name, or by a built-in that lists an object's properties. A source that has neither of the last two
 * reads only parts whose names it holds; any other source is taken to read everything.
 */
import type { AnyNode, Program } from "acorn";
import { children } from "./weigh.ts";

export interface ReadParts {
  readonly headers: boolean;
  readonly cookies: boolean;
  /** The query string, parsed or raw. */
  readonly querystring: boolean;
}

export const readsAll: ReadParts = { headers: true, cookies: true, querystring: true };

/** What leads to an object's properties without their names, or to the built-ins that do. */
const wayToAnyName = new Set([
  "Function",
  "JSON",
  "Object",
  "Proxy",
  "Reflect",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "__proto__",
  "constructor",
  "eval",
  "globalThis",
  "hasOwnProperty",
  "propertyIsEnumerable",
  "require",
  "this",
]);

export function readParts(program: Program): ReadParts {
  const names = new Set<string>();
  let isProven = true;
  const visit = (node: AnyNode): void => {
    if (!isProven) return;
    const name = nameIn(node);
    if (name !== undefined) names.add(name);
    isProven = !mayReadAnyName(node) && (name === undefined || !wayToAnyName.has(name));
    for (const child of children(node)) visit(child);
  };
  for (const statement of program.body) visit(statement);
  if (!isProven) return readsAll;
  return {
    headers: names.has("headers"),
    cookies: names.has("cookies"),
    querystring: names.has("querystring") || names.has("rawQueryString"),
  };
}

/** A name that the node holds, as an identifier or as text. */
function nameIn(node: AnyNode): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  return node.type === "ThisExpression" ? "this" : undefined;
}

function mayReadAnyName(node: AnyNode): boolean {
  switch (node.type) {
    case "MemberExpression":
      return node.computed && node.property.type !== "Literal";
    case "BinaryExpression":
      return node.operator === "in";
    case "ForInStatement":
    case "ForOfStatement":
    case "ObjectPattern":
    case "ArrayPattern":
    case "SpreadElement":
    case "ImportDeclaration":
    case "ImportExpression":
    case "WithStatement":
      return true;
    default:
      return false;
  }
}
