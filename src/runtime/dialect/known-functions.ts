/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and few bind a name */
/**
 * The functions of a source that a call by name is sure to reach.
 *
 * That is a function at the top level, declared or held by a variable from the start, whose name is
 * bound nowhere else and assigned nowhere.
 */
import type { AnyNode, Function as FunctionNode, Program } from "acorn";
import { children } from "./weigh.ts";

export type { FunctionNode };

export interface KnownFunction {
  readonly node: FunctionNode;
  /** Whether every use of its name is a call. */
  readonly isOnlyCalled: boolean;
  /** Whether the source uses its name at all. */
  readonly isUsed: boolean;
}

export function knownFunctions(program: Program): ReadonlyMap<string, KnownFunction> {
  const uses = countUses(program);
  const known = new Map<string, KnownFunction>();
  for (const [name, node] of topLevelFunctions(program)) {
    const { bound = 0, named = 0, called = 0 } = uses.get(name) ?? {};
    if (bound !== 1) continue;
    known.set(name, { node, isOnlyCalled: named === called, isUsed: named > 0 });
  }
  return known;
}

function topLevelFunctions(program: Program): [name: string, node: FunctionNode][] {
  const found: [string, FunctionNode][] = [];
  for (const statement of program.body) {
    if (statement.type === "FunctionDeclaration") found.push([statement.id.name, statement]);
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      const isFunction =
        init?.type === "FunctionExpression" || init?.type === "ArrowFunctionExpression";
      if (id.type === "Identifier" && isFunction) found.push([id.name, init]);
    }
  }
  return found;
}

interface Uses {
  /** How often something is given the name: declarations, parameters, assignments. */
  bound: number;
  /** How often the name stands for its value. */
  named: number;
  /** How often that is only to call it. */
  called: number;
}

function countUses(program: Program): ReadonlyMap<string, Uses> {
  const all = new Map<string, Uses>();
  const usesOf = (name: string): Uses => {
    let uses = all.get(name);
    if (uses === undefined) all.set(name, (uses = { bound: 0, named: 0, called: 0 }));
    return uses;
  };

  /** Counts the names in what is assigned to or declared; what else stands in it is visited. */
  const bind = (target: AnyNode | null | undefined): void => {
    if (!target) return;
    if (target.type === "Identifier") usesOf(target.name).bound += 1;
    else if (target.type === "RestElement") bind(target.argument);
    else visit(target);
  };

  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case "Identifier":
        usesOf(node.name).named += 1;
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        bind(node.id);
        for (const parameter of node.params) bind(parameter);
        visit(node.body);
        return;
      case "VariableDeclarator":
        bind(node.id);
        if (node.init) visit(node.init);
        return;
      case "AssignmentExpression":
        bind(node.left);
        visit(node.right);
        return;
      case "UpdateExpression":
        bind(node.argument);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        bind(node.left);
        visit(node.right);
        visit(node.body);
        return;
      case "CatchClause":
        bind(node.param);
        visit(node.body);
        return;
      case "ImportDeclaration":
        for (const { local } of node.specifiers) bind(local);
        return;
      case "CallExpression":
        if (node.callee.type === "Identifier") usesOf(node.callee.name).called += 1;
        break;
      case "MemberExpression":
        visit(node.object);
        if (node.computed) visit(node.property);
        return;
      case "Property":
        if (node.computed) visit(node.key);
        visit(node.value);
        return;
      default:
    }
    for (const child of children(node)) visit(child);
  };
  visit(program);
  return all;
}
