/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Counts how often each statement and each branch is run, for coverage; only tests compile it in. Steps are as without it.
 *
 * A branch that has no code, where an `if` has no else, is what the statement was run more often than the other one.
 */
import type { AnyNode } from "acorn";
import { type Insertion, type SourceEdits, SourceLines } from "./source-edits.ts";

/** What is counted, by an index of its own. */
export interface CoveragePoint {
  readonly kind: "statement" | "branch";
  /** From 1. */
  readonly line: number;
}

/** What may be missed. */
export interface CoverageBranch {
  /** From 1; of the statement or expression that branches. */
  readonly line: number;
  /** The point that counts it; with `without`, the one of the whole, which that is taken from. */
  readonly point: number;
  readonly without?: number;
}

export interface CoverageMap {
  readonly points: readonly CoveragePoint[];
  readonly branches: readonly CoverageBranch[];
}

export class CoverageMarks implements CoverageMap {
  readonly points: CoveragePoint[] = [];
  readonly branches: CoverageBranch[] = [];
  readonly #edits: SourceEdits;
  readonly #hits: string;
  readonly #lines: SourceLines;
  /** Of `if` statements that were marked. */
  readonly #ofStatement = new Map<AnyNode, number>();

  /** @param hits the name of the list that counts */
  constructor(edits: SourceEdits, source: string, hits: string) {
    this.#edits = edits;
    this.#hits = hits;
    this.#lines = new SourceLines(source);
  }

  markAll(statements: readonly AnyNode[]): void {
    for (const statement of statements) this.#markStatement(statement);
  }

  /** Inserts what belongs into a node, after what counts its steps; returns what belongs behind it once its inside is done. */
  insertInto(node: AnyNode): Insertion[] {
    switch (node.type) {
      case "BlockStatement":
        this.markAll(node.body);
        return [];
      case "SwitchCase": {
        const [first] = node.consequent;
        if (first) this.#edits.insert(first.start, `${this.#mark("branch", node)};`);
        this.markAll(node.consequent);
        return [];
      }
      case "IfStatement":
        this.#markIf(node.consequent, node.alternate ?? undefined, node);
        return [];
      case "ForStatement":
      case "ForInStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        if (node.body.type !== "BlockStatement") this.#markStatement(node.body);
        return [];
      case "ConditionalExpression":
        return [...this.#wrap(node.consequent, "branch"), ...this.#wrap(node.alternate, "branch")];
      case "LogicalExpression":
        return this.#wrap(node.right, "branch");
      case "ArrowFunctionExpression":
        return node.body.type === "BlockStatement" ? [] : this.#wrap(node.body, "statement");
      default:
        return [];
    }
  }

  #markIf(consequent: AnyNode, alternate: AnyNode | undefined, node: AnyNode): void {
    const taken = this.#markBranch(consequent, node);
    if (alternate !== undefined) {
      this.#markBranch(alternate, node);
      return;
    }
    const whole = this.#ofStatement.get(node);
    if (whole !== undefined)
      this.branches.push({ line: this.#lineOf(node), point: whole, without: taken });
  }

  #markBranch(statement: AnyNode, of: AnyNode): number {
    const point = this.points.length;
    const at = statement.type === "BlockStatement" ? statement.start + 1 : statement.start;
    this.#edits.insert(at, `${this.#mark("branch", of)};`);
    if (statement.type !== "BlockStatement") this.#markStatement(statement);
    return point;
  }

  #markStatement(statement: AnyNode): void {
    const isCode =
      statement.type !== "FunctionDeclaration" &&
      statement.type !== "ImportDeclaration" &&
      statement.type !== "EmptyStatement" &&
      statement.type !== "BlockStatement" &&
      !("directive" in statement && statement.directive !== undefined);
    if (!isCode) return;
    this.#ofStatement.set(statement, this.points.length);
    this.#edits.insert(statement.start, `${this.#mark("statement", statement)};`);
  }

  #wrap(expression: AnyNode, kind: CoveragePoint["kind"]): Insertion[] {
    this.#edits.insert(expression.start, `(${this.#mark(kind, expression)},(`);
    return [{ at: expression.end, text: "))" }];
  }

  #mark(kind: CoveragePoint["kind"], node: AnyNode): string {
    const line = this.#lineOf(node);
    const point = this.points.push({ kind, line }) - 1;
    if (kind === "branch") this.branches.push({ line, point });
    return `${this.#hits}[${point}]++`;
  }

  #lineOf(node: AnyNode): number {
    return this.#lines.lineOf(node);
  }
}
