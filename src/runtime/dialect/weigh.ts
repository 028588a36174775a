/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** How many steps a piece of straight code costs, from its syntax tree. */
import type { AnyNode } from "acorn";

/** The nodes directly below a node, in source order. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === "type" || key === "start" || key === "end") continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object" && item !== null && typeof item.type === "string") {
        found.push(item);
      }
    }
  }
  return found;
}

const weights: Partial<Record<AnyNode["type"], number>> = {
  CallExpression: 110,
  NewExpression: 200,
  MemberExpression: 60,
  ObjectExpression: 200,
  ArrayExpression: 200,
  Property: 110,
  FunctionExpression: 250,
  ArrowFunctionExpression: 250,
  FunctionDeclaration: 250,
  TemplateLiteral: 120,
  BinaryExpression: 45,
  AssignmentExpression: 25,
  VariableDeclarator: 15,
  AwaitExpression: 1500,
  RegExpLiteral: 300,
  ThrowStatement: 900,
  TryStatement: 120,
} as Partial<Record<AnyNode["type"], number>>;

const defaultWeight = 8;

/** Nodes whose body is counted on its own when it runs. */
function countedApart(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ForStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return [node.body];
    case "IfStatement":
      return node.alternate ? [node.consequent, node.alternate] : [node.consequent];
    case "SwitchCase":
      return node.consequent;
    default:
      return [];
  }
}

/** @returns the steps of a node, without what is counted when it is reached */
export function blockWeight(node: AnyNode): number {
  const apart = countedApart(node);
  let weight = weights[node.type] ?? defaultWeight;
  for (const child of children(node)) {
    if (!apart.includes(child)) weight += blockWeight(child);
  }
  return weight;
}
