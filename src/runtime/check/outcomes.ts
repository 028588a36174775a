/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * What is known of a condition before it runs: `typeof process !== 'undefined'` is false where there
 * is no process, whatever the event. Code behind it never runs, and is no mistake.
 */
import type { AnyNode } from "acorn";
import type { Absence } from "./absence.ts";
import { dottedName } from "./names.ts";

/** A value that is known; a missing one stands for "depends on the run". */
interface Known {
  readonly value: string | number | boolean | null | undefined;
}

export class Outcomes {
  readonly #absence: Absence;
  readonly #truths = new WeakMap<AnyNode, { readonly truth: boolean | undefined }>();
  readonly #ends = new WeakMap<AnyNode, boolean>();

  constructor(absence: Absence) {
    this.#absence = absence;
  }

  /** @returns whether a condition holds; undefined when that depends on the run */
  truth(node: AnyNode): boolean | undefined {
    let known = this.#truths.get(node);
    if (known === undefined) {
      known = { truth: this.#findTruth(node) };
      this.#truths.set(node, known);
    }
    return known.truth;
  }

  /** Whether what follows a statement in its block is never reached. */
  ends(node: AnyNode): boolean {
    let ends = this.#ends.get(node);
    if (ends === undefined) {
      ends = this.#findEnd(node);
      this.#ends.set(node, ends);
    }
    return ends;
  }

  #findTruth(node: AnyNode): boolean | undefined {
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      const decides = node.operator === "||";
      const left = this.truth(node.left);
      const right = this.truth(node.right);
      if (left === decides || right === decides) return decides;
      return left === undefined || right === undefined ? undefined : !decides;
    }
    if (node.type === "UnaryExpression" && node.operator === "!") {
      const inside = this.truth(node.argument);
      return inside === undefined ? undefined : !inside;
    }
    const known = this.#value(node);
    return known === undefined ? undefined : Boolean(known.value);
  }

  #findEnd(node: AnyNode): boolean {
    switch (node.type) {
      case "ReturnStatement":
      case "ThrowStatement":
      case "BreakStatement":
      case "ContinueStatement":
        return true;
      case "BlockStatement":
        return node.body.some((statement) => this.ends(statement));
      case "IfStatement": {
        const truth = this.truth(node.test);
        const other = node.alternate ? this.ends(node.alternate) : false;
        if (truth !== undefined) return truth ? this.ends(node.consequent) : other;
        return other && this.ends(node.consequent);
      }
      case "TryStatement":
        if (node.finalizer && this.ends(node.finalizer)) return true;
        return this.ends(node.block) && (!node.handler || this.ends(node.handler.body));
      default:
        return false;
    }
  }

  #value(node: AnyNode): Known | undefined {
    switch (node.type) {
      case "Literal":
        return isPlain(node.value) ? { value: node.value } : undefined;
      case "Identifier":
        return node.name === "undefined" ? { value: undefined } : undefined;
      case "MemberExpression": {
        const name = dottedName(node);
        return name !== undefined && this.#absence.ofMember(name)
          ? { value: undefined }
          : undefined;
      }
      case "UnaryExpression":
        if (node.operator === "void") return { value: undefined };
        return node.operator === "typeof" ? this.#typeOf(node.argument) : undefined;
      case "BinaryExpression":
        return this.#compare(node);
      default:
        return undefined;
    }
  }

  #typeOf(node: AnyNode): Known | undefined {
    if (node.type === "Identifier" && this.#absence.ofGlobal(node.name)) {
      return { value: "undefined" };
    }
    const known = this.#value(node);
    if (known === undefined) return undefined;
    return { value: known.value === null ? "object" : typeof known.value };
  }

  #compare(node: Extract<AnyNode, { type: "BinaryExpression" }>): Known | undefined {
    if (node.operator === "in") {
      const name = node.left.type === "Literal" ? node.left.value : undefined;
      const owner = dottedName(node.right);
      const isAbsent =
        typeof name === "string" &&
        owner !== undefined &&
        this.#absence.ofMember(`${owner}.${name}`);
      return isAbsent ? { value: false } : undefined;
    }
    const isEquality = /^[!=]==?$/.test(node.operator);
    if (!isEquality || node.left.type === "PrivateIdentifier") return undefined;
    const left = this.#value(node.left);
    const right = this.#value(node.right);
    if (left === undefined || right === undefined) return undefined;
    // Between such values, == differs from === for null and undefined; other mixtures are rare.
    const isLoose = node.operator.length === 2;
    const bothEmpty =
      (left.value ?? undefined) === undefined && (right.value ?? undefined) === undefined;
    const isEqual = isLoose && bothEmpty ? true : left.value === right.value;
    return { value: node.operator.startsWith("!") ? !isEqual : isEqual };
  }
}

function isPlain(value: unknown): value is Known["value"] {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
