/**
 * Charges for long texts in assignments: where one is stored under a computed name, which may be an
 * array's length or a typed array's element, and where a compound assignment or an increment makes
 * a number of one.
 */
import type { AnyNode, AssignmentExpression, MemberExpression, UpdateExpression } from "acorn";
import { isBriefForm } from "./brief-texts.ts";
import type { MeterNames } from "./meter-names.ts";
import { arithmetic, type IsNumeric } from "./numeric.ts";
import type { Insertion, SourceEdits } from "./source-edits.ts";

export class AssignmentCharges {
  readonly #edits: SourceEdits;
  readonly #names: MeterNames;
  readonly #isNumeric: IsNumeric;

  constructor(edits: SourceEdits, names: MeterNames, isNumeric: IsNumeric) {
    this.#edits = edits;
    this.#names = names;
    this.#isNumeric = isNumeric;
  }

  /** @returns what belongs behind the node once its inside is done */
  assign(node: AssignmentExpression): Insertion[] {
    const { operator, left, right } = node;
    if (operator === "+=") {
      if (this.#isNumeric(node)) return [];
      return isNumber(right) ? this.#call("long", node) : this.#edits.call(this.#names.grown, node);
    }
    if (operator === "=") return left.type === "MemberExpression" ? this.#store(node, left) : [];
    return arithmetic.has(operator.slice(0, -1)) && !this.#isNumeric(left)
      ? this.#assignCompound(node)
      : this.#chargeNumber(right);
  }

  /**
   * An increment of what may be a text, as an addition whose operand is charged for.
   *
   * @returns what belongs behind the node once its inside is done
   */
  update(node: UpdateExpression, isUnused: boolean): Insertion[] {
    const { argument, operator, prefix } = node;
    if (this.#isNumeric(argument)) return [];
    const { meter } = this.#names;
    const by = operator === "++" ? "- -1" : "-1";
    if (argument.type === "MemberExpression") {
      this.#edits.remove(node.start, argument.start);
      this.#edits.insert(node.start, ` ${meter}.step(`);
      return this.#passMember(argument, node.end, `,${operator === "++" ? 1 : -1},${prefix})`);
    }
    if (argument.type !== "Identifier") return [];
    const { name } = argument;
    this.#edits.remove(node.start, node.end);
    const text = isUnused
      ? `${name}=${meter}.number(${name})${by}`
      : prefix
        ? `${meter}.look(${name}=${meter}.number(${name})${by})`
        : `${meter}.look(${name}=+${meter}.number(${name}),${name}=${name}${by})`;
    this.#edits.insert(node.start, ` ${text}`);
    return [];
  }

  #call(method: string, node: AnyNode): Insertion[] {
    return this.#edits.call(`${this.#names.meter}.${method}`, node);
  }

  /** Charges for what may be a long text that is about to become a number. */
  #chargeNumber(node: AnyNode): Insertion[] {
    return this.#isNumeric(node) ? [] : this.#call("number", node);
  }

  #store(node: AssignmentExpression, left: MemberExpression): Insertion[] {
    if (isLength(left)) return this.#storeLength(node, left);
    const { computed, property } = left;
    const isIndex = property.type === "Literal" && !Number.isNaN(Number(property.value));
    if (!computed || (property.type === "Literal" && !isIndex)) return [];
    const behind = isIndex || this.#isNumeric(property) ? [] : this.#call("name", property);
    const { right } = node;
    return isBriefForm(right) ? behind : [...behind, ...this.#chargeNumber(right)];
  }

  /** `list.length = n` as a call, which charges for what a shorter list loses. */
  #storeLength(node: AssignmentExpression, left: MemberExpression): Insertion[] {
    const edits = this.#edits;
    const after = edits.find("=", left.end) + 1;
    edits.remove(node.start, left.start);
    edits.insert(node.start, ` ${this.#names.meter}.resize(`);
    // A name in brackets holds no more than itself.
    edits.remove(edits.find(left.computed ? "[" : ".", left.object.end), after);
    edits.insert(after, ",(");
    return [{ at: node.end, text: "))" }];
  }

  /** `x -= y` as `x = x - y`, whose operands are charged for. */
  #assignCompound({ start, end, left, operator, right }: AssignmentExpression): Insertion[] {
    const edits = this.#edits;
    const { meter } = this.#names;
    const sign = operator.slice(0, -1);
    const after = edits.find(operator, left.end) + operator.length;
    const open = this.#isNumeric(right) ? "(" : `${meter}.number(`;
    if (left.type === "MemberExpression") {
      edits.remove(start, left.start);
      edits.insert(start, ` ${meter}.at(`);
      const behind = this.#passMember(left, after, `).put(${meter}.value${sign}${open}`);
      return [...behind, { at: end, text: "))" }];
    }
    if (left.type !== "Identifier") return [];
    edits.remove(start, after);
    edits.insert(start, ` ${left.name}=${meter}.number(${left.name})${sign}${open}`);
    return [{ at: end, text: ")" }];
  }

  /** Turns `object.name` or `object[key]` into two arguments; what follows the key is removed up to `end`. */
  #passMember(
    { object, property, computed }: MemberExpression,
    end: number,
    then: string,
  ): Insertion[] {
    const edits = this.#edits;
    if (!computed) {
      const dot = edits.find(".", object.end);
      edits.remove(dot, end);
      const name = property.type === "Identifier" ? property.name : "";
      return [{ at: end, text: `,${JSON.stringify(name)}${then}` }];
    }
    const open = edits.find("[", object.end);
    edits.remove(open, open + 1);
    edits.insert(open, ",(");
    const close = edits.find("]", property.end);
    edits.remove(close, end);
    return [{ at: end, text: `)${then}` }];
  }
}

function isLength({ computed, property }: MemberExpression): boolean {
  return computed
    ? property.type === "Literal" && property.value === "length"
    : property.type === "Identifier" && property.name === "length";
}

function isNumber(node: AnyNode): boolean {
  return node.type === "Literal" && typeof node.value === "number";
}
