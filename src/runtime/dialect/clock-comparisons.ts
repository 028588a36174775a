/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and few read a clock */
/**
 * Where a source reads the clock for nothing but to compare it: `Date.now() > payload.exp * 1000`, or `exp < now`
 * with `var now = Math.floor(Date.now() / 1000)`.
 *
 * Of such a reading a run learns no more than how the comparison ends, which is the same for a long time. All
 * that is relied on is in the tree: the reading is an operand, or the only value of a variable that stands nowhere but
 * as an operand, and the names of the built-ins are nothing of the source's own.
 */
import type { AnyNode, BinaryExpression, Identifier, Program } from "acorn";
import { children } from "./weigh.ts";

/** What is compared: the milliseconds, divided, and rounded by a function if there is one. */
export interface ClockForm {
  readonly divisor: number;
  readonly rounding: "" | "floor" | "round" | "ceil" | "trunc" | "parseInt";
}

export interface ClockComparison {
  readonly form: ClockForm;
  /** Whether the clock is the operand on the right. */
  readonly isRight: boolean;
}

export interface ClockComparisons {
  /** The readings of the clock that only reach these comparisons. */
  readonly readings: ReadonlySet<AnyNode>;
  readonly comparisons: ReadonlyMap<AnyNode, ClockComparison>;
}

export const comparisonOperators: ReadonlySet<string> = new Set(["<", ">", "<=", ">="]);

interface Read extends ClockForm {
  readonly reading: AnyNode;
}

/** A name's one declaration, and the other places where it stands. */
interface Named {
  read: Read | undefined;
  readonly uses: Identifier[];
}

export function findClockComparisons(program: Program): ClockComparisons {
  const readings = new Set<AnyNode>();
  const comparisons = new Map<AnyNode, ClockComparison>();
  const { named, compared, ownsNames } = survey(program);
  if (ownsNames) return { readings, comparisons };

  const operands = new Set(compared.flatMap(({ left, right }) => [left, right]));
  const variables = new Map<string, Read>();
  for (const [name, { read, uses }] of named) {
    if (read === undefined || uses.length === 0) continue;
    if (uses.every((use) => operands.has(use))) variables.set(name, read);
  }
  const readOf = (node: AnyNode): Read | undefined =>
    node.type === "Identifier" ? variables.get(node.name) : readIn(node);

  // A clock compared with a clock is one that is read for more.
  for (const { left, right } of compared) {
    if (readOf(left) === undefined || readOf(right) === undefined) continue;
    for (const node of [left, right]) if (node.type === "Identifier") variables.delete(node.name);
  }
  for (const { reading } of variables.values()) readings.add(reading);
  for (const node of compared) {
    const [left, right] = [readOf(node.left), readOf(node.right)];
    const read = left ?? right;
    if (read === undefined || (left !== undefined && right !== undefined)) continue;
    const { divisor, rounding, reading } = read;
    readings.add(reading);
    comparisons.set(node, { form: { divisor, rounding }, isRight: left === undefined });
  }
  return { readings, comparisons };
}

/** The clock in a form that can be told, or undefined for anything else. */
function readIn(node: AnyNode): Read | undefined {
  if (isReading(node)) return { divisor: 1, rounding: "", reading: node };
  if (node.type === "BinaryExpression" && node.operator === "/") {
    const { left, right } = node;
    const divisor = right.type === "Literal" ? right.value : undefined;
    const read = readIn(left);
    if (typeof divisor !== "number" || !(divisor > 0) || read === undefined) return undefined;
    return read.divisor === 1 && read.rounding === "" ? { ...read, divisor } : undefined;
  }
  if (node.type !== "CallExpression" || node.arguments.length !== 1) return undefined;
  const [argument] = node.arguments;
  const rounding = roundingOf(node.callee);
  if (argument === undefined || rounding === undefined) return undefined;
  const read = readIn(argument);
  return read?.rounding === "" ? { ...read, rounding } : undefined;
}

function roundingOf(callee: AnyNode): ClockForm["rounding"] | undefined {
  if (isNamed(callee, "parseInt")) return "parseInt";
  if (callee.type !== "MemberExpression" || callee.computed || !isNamed(callee.object, "Math")) {
    return undefined;
  }
  const name = callee.property.type === "Identifier" ? callee.property.name : "";
  return name === "floor" || name === "round" || name === "ceil" || name === "trunc"
    ? name
    : undefined;
}

/** `Date.now()`, `new Date().getTime()` and `+new Date()`. */
function isReading(node: AnyNode): boolean {
  if (node.type === "UnaryExpression") return node.operator === "+" && isNewDate(node.argument);
  if (node.type !== "CallExpression" || node.arguments.length > 0 || node.optional) return false;
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.computed) return false;
  return isNamed(callee.object, "Date")
    ? isNamed(callee.property, "now")
    : isNewDate(callee.object) && isNamed(callee.property, "getTime");
}

const isNewDate = (node: AnyNode): boolean =>
  node.type === "NewExpression" && node.arguments.length === 0 && isNamed(node.callee, "Date");

const isNamed = (node: AnyNode, name: string): boolean =>
  node.type === "Identifier" && node.name === name;

const builtIns: ReadonlySet<string> = new Set(["Date", "Math", "parseInt"]);

interface Survey {
  readonly named: ReadonlyMap<string, Named>;
  readonly compared: readonly BinaryExpression[];
  /** Whether one of the built-ins' names may be something else. */
  readonly ownsNames: boolean;
}

function survey(program: Program): Survey {
  const named = new Map<string, Named>();
  const compared: BinaryExpression[] = [];
  let ownsNames = false;
  const nameOf = (name: string): Named => {
    let found = named.get(name);
    if (found === undefined) named.set(name, (found = { read: undefined, uses: [] }));
    return found;
  };

  /** Every identifier counts as a use of its name, a parameter or a property's key as well. */
  const visit = (node: AnyNode, isBuiltIn: boolean): void => {
    switch (node.type) {
      case "Identifier":
        nameOf(node.name).uses.push(node);
        if (builtIns.has(node.name) && !isBuiltIn) ownsNames = true;
        return;
      case "VariableDeclarator": {
        const { id, init } = node;
        const read = init ? readIn(init) : undefined;
        if (read === undefined || id.type !== "Identifier") break;
        const name = nameOf(id.name);
        // A second value makes it a use.
        if (name.read === undefined) name.read = read;
        else name.uses.push(id);
        visit(init as AnyNode, false);
        return;
      }
      case "MemberExpression":
        visit(node.object, true);
        if (node.computed) visit(node.property, false);
        return;
      case "CallExpression":
      case "NewExpression":
        visit(node.callee, true);
        for (const argument of node.arguments) visit(argument, false);
        return;
      case "BinaryExpression":
        if (comparisonOperators.has(node.operator)) compared.push(node);
        visit(node.left, true);
        visit(node.right, true);
        return;
      default:
    }
    for (const child of children(node)) visit(child, false);
  };
  for (const statement of program.body) visit(statement, false);
  return { named, compared, ownsNames };
}
