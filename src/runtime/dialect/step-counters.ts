/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Counts steps: every function entry, loop turn and branch takes the steps of the straight code it
 * leads to, and every catch clause lets a run that is over its limits go on ending.
 */
import type { AnyNode, TryStatement } from "acorn";
import type { CostMarks, StraightCode } from "./cost-marks.ts";
import type { MeterNames } from "./meter-names.ts";
import type { Insertion, SourceEdits } from "./source-edits.ts";
import { blockWeight } from "./weigh.ts";
import type { Weights } from "./weights.ts";

const callsBetweenPauses = 16;

export class StepCounters {
  readonly #edits: SourceEdits;
  readonly #names: MeterNames;
  readonly #weights: Weights;
  /** Absent where nobody asks what costs most. */
  readonly #costs: CostMarks | undefined;
  #calls = 0;

  constructor(
    edits: SourceEdits,
    names: MeterNames,
    { weights, costs }: { readonly weights: Weights; readonly costs?: CostMarks | undefined },
  ) {
    this.#edits = edits;
    this.#names = names;
    this.#weights = weights;
    this.#costs = costs;
  }

  /** A statement that takes the steps of straight code. */
  statement(code: StraightCode): string {
    const { meter } = this.#names;
    const steps = this.#stepsOf(code);
    const counted = this.#costs ? `${this.#costs.count(code, steps)};` : "";
    return `if((${meter}.steps-=${steps})<0)${meter}.stop();${counted}`;
  }

  #stepsOf({ nodes, extra }: StraightCode): number {
    return Math.round(nodes.reduce((sum, node) => sum + this.#weightOf(node), extra));
  }

  /** Inserts what belongs into a node, and returns what belongs behind it once its inside is done. */
  insertInto(node: AnyNode): Insertion[] {
    const edits = this.#edits;
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#countFunction(node.body);
      case "ForInStatement": {
        const behind = this.#countTurns(node.body, node.left);
        edits.insert(node.right.start, `${this.#names.meter}.walk((`);
        edits.insert(node.right.end, "))");
        return behind;
      }
      case "ForStatement":
        return this.#countTurns(node.body, node.test, node.update);
      case "WhileStatement":
      case "DoWhileStatement":
        return this.#countTurns(node.body, node.test);
      case "IfStatement":
        return [
          ...this.#countStatement(node.consequent, 0),
          ...(node.alternate ? this.#countStatement(node.alternate, 0) : []),
        ];
      case "SwitchCase": {
        const [first] = node.consequent;
        const code = { nodes: node.consequent, extra: 0, at: node };
        if (first) edits.insert(first.start, this.statement(code));
        return [];
      }
      case "TryStatement":
        this.#countTry(node);
        return [];
      case "CallExpression":
      case "NewExpression":
        return this.#pause(node);
      default:
        return [];
    }
  }

  #weightOf(node: AnyNode): number {
    return blockWeight(node, this.#weights);
  }

  #countFunction(body: AnyNode): Insertion[] {
    const code = { nodes: [body], extra: this.#weights["entry"] ?? 0, at: body };
    if (body.type === "BlockStatement") {
      this.#edits.insert(body.start + 1, this.statement(code));
      return [];
    }
    const steps = this.#stepsOf(code);
    const counted = this.#costs ? `${this.#costs.count(code, steps)},` : "";
    this.#edits.insert(body.start, `(${this.#names.tick}(${steps}),${counted}`);
    return [{ at: body.end, text: ")" }];
  }

  #countTurns(body: AnyNode, ...head: (AnyNode | null | undefined)[]): Insertion[] {
    let weight = 0;
    for (const node of head) if (node) weight += this.#weightOf(node);
    const turn = (this.#weights["turn"] ?? 0) + Math.max(0, weight - usualHead);
    return this.#countStatement(body, turn);
  }

  /** Makes a statement of a branch or loop count itself. */
  #countStatement(statement: AnyNode, extra: number): Insertion[] {
    const tick = this.statement({ nodes: [statement], extra, at: statement });
    if (statement.type === "BlockStatement") {
      this.#edits.insert(statement.start + 1, tick);
      return [];
    }
    this.#edits.insert(statement.start, `{${tick}`);
    return [{ at: statement.end, text: "}" }];
  }

  #countTry({ block, handler }: TryStatement): void {
    const { caught } = this.#names;
    if (!handler) {
      const error = `${caught}e`;
      this.#edits.insert(block.end, `catch(${error}){throw ${caught}(${error})}`);
    } else if (handler.param?.type === "Identifier") {
      const { name } = handler.param;
      this.#edits.insert(handler.body.start + 1, `${name}=${caught}(${name});`);
    }
  }

  /**
   * Straight code does not count itself, and V8 does not look there whether it is to stop; a
   * built-in may take a while each time.
   */
  #pause(call: AnyNode): Insertion[] {
    this.#calls += 1;
    if (this.#calls % callsBetweenPauses !== 0) return [];
    return this.#edits.call(`${this.#names.meter}.look`, call);
  }
}

/** What each turn of a loop's head costs beyond the `i < n; i++` that is in a turn's fitted weight. */
const usualHead = 400;
