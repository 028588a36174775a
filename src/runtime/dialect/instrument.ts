/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Compiles counters into a function's source.
 *
 * The text stays as it is, line for line; short calls are inserted into it. Every function entry,
 * loop turn and branch takes the steps of the straight code it leads to, every addition that may
 * make a long string is charged for it, and every catch clause lets a run that is over its limits
 * go on ending. What may be a long text is charged where an operator makes a number of it or
 * compares it, where it is stored under a computed name, which may be an array's length or a typed
 * array's element, and where a function returns it, which may be a valueOf.
 */
import type {
  AnyNode,
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  MemberExpression,
  NewExpression,
  Program,
  TryStatement,
  UpdateExpression,
} from "acorn";
import { arithmetic, findNumeric } from "./numeric.ts";
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
  const remove = (start: number, end: number): void => {
    if (start < end) removed.push({ start, end });
  };
  const isNumeric = findNumeric(program);
  /** No text, or a short one. */
  const isBrief = (node: AnyNode): boolean => isNumeric(node) || isBriefForm(node);
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
    const inside = isBrief(body) ? [] : wrap(body, "returned");
    return [...inside, { at: body.end, text: ")" }];
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

  let calls = 0;
  /**
   * Straight code does not count itself, and V8 does not look there whether it is to stop; a
   * built-in may take a while each time.
   */
  const isPause = (node: AnyNode): boolean => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return false;
    calls += 1;
    return calls % callsBetweenPauses === 0;
  };

  const wrapPause = (node: AnyNode): Insertion[] => {
    insert(node.start, ` ${names.meter}.look(`);
    return [{ at: node.end, text: ")" }];
  };

  /** Inserts what belongs into a node, and returns what belongs behind it once its inside is done. */
  const count = (node: AnyNode, insideAddition: boolean, isUnused: boolean): Insertion[] => {
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
        return keepComputedName(node);
      case "NewExpression": {
        const [executor] = node.arguments;
        const isPromise = node.callee.type === "Identifier" && node.callee.name === "Promise";
        const behind = keepComputedName(node);
        return isPromise && executor ? [...behind, ...wrap(executor, "executor")] : behind;
      }
      case "BinaryExpression":
        if (node.operator !== "+") return chargeOperands(node);
        if (insideAddition || isNumeric(node)) return [];
        return variableOperands(node) > 1 || literalLength(node) > 64
          ? wrapGrowth(node)
          : wrap(node, "long");
      case "UnaryExpression":
        return "+-~".includes(node.operator) ? charge(node.argument) : [];
      case "UpdateExpression":
        return isNumeric(node.argument) ? [] : chargeUpdate(node, isUnused);
      case "AssignmentExpression":
        return countAssignment(node);
      case "SwitchStatement":
        return node.cases.flatMap(({ test }) => (test && !isBrief(test) ? charge(test) : []));
      case "ThrowStatement":
        return wrap(node.argument, "thrown");
      case "ReturnStatement":
        return node.argument && !isBrief(node.argument) ? wrap(node.argument, "returned") : [];
      case "TemplateLiteral":
        if (node.expressions.length === 0) return [];
        return node.expressions.length > 1 || node.end - node.start > 128
          ? wrapGrowth(node)
          : wrap(node, "long");
      default:
        return [];
    }
  };

  const countAssignment = (node: AssignmentExpression): Insertion[] => {
    const { operator, left, right } = node;
    if (operator === "+=") {
      if (isNumeric(node)) return [];
      return isNumber(right) ? wrap(node, "long") : wrapGrowth(node);
    }
    if (operator === "=") {
      if (left.type !== "MemberExpression") return [];
      if (isLength(left)) return chargeLength(node, left);
      const { computed, property } = left;
      const isIndex = property.type === "Literal" && !Number.isNaN(Number(property.value));
      if (!computed || (property.type === "Literal" && !isIndex)) return [];
      const behind = isIndex || isNumeric(property) ? [] : wrap(property, "name");
      return isBrief(right) ? behind : [...behind, ...charge(right)];
    }
    return arithmetic.has(operator.slice(0, -1)) && !isNumeric(left)
      ? chargeCompound(node)
      : charge(right);
  };

  /** Puts a call of the meter's around a node. */
  const wrap = (node: AnyNode, method: string): Insertion[] => {
    // A list in parentheses is one argument, too.
    const isList = node.type === "SequenceExpression";
    insert(node.start, ` ${names.meter}.${method}(${isList ? "(" : ""}`);
    return [{ at: node.end, text: isList ? "))" : ")" }];
  };

  /** Charges for what may be a long text that is about to become a number, or to be compared. */
  const charge = (node: AnyNode): Insertion[] => (isNumeric(node) ? [] : wrap(node, "number"));

  const chargeOperands = ({ operator, left, right }: BinaryExpression): Insertion[] => {
    if (left.type === "PrivateIdentifier") return [];
    if (arithmetic.has(operator)) return [...charge(left), ...charge(right)];
    if (comparing.has(operator)) {
      return isBriefText(left) || isBriefText(right) ? [] : [...charge(left), ...charge(right)];
    }
    const isIdentity = operator === "===" || operator === "!==";
    return isIdentity && !isBrief(left) && !isBrief(right) ? charge(left) : [];
  };

  /** The place of the first of `letters` behind a node, past comments and closing parentheses. */
  const find = (letters: string, from: number): number => {
    for (let at = from; at < source.length; at += 1) {
      if (source.startsWith("/*", at)) at = source.indexOf("*/", at) + 1;
      else if (source.startsWith("//", at)) at = source.indexOf("\n", at);
      else if (source.startsWith(letters, at)) return at;
    }
    throw new Error(`There is no ${letters} where the syntax tree has one`);
  };

  /** Turns `object.name` or `object[key]` into two arguments; what follows the key is removed up to `end`. */
  const passMember = (node: MemberExpression, end: number, then: string): Insertion[] => {
    const { object, property, computed } = node;
    if (!computed) {
      const dot = find(".", object.end);
      remove(dot, end);
      const name = property.type === "Identifier" ? property.name : "";
      return [{ at: end, text: `,${JSON.stringify(name)}${then}` }];
    }
    const open = find("[", object.end);
    remove(open, open + 1);
    insert(open, ",(");
    const close = find("]", property.end);
    remove(close, end);
    return [{ at: end, text: `)${then}` }];
  };

  /** An increment of what may be a text, as an addition whose operand is charged for. */
  const chargeUpdate = (node: UpdateExpression, unused: boolean): Insertion[] => {
    const { argument, operator, prefix } = node;
    const { meter } = names;
    const by = operator === "++" ? "- -1" : "-1";
    if (argument.type === "MemberExpression") {
      remove(node.start, argument.start);
      insert(node.start, ` ${meter}.step(`);
      return passMember(argument, node.end, `,${operator === "++" ? 1 : -1},${prefix})`);
    }
    if (argument.type !== "Identifier") return [];
    const { name } = argument;
    remove(node.start, node.end);
    const text = unused
      ? `${name}=${meter}.number(${name})${by}`
      : prefix
        ? `${meter}.look(${name}=${meter}.number(${name})${by})`
        : `${meter}.look(${name}=+${meter}.number(${name}),${name}=${name}${by})`;
    insert(node.start, ` ${text}`);
    return [];
  };

  /** `list.length = n` as a call, which charges for what a shorter list loses. */
  const chargeLength = (node: AssignmentExpression, left: MemberExpression): Insertion[] => {
    const after = find("=", left.end) + 1;
    remove(node.start, left.start);
    insert(node.start, ` ${names.meter}.resize(`);
    // A name in brackets holds no more than itself.
    remove(find(left.computed ? "[" : ".", left.object.end), after);
    insert(after, ",(");
    return [{ at: node.end, text: "))" }];
  };

  /** `x -= y` as `x = x - y`, whose operands are charged for. */
  const chargeCompound = (node: AssignmentExpression): Insertion[] => {
    const { left, operator, right } = node;
    const { meter } = names;
    const sign = operator.slice(0, -1);
    const after = find(operator, left.end) + operator.length;
    const open = isNumeric(right) ? "(" : `${meter}.number(`;
    if (left.type === "MemberExpression") {
      remove(node.start, left.start);
      insert(node.start, ` ${meter}.at(`);
      const behind = passMember(left, after, `).put(${meter}.value${sign}${open}`);
      return [...behind, { at: node.end, text: "))" }];
    }
    if (left.type !== "Identifier") return [];
    remove(node.start, after);
    insert(node.start, ` ${left.name}=${meter}.number(${left.name})${sign}${open}`);
    return [{ at: node.end, text: ")" }];
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

  const visit = (node: AnyNode, insideAddition: boolean, isUnused = false): void => {
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
    const behind = [...count(node, insideAddition, isUnused), ...after];
    const isAddition = node.type === "BinaryExpression" && node.operator === "+";
    const unused = unusedChild(node);
    for (const child of children(node)) visit(child, isAddition, child === unused);
    insertions.push(...behind);
  };

  for (const statement of program.body) visit(statement, false);
  return {
    imports: `${imports}${statementTick(blockWeight(program, weights))}`,
    body: applyInsertions(source, insertions, removed),
  };
}

const callsBetweenPauses = 16;

const comparing: ReadonlySet<string> = new Set("< > <= >= == !=".split(" "));

/** A literal or another form that is no long text, whatever the variables hold. */
function isBriefForm(node: AnyNode): boolean {
  switch (node.type) {
    case "Literal":
      return typeof node.value !== "string" || node.value.length <= longestBrief;
    case "TemplateLiteral":
      return node.expressions.length === 0 && node.end - node.start <= longestBrief;
    case "Identifier":
      return node.name === "undefined";
    case "UnaryExpression":
    case "ObjectExpression":
    case "ArrayExpression":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "NewExpression":
      return true;
    default:
      return false;
  }
}

const longestBrief = 256;

/** Whether comparing with it looks at no more than its few characters, and makes no number of the other. */
function isBriefText(node: AnyNode): boolean {
  const isText =
    node.type === "TemplateLiteral" ||
    (node.type === "Literal" && (typeof node.value === "string" || node.raw === "null"));
  const isNothing = node.type === "Identifier" && node.name === "undefined";
  const isType = node.type === "UnaryExpression" && node.operator === "typeof";
  return isType || isNothing || (isText && isBriefForm(node));
}

/** What each turn of a loop's head costs beyond the `i < n; i++` that is in a turn's fitted weight. */
const usualHead = 400;

function turnWeight(weights: Weights, ...head: (AnyNode | null | undefined)[]): number {
  let weight = 0;
  for (const node of head) if (node) weight += blockWeight(node, weights);
  return (weights["turn"] ?? 0) + Math.max(0, weight - usualHead);
}

/** The expression whose value nothing takes, if a statement has one. */
function unusedChild(node: AnyNode): AnyNode | null | undefined {
  if (node.type === "ExpressionStatement") return node.expression;
  return node.type === "ForStatement" ? node.update : undefined;
}

function isLength({ computed, property }: MemberExpression): boolean {
  return computed
    ? property.type === "Literal" && property.value === "length"
    : property.type === "Identifier" && property.name === "length";
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
    done = Math.max(done, edit.end);
  }
  return text + source.slice(done);
}
