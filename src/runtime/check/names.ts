/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** What the names of a program stand for, as far as its text tells. */
import type { AnyNode, MemberExpression, Program } from "acorn";
import { children } from "../dialect/weigh.ts";

export interface Names {
  /** Every name that is bound anywhere; one bound in one place is not told from another's. */
  readonly declared: ReadonlySet<string>;
  /** For a name that is bound once, and never assigned to again, what it is bound to. */
  readonly values: ReadonlyMap<string, AnyNode>;
  /** Members that something is assigned to, like `Object.fromEntries`: somebody fills them in. */
  readonly filledIn: ReadonlySet<string>;
  /** Named functions, however they are bound, when the name is bound once. */
  readonly functions: ReadonlyMap<string, FunctionNode>;
}

export type FunctionNode = Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

/** No name that is asked for has more parts; a source may well chain thousands. */
const mostParts = 5;

/** @returns `Object.fromEntries` for such an expression, computed with a text or not; else undefined */
export function dottedName(node: AnyNode, parts = 1): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || parts === mostParts) return undefined;
  const property = propertyName(node);
  const owner = property === undefined ? undefined : dottedName(node.object, parts + 1);
  return owner === undefined ? undefined : `${owner}.${property}`;
}

/** @returns the name of the property, where the text says it: `a.b` or `a['b']` */
export function propertyName({ computed, property }: MemberExpression): string | undefined {
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  return property.type === "Literal" && typeof property.value === "string"
    ? property.value
    : undefined;
}

export function readNames(program: Program): Names {
  const declared = new Set<string>();
  const times = new Map<string, number>();
  const values = new Map<string, AnyNode>();
  const filledIn = new Set<string>();
  const bind = (pattern: AnyNode | null | undefined, value?: AnyNode | null): void => {
    for (const name of boundNames(pattern)) {
      declared.add(name);
      times.set(name, (times.get(name) ?? 0) + 1);
      if (value && pattern?.type === "Identifier") values.set(name, value);
    }
  };
  const assign = (target: AnyNode): void => {
    if (target.type === "Identifier") times.set(target.name, (times.get(target.name) ?? 0) + 1);
    const name = dottedName(target);
    if (name?.includes(".")) filledIn.add(name);
  };
  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case "VariableDeclarator":
        bind(node.id, node.init);
        break;
      case "FunctionDeclaration":
      case "ClassDeclaration":
        bind(node.id, node);
        break;
      case "FunctionExpression":
      case "ClassExpression":
        bind(node.id);
        break;
      case "CatchClause":
        bind(node.param);
        break;
      case "ImportDefaultSpecifier":
      case "ImportSpecifier":
      case "ImportNamespaceSpecifier":
        bind(node.local);
        break;
      case "AssignmentExpression":
        assign(node.left);
        break;
      case "UpdateExpression":
        assign(node.argument);
        break;
      default:
    }
    if (isFunction(node)) for (const parameter of node.params) bind(parameter);
    for (const child of children(node)) visit(child);
  };
  for (const statement of program.body) visit(statement);

  for (const name of values.keys()) if (times.get(name) !== 1) values.delete(name);
  const functions = new Map<string, FunctionNode>();
  for (const [name, value] of values) if (isFunction(value)) functions.set(name, value);
  return { declared, values, filledIn, functions };
}

/** The names that a pattern binds. */
function boundNames(pattern: AnyNode | null | undefined): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "ArrayPattern":
      return pattern.elements.flatMap(boundNames);
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "Property" ? property.value : property),
      );
    default:
      return [];
  }
}
