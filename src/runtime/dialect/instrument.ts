/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Compiles counters into a function's source.
 *
 * The text stays as it is, line for line; short calls are inserted into it. Every function entry,
 * loop turn and branch takes the steps of the straight code it leads to, every addition that may
 * make a long string is charged for it, and every catch clause lets a run that is over its limits
 * go on ending.
 */
import type { AnyNode, CallExpression, NewExpression, Program, TryStatement } from "acorn";
import { blockWeight, children } from "./weigh.ts";
import { type Weights, weights as fitted } from "./weights.ts";

export interface Names {
  readonly meter: string;
  readonly tick: string;
  readonly caught: string;
  readonly grown: string;
  readonly required: string;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** @returns names that the source does not hold, however it spells its identifiers */
export function freeNames(source: string, identifiers: ReadonlySet<string>): Names {
  let prefix = "$";
  const isTaken = (): boolean =>
    source.includes(`${prefix}m`) || [...identifiers].some((name) => name.startsWith(prefix));
  while (isTaken()) prefix += "_";
  return {
    meter: `${prefix}m`,
    tick: `${prefix}t`,
    caught: `${prefix}c`,
    grown: `${prefix}g`,
    required: `${prefix}r`,
  };
}

/** @returns the body of the factory, with the imports taken out and returned as declarations */
export function instrument(
  source: string,
  program: Program,
  names: Names,
  weights: Weights = fitted,
): { readonly imports: string; readonly body: string } {
  const insertions: Insertion[] = [];
  const insert = (at: number, text: string): void => {
    insertions.push({ at, text });
  };
  const removed: { start: number; end: number }[] = [];
  let imports = "";

  const statementTick = (weight: number): string =>
    `if((${names.meter}.steps-=${Math.round(weight)})<0)${names.meter}.stop();`;

  /** Makes a statement of a branch or loop count itself; what this returns belongs behind it. */
  const countStatement = (statement: AnyNode, extra: number): Insertion[] => {
    const tick = statementTick(blockWeight(statement, weights) + extra);
    if (statement.type === "BlockStatement") {
      insert(statement.start + 1, tick);
      return [];
    }
    insert(statement.start, `{${tick}`);
    return [{ at: statement.end, text: "}" }];
  };

  const countFunction = (body: AnyNode): Insertion[] => {
    const weight = blockWeight(body, weights) + (weights["entry"] ?? 0);
    if (body.type === "BlockStatement") {
      insert(body.start + 1, statementTick(weight));
      return [];
    }
    insert(body.start, `(${names.tick}(${Math.round(weight)}),`);
    return [{ at: body.end, text: ")" }];
  };

  const wrapGrowth = (node: AnyNode): Insertion[] => {
    // The space keeps a keyword before it, as in return"a"+b+c, a keyword.
    insert(node.start, ` ${names.grown}(`);
    return [{ at: node.end, text: ")" }];
  };

  let computedCalls = 0;
  /**
   * V8 shows a computed name by its source, njs by its value: the error is told where to find that
   * (guest/error-text.ts), by a number that V8 shows too.
   */
  const keepComputedName = ({ callee }: CallExpression | NewExpression): Insertion[] => {
    if (callee.type !== "MemberExpression" || !callee.computed) return [];
    if (callee.property.type === "Literal") return [];
    insert(callee.property.start, `(${computedCalls},${names.meter}.key(${computedCalls},(`);
    computedCalls += 1;
    return [{ at: callee.property.end, text: ")))" }];
  };

  let operations = 0;
  /**
   * Straight code does not count itself, and V8 does not look there whether it is to stop; an
   * operator or a built-in may take a long text for a number each time.
   */
  const isPause = (node: AnyNode): boolean => {
    const isOperation =
      node.type === "CallExpression" ||
      node.type === "NewExpression" ||
      ((node.type === "UnaryExpression" ||
        node.type === "BinaryExpression" ||
        node.type === "AssignmentExpression") &&
        numeric.has(node.operator));
    if (!isOperation) return false;
    operations += 1;
    return operations % operationsBetweenPauses === 0;
  };

  const wrapPause = (node: AnyNode): Insertion[] => {
    insert(node.start, ` ${names.meter}.look(`);
    return [{ at: node.end, text: ")" }];
  };

  /** Inserts what belongs into a node, and returns what belongs behind it once its inside is done. */
  const count = (node: AnyNode, insideAddition: boolean): Insertion[] => {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return countFunction(node.body);
      case "ForInStatement": {
        const behind = countStatement(node.body, turnWeight(weights, node.left));
        insert(node.right.start, `${names.meter}.walk((`);
        insert(node.right.end, "))");
        return behind;
      }
      case "ForStatement":
        return countStatement(node.body, turnWeight(weights, node.test, node.update));
      case "WhileStatement":
      case "DoWhileStatement":
        return countStatement(node.body, turnWeight(weights, node.test));
      case "IfStatement":
        return [
          ...countStatement(node.consequent, 0),
          ...(node.alternate ? countStatement(node.alternate, 0) : []),
        ];
      case "SwitchCase": {
        const [first] = node.consequent;
        const weight = node.consequent.reduce((sum, each) => sum + blockWeight(each, weights), 0);
        if (first) insert(first.start, statementTick(weight));
        return [];
      }
      case "TryStatement":
        return countTry(node);
      case "CallExpression":
      case "NewExpression":
        return keepComputedName(node);
      case "BinaryExpression":
        return node.operator === "+" &&
          !insideAddition &&
          (variableOperands(node) > 1 || literalLength(node) > 64)
          ? wrapGrowth(node)
          : [];
      case "AssignmentExpression":
        return node.operator === "+=" && !isNumber(node.right) ? wrapGrowth(node) : [];
      case "TemplateLiteral":
        return node.expressions.length > 1 ||
          (node.expressions.length > 0 && node.end - node.start > 128)
          ? wrapGrowth(node)
          : [];
      default:
        return [];
    }
  };

  const countTry = (node: TryStatement): Insertion[] => {
    if (!node.handler) {
      const error = `${names.caught}e`;
      insert(node.block.end, `catch(${error}){throw ${names.caught}(${error})}`);
    } else if (node.handler.param?.type === "Identifier") {
      const { name } = node.handler.param;
      insert(node.handler.body.start + 1, `${name}=${names.caught}(${name});`);
    }
    return [];
  };

  const visit = (node: AnyNode, insideAddition: boolean): void => {
    if (node.type === "ImportDeclaration") {
      const [specifier] = node.specifiers;
      if (specifier) {
        imports += `const ${specifier.local.name}=${names.required}(${JSON.stringify(node.source.value)});`;
      }
      removed.push({ start: node.start, end: node.end });
      return;
    }
    if (node.type === "TaggedTemplateExpression") {
      // The quasi belongs to the tag; only what is computed inside it is visited.
      visit(node.tag, false);
      for (const expression of node.quasi.expressions) visit(expression, false);
      return;
    }
    const after = isPause(node) ? wrapPause(node) : [];
    const behind = [...count(node, insideAddition), ...after];
    const isAddition = node.type === "BinaryExpression" && node.operator === "+";
    for (const child of children(node)) visit(child, isAddition);
    insertions.push(...behind);
  };

  for (const statement of program.body) visit(statement, false);
  return {
    imports: `${imports}${statementTick(blockWeight(program, weights))}`,
    body: applyInsertions(source, insertions, removed),
  };
}

/** A text of a megabyte and a half, the longest there can be, becomes a number in some 3 ms. */
const operationsBetweenPauses = 16;

/** Operators that take texts for numbers, or compare them. */
const numeric = new Set(
  "- ~ * / % ** & | ^ << >> >>> < > <= >= == != === !== -= *= /= %= **= &= |= ^= <<= >>= >>>=".split(
    " ",
  ),
).add("+");

/** What each turn of a loop's head costs beyond the `i < n; i++` that is in a turn's fitted weight. */
const usualHead = 400;

function turnWeight(weights: Weights, ...head: (AnyNode | null | undefined)[]): number {
  let weight = 0;
  for (const node of head) if (node) weight += blockWeight(node, weights);
  return (weights["turn"] ?? 0) + Math.max(0, weight - usualHead);
}

function isNumber(node: AnyNode): boolean {
  return node.type === "Literal" && typeof node.value === "number";
}

/** How many operands of a chain of additions are not literals: with one, a string grows by a constant. */
function variableOperands(node: AnyNode): number {
  if (node.type === "BinaryExpression" && node.operator === "+") {
    return variableOperands(node.left) + variableOperands(node.right);
  }
  return node.type === "Literal" ? 0 : 1;
}

/** How many characters the literals of a chain of additions add. */
function literalLength(node: AnyNode): number {
  if (node.type === "BinaryExpression" && node.operator === "+") {
    return literalLength(node.left) + literalLength(node.right);
  }
  return node.type === "Literal" && typeof node.value === "string" ? node.value.length : 0;
}

function applyInsertions(
  source: string,
  insertions: Insertion[],
  removed: readonly { start: number; end: number }[],
): string {
  const edits = [
    ...insertions.map(({ at, text }, order) => ({ at, text, end: at, order })),
    ...removed.map(({ start, end }, order) => ({
      at: start,
      end,
      order,
      // The lines stay where they are.
      text: source.slice(start, end).replace(/[^\n]/g, " "),
    })),
  ].sort((one, other) => one.at - other.at || one.order - other.order);
  let text = "";
  let done = 0;
  for (const edit of edits) {
    text += source.slice(done, edit.at) + edit.text;
    done = edit.end;
  }
  return text + source.slice(done);
}
