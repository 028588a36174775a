/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and few are sure to be numbers */
/**
 * Which expressions of a source are sure to be numbers (or booleans, null, undefined): the compiler
 * need not ask of them whether a long text is about to become a number.
 *
 * A variable is when all that is ever assigned to its name is, and every use of the name lies where
 * it is declared. A name that is one variable here and another there counts as one.
 */
import type { AnyNode, Program } from "acorn";
import { children } from "./weigh.ts";

export type IsNumeric = (node: AnyNode) => boolean;

export function findNumeric(program: Program): IsNumeric {
  const { assigned, unknown } = survey(program);
  const numeric = new Set([...assigned.keys()].filter((name) => !unknown.has(name)));
  const isNumeric = (node: AnyNode): boolean => isNumericExpression(node, numeric);
  for (let before = -1; before !== numeric.size;) {
    before = numeric.size;
    for (const [name, values] of assigned) {
      if (numeric.has(name) && !values.every(isNumeric)) numeric.delete(name);
    }
  }
  return isNumeric;
}

function isNumericExpression(node: AnyNode, names: ReadonlySet<string>): boolean {
  const is = (part: AnyNode): boolean => isNumericExpression(part, names);
  switch (node.type) {
    case "Literal":
      return (
        typeof node.value === "number" || typeof node.value === "boolean" || node.raw === "null"
      );
    case "Identifier":
      return names.has(node.name);
    case "UnaryExpression":
      return node.operator !== "typeof";
    case "UpdateExpression":
      return true;
    case "BinaryExpression":
      return node.operator !== "+" || (is(node.left) && is(node.right));
    case "AssignmentExpression":
      if (node.operator === "=") return is(node.right);
      if (node.operator === "+=") return is(node.left) && is(node.right);
      return arithmetic.has(node.operator.slice(0, -1));
    case "ConditionalExpression":
      return is(node.consequent) && is(node.alternate);
    case "LogicalExpression":
      return is(node.left) && is(node.right);
    case "SequenceExpression": {
      const last = node.expressions.at(-1);
      return last !== undefined && is(last);
    }
    default:
      return false;
  }
}

/** Operators that make numbers of both operands. */
export const arithmetic: ReadonlySet<string> = new Set("- * / % ** & | ^ << >> >>>".split(" "));

interface Survey {
  /** What is assigned to each declared name. */
  readonly assigned: ReadonlyMap<string, AnyNode[]>;
  /** Names that are given something else as well, or used where they are not declared. */
  readonly unknown: ReadonlySet<string>;
}

function survey(program: Program): Survey {
  const assigned = new Map<string, AnyNode[]>();
  const unknown = new Set<string>();
  const scopes: ReadonlySet<string>[] = [];

  const give = (target: AnyNode, value: AnyNode | null | undefined): void => {
    if (target.type !== "Identifier") {
      visit(target);
      return;
    }
    use(target.name);
    const values = assigned.get(target.name) ?? [];
    if (value) values.push(value);
    assigned.set(target.name, values);
  };
  const use = (name: string): void => {
    if (!scopes.some((scope) => scope.has(name))) unknown.add(name);
  };
  const visitIn = (scope: ReadonlySet<string>, nodes: readonly AnyNode[]): void => {
    scopes.push(scope);
    for (const node of nodes) visit(node);
    scopes.pop();
  };

  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case "Identifier":
        use(node.name);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        for (const bound of [node.id, ...node.params]) if (bound) markAll(bound, unknown);
        visitIn(variables(node.body), [node.body]);
        return;
      case "BlockStatement":
      case "ForStatement":
      case "SwitchStatement":
        visitIn(lexicals(node), children(node));
        return;
      case "VariableDeclarator":
        give(node.id, node.init);
        if (node.init) visit(node.init);
        return;
      case "AssignmentExpression":
        // Of the compound ones, only additions and the logical ones may make anything but a number.
        give(node.left, arithmetic.has(node.operator.slice(0, -1)) ? undefined : node.right);
        visit(node.right);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        markAll(node.left, unknown);
        break;
      case "CatchClause":
        if (node.param) markAll(node.param, unknown);
        break;
      case "ImportDeclaration":
        markAll(node, unknown);
        return;
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
  const top = new Set([...variables(program), ...lexicals(program)]);
  visitIn(top, program.body);
  return { assigned, unknown };
}

function markAll(node: AnyNode, names: Set<string>): void {
  if (node.type === "Identifier") names.add(node.name);
  for (const child of children(node)) markAll(child, names);
}

/** Names that var declares in a function or at the top, wherever in it. */
function variables(body: AnyNode): Set<string> {
  const found = new Set<string>();
  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return;
      case "VariableDeclaration":
        if (node.kind === "var") for (const { id } of node.declarations) markAll(id, found);
        break;
      default:
    }
    for (const child of children(node)) visit(child);
  };
  visit(body);
  return found;
}

/** Names that let and const declare right in a block, a loop's head, a switch or at the top. */
function lexicals(block: AnyNode): Set<string> {
  const found = new Set<string>();
  const parts =
    block.type === "SwitchStatement"
      ? block.cases.flatMap(({ consequent }) => consequent)
      : children(block);
  for (const part of parts) {
    if (part.type !== "VariableDeclaration" || part.kind === "var") continue;
    for (const { id } of part.declarations) markAll(id, found);
  }
  return found;
}
