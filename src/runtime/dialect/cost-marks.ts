/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Tells what each line and each call of a run costs; only runs that are asked for it have it compiled in. Steps are as without it.
 *
 * Straight code is charged for as a whole when it is reached, so its steps are known by line beforehand, and it is counted how often it
 * is reached. What is charged on the way, by built-ins mostly, goes to what is being run: marks before statements and around
 * calls say what that is.
 */
import type { AnyNode, Program } from "acorn";
import { type Insertion, type SourceEdits, SourceLines } from "./source-edits.ts";
import { children, countedApart, ownWeight } from "./weigh.ts";
import type { Weights } from "./weights.ts";

/** What charges go to: a statement, or a call, by an index of its own. */
export interface CostPoint {
  readonly kind: "statement" | "call";
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  /** Of a call: what is called, like `crypto.createHash`. */
  readonly callee: string;
}

export interface LineSteps {
  readonly line: number;
  readonly steps: number;
}

export interface CostMap {
  /** The first is what is before any statement. */
  readonly points: readonly CostPoint[];
  /** What each piece of straight code costs, by line. */
  readonly pieces: readonly (readonly LineSteps[])[];
}

/** Code that is charged for as a whole when it is reached. */
export interface StraightCode {
  readonly nodes: readonly AnyNode[];
  /** Steps beside those of the nodes, such as a loop's turn. */
  readonly extra: number;
  /** Where these stand. */
  readonly at: AnyNode;
}

export class CostMarks implements CostMap {
  readonly points: CostPoint[] = [{ kind: "statement", line: 1, column: 1, callee: "" }];
  readonly pieces: LineSteps[][] = [];
  readonly #edits: SourceEdits;
  readonly #source: string;
  readonly #lines: SourceLines;
  readonly #weights: Weights;
  /** The name of what counts. */
  readonly #counter: string;
  /** Statements and calls that are marked. */
  readonly #points = new Map<AnyNode, number>();
  /** What goes on when a call is over. */
  readonly #outer = new Map<AnyNode, number>();
  /** Bodies of arrow functions that are expressions, which may be calls as well. */
  readonly #bodies = new Map<AnyNode, number>();

  constructor(
    edits: SourceEdits,
    source: string,
    program: Program,
    { counter, weights }: { readonly counter: string; readonly weights: Weights },
  ) {
    this.#edits = edits;
    this.#source = source;
    this.#lines = new SourceLines(source);
    this.#counter = counter;
    this.#weights = weights;
    this.#survey(program, 0);
  }

  markAll(statements: readonly AnyNode[]): void {
    for (const statement of statements) this.#markStatement(statement);
  }

  /** @returns a statement that counts straight code, whose steps are so many */
  count(code: StraightCode, steps: number): string {
    const byLine = new Map<number, number>();
    const add = (node: AnyNode, weight: number): void => {
      const line = this.#lines.lineOf(node);
      byLine.set(line, (byLine.get(line) ?? 0) + weight);
    };
    const weigh = (node: AnyNode): void => {
      const apart = countedApart(node);
      add(node, ownWeight(node, this.#weights));
      for (const child of children(node)) if (!apart.includes(child)) weigh(child);
    };
    for (const node of code.nodes) weigh(node);
    add(code.at, code.extra);
    const piece = this.pieces.push([...byLine].map(([line, weight]) => ({ line, steps: weight })));
    return `${this.#counter}.w(${piece - 1},${Math.round(steps)})`;
  }

  /** Inserts what belongs into a node, after what counts its steps; returns what belongs behind it once its inside is done. */
  insertInto(node: AnyNode): Insertion[] {
    switch (node.type) {
      case "BlockStatement":
        this.markAll(node.body);
        return [];
      case "SwitchCase":
        this.markAll(node.consequent);
        return [];
      case "IfStatement":
        this.#markInner(node.consequent);
        if (node.alternate) this.#markInner(node.alternate);
        return [];
      case "ForStatement":
      case "ForInStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        this.#markInner(node.body);
        return [];
      case "ArrowFunctionExpression":
        return node.body.type === "BlockStatement" ? [] : this.#wrapBody(node.body);
      case "CallExpression":
      case "NewExpression":
        return this.#wrapCall(node);
      default:
        return [];
    }
  }

  #survey(node: AnyNode, outer: number): void {
    let point = outer;
    if (node.type === "CallExpression" || node.type === "NewExpression") {
      point = this.#add(node, "call", this.#nameOf(node.callee));
      this.#outer.set(node, outer);
    } else if (isStatement(node)) point = this.#add(node, "statement");
    if (node.type === "ArrowFunctionExpression" && node.body.type !== "BlockStatement") {
      for (const parameter of node.params) this.#survey(parameter, point);
      this.#survey(node.body, this.#bodyPoint(node.body));
      return;
    }
    for (const child of children(node)) this.#survey(child, point);
  }

  #bodyPoint(body: AnyNode): number {
    const point = this.points.push(this.#pointAt(body, "statement", "")) - 1;
    this.#bodies.set(body, point);
    return point;
  }

  #add(node: AnyNode, kind: CostPoint["kind"], callee = ""): number {
    const point = this.points.push(this.#pointAt(node, kind, callee)) - 1;
    this.#points.set(node, point);
    return point;
  }

  #pointAt(node: AnyNode, kind: CostPoint["kind"], callee: string): CostPoint {
    return { kind, line: this.#lines.lineOf(node), column: this.#lines.columnOf(node), callee };
  }

  /** As it is written, where that is short; else its last name. */
  #nameOf(callee: AnyNode): string {
    const text = this.#source.slice(callee.start, callee.end).replaceAll(/\s+/g, "");
    if (text.length <= 40 && /^[\w.$]+$/.test(text)) return text;
    if (callee.type !== "MemberExpression") return "a function";
    const { property, computed } = callee;
    const name = this.#source.slice(property.start, property.end).slice(0, 40);
    return computed ? `…[${name}]` : `….${name}`;
  }

  #markInner(statement: AnyNode): void {
    if (statement.type !== "BlockStatement") this.#markStatement(statement);
  }

  #markStatement(statement: AnyNode): void {
    const point = this.#points.get(statement);
    if (point !== undefined) this.#edits.insert(statement.start, `${this.#counter}.s(${point});`);
  }

  #wrapBody(body: AnyNode): Insertion[] {
    this.#edits.insert(body.start, `(${this.#counter}.s(${this.#bodies.get(body)}),(`);
    return [{ at: body.end, text: "))" }];
  }

  #wrapCall(call: AnyNode): Insertion[] {
    const [point, outer] = [this.#points.get(call), this.#outer.get(call)];
    const counter = this.#counter;
    this.#edits.insert(call.start, `(${counter}.s(${point}),${counter}.p(${outer},`);
    return [{ at: call.end, text: "))" }];
  }
}

function isStatement(node: AnyNode): boolean {
  if (!/(Statement|Declaration)$/.test(node.type)) return false;
  return (
    node.type !== "FunctionDeclaration" &&
    node.type !== "ImportDeclaration" &&
    node.type !== "EmptyStatement" &&
    node.type !== "BlockStatement" &&
    !("directive" in node && node.directive !== undefined)
  );
}

/**
 * What a script counts with, as an object's text: `z` begins a run, `s` goes on with a point, `p` goes back to one and hands a value on,
 * `w` counts a piece, and `tell` says what came of the last run.
 *
 * @param name the object's own
 */
export function costCounter(name: string, { points, pieces }: CostMap): string {
  const zeros = (list: readonly unknown[]): string => list.map(() => 0).join(",");
  return (
    `{m:null,a:0,k:0,n:[${zeros(points)}],d:[${zeros(points)}],t:[${zeros(pieces)}],` +
    `z:function(){var v=${name},i;for(i=0;i<${points.length};i++){v.n[i]=0;v.d[i]=0}` +
    `for(i=0;i<${pieces.length};i++)v.t[i]=0;v.k=0;v.a=v.m.steps+v.m.rest},` +
    `f:function(){var v=${name},x=v.m.steps+v.m.rest;v.d[v.k]+=v.a-x;v.a=x},` +
    `s:function(p){var v=${name};v.f();v.k=p;v.n[p]++},` +
    `p:function(p,x){var v=${name};v.f();v.k=p;return x},` +
    `w:function(p,x){var v=${name};v.t[p]++;v.a-=x},` +
    `l:function(l){var s="",i;for(i=0;i<l.length;i++)s+=(i?",":"")+l[i];return s},` +
    `tell:function(){var v=${name};if(v.m!==null)v.f();return v.l(v.n)+";"+v.l(v.d)+";"+v.l(v.t)}}`
  );
}
