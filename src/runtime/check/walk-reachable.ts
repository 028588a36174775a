/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** Goes over the parts of a program that can run, as far as is known before it does. */
import type { AnyNode, Program } from "acorn";
import { children } from "../dialect/weigh.ts";
import type { Outcomes } from "./outcomes.ts";
import { isFunction } from "./names.ts";

export interface Place {
  readonly parent: AnyNode | undefined;
  /** Whether what is thrown there is caught: in a `try` that has a `catch`, of the same function. */
  readonly inTry: boolean;
}

export type Visit = (node: AnyNode, place: Place) => void;

export function walkReachable(program: Program, outcomes: Outcomes, visit: Visit): void {
  const walk = (node: AnyNode, parent: AnyNode | undefined, inTry: boolean): void => {
    visit(node, { parent, inTry });
    switch (node.type) {
      case "BlockStatement":
        walkStatements(node.body, node, inTry);
        return;
      case "SwitchCase":
        if (node.test) walk(node.test, node, inTry);
        walkStatements(node.consequent, node, inTry);
        return;
      case "IfStatement":
      case "ConditionalExpression": {
        const truth = outcomes.truth(node.test);
        walk(node.test, node, inTry);
        if (truth !== false) walk(node.consequent, node, inTry);
        if (truth !== true && node.alternate) walk(node.alternate, node, inTry);
        return;
      }
      case "LogicalExpression": {
        const truth = outcomes.truth(node.left);
        walk(node.left, node, inTry);
        const skips =
          (node.operator === "&&" && truth === false) || (node.operator === "||" && truth === true);
        if (!skips) walk(node.right, node, inTry);
        return;
      }
      case "TryStatement":
        walk(node.block, node, inTry || node.handler !== null);
        if (node.handler) walk(node.handler, node, inTry);
        if (node.finalizer) walk(node.finalizer, node, inTry);
        return;
      default: {
        const inside = isFunction(node) ? false : inTry;
        for (const child of children(node)) walk(child, node, inside);
      }
    }
  };

  /** Behind the end of a block only function declarations count: they are there from its start. */
  const walkStatements = (
    statements: readonly AnyNode[],
    parent: AnyNode | undefined,
    inTry: boolean,
  ): void => {
    let isReached = true;
    for (const statement of statements) {
      if (isReached || statement.type === "FunctionDeclaration") walk(statement, parent, inTry);
      isReached &&= !outcomes.ends(statement);
    }
  };

  walkStatements(program.body, undefined, false);
}
