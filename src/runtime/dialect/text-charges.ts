/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Charges for long texts: where an addition may make one, where an operator makes a number of one
 * or compares it, and where a function returns one, which may be a valueOf. Assignments have a file
 * of their own (assignment-charges.ts).
 */
import type { AnyNode, BinaryExpression } from "acorn";
import { AssignmentCharges } from "./assignment-charges.ts";
import { isBriefForm, isBriefText } from "./brief-texts.ts";
import type { MeterNames } from "./meter-names.ts";
import { arithmetic, type IsNumeric } from "./numeric.ts";
import type { Insertion, SourceEdits } from "./source-edits.ts";

/** Where a node stands. */
export interface Standing {
  /** Whether it is an operand of an addition, which is charged for as a whole. */
  readonly isInAddition: boolean;
  /** Whether nothing takes its value. */
  readonly isUnused: boolean;
}

const comparing: ReadonlySet<string> = new Set("< > <= >= == !=".split(" "));

export class TextCharges {
  readonly #edits: SourceEdits;
  readonly #names: MeterNames;
  readonly #isNumeric: IsNumeric;
  readonly #assignments: AssignmentCharges;

  constructor(edits: SourceEdits, names: MeterNames, isNumeric: IsNumeric) {
    this.#edits = edits;
    this.#names = names;
    this.#isNumeric = isNumeric;
    this.#assignments = new AssignmentCharges(edits, names, isNumeric);
  }

  /** Inserts what belongs into a node, and returns what belongs behind it once its inside is done. */
  insertInto(node: AnyNode, { isInAddition, isUnused }: Standing): Insertion[] {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return node.body.type === "BlockStatement" ? [] : this.#chargeReturned(node.body);
      case "ReturnStatement":
        return node.argument ? this.#chargeReturned(node.argument) : [];
      case "ThrowStatement":
        return this.#call("thrown", node.argument);
      case "NewExpression": {
        const [executor] = node.arguments;
        const isPromise = node.callee.type === "Identifier" && node.callee.name === "Promise";
        return isPromise && executor ? this.#call("executor", executor) : [];
      }
      case "BinaryExpression":
        if (node.operator !== "+") return this.#chargeOperands(node);
        if (isInAddition || this.#isNumeric(node)) return [];
        return this.#chargeGrowth(node, variableOperands(node) > 1 || literalLength(node) > 64);
      case "TemplateLiteral": {
        const { length } = node.expressions;
        return length === 0
          ? []
          : this.#chargeGrowth(node, length > 1 || node.end - node.start > 128);
      }
      case "UnaryExpression":
        return "+-~".includes(node.operator) ? this.#chargeNumber(node.argument) : [];
      case "SwitchStatement":
        return node.cases.flatMap(({ test }) =>
          test && !this.#isBrief(test) ? this.#chargeNumber(test) : [],
        );
      case "UpdateExpression":
        return this.#assignments.update(node, isUnused);
      case "AssignmentExpression":
        return this.#assignments.assign(node);
      default:
        return [];
    }
  }

  /** No text, or a short one. */
  #isBrief(node: AnyNode): boolean {
    return this.#isNumeric(node) || isBriefForm(node);
  }

  #call(method: string, node: AnyNode): Insertion[] {
    return this.#edits.call(`${this.#names.meter}.${method}`, node);
  }

  #chargeReturned(node: AnyNode): Insertion[] {
    return this.#isBrief(node) ? [] : this.#call("returned", node);
  }

  /** What grows by a constant is only looked at for its length. */
  #chargeGrowth(node: AnyNode, growsByMore: boolean): Insertion[] {
    return growsByMore ? this.#edits.call(this.#names.grown, node) : this.#call("long", node);
  }

  /** Charges for what may be a long text that is about to become a number, or to be compared. */
  #chargeNumber(node: AnyNode): Insertion[] {
    return this.#isNumeric(node) ? [] : this.#call("number", node);
  }

  #chargeOperands({ operator, left, right }: BinaryExpression): Insertion[] {
    if (left.type === "PrivateIdentifier") return [];
    const chargeBoth = () => [...this.#chargeNumber(left), ...this.#chargeNumber(right)];
    if (arithmetic.has(operator)) return chargeBoth();
    if (comparing.has(operator)) {
      return isBriefText(left) || isBriefText(right) ? [] : chargeBoth();
    }
    const isIdentity = operator === "===" || operator === "!==";
    return isIdentity && !this.#isBrief(left) && !this.#isBrief(right)
      ? this.#chargeNumber(left)
      : [];
  }
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
