/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** How many steps a piece of straight code costs, from its syntax tree. */
import type { AnyNode } from "acorn";
import { guestCompileCost } from "../guest/compile-cost.ts";
import { type Weights, weights as fitted } from "./weights.ts";

/**
 * The nodes directly below a node, in source order. A dozen passes over a tree ask for them: with lists of
 * members made for each node, that was most of what compiling takes.
 */
export function children(node: AnyNode): AnyNode[] {
  const below: AnyNode[] = [];
  for (const key in node) {
    const value: unknown = node[key as keyof AnyNode];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) below.push(value);
      continue;
    }
    for (const item of value) if (isNode(item)) below.push(item);
  }
  return below;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as AnyNode).type === "string";
}

/** Nodes below a node that are counted on their own when they run. */
export function countedApart(node: AnyNode): readonly AnyNode[] {
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

const compileCost = guestCompileCost();

/** @returns the steps of a node, without what is counted when it is reached */
export function blockWeight(node: AnyNode, weights: Weights = fitted): number {
  const apart = countedApart(node);
  let weight = ownWeight(node, weights);
  for (const child of children(node)) {
    if (!apart.includes(child)) weight += blockWeight(child, weights);
  }
  return weight;
}

/** @returns the steps of a node without those below it */
export function ownWeight(node: AnyNode, weights: Weights): number {
  const kind = node.type === "Literal" && node.regex ? "RegExp" : node.type;
  let weight = weights[kind] ?? weights["other"] ?? 0;
  if (node.type === "Literal" && node.regex) {
    weight += compileCost(node.regex.pattern, node.regex.flags.includes("i"));
  }
  // A hole has no node, and takes eight bytes; a step stands for four.
  if (node.type === "ArrayExpression") {
    for (const element of node.elements) if (element === null) weight += 2;
  }
  return weight;
}
