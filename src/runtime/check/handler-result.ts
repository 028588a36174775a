/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** Ways through a handler that return nothing: CloudFront answers those with 503. */
import type { AnyNode } from "acorn";
import { children } from "../dialect/weigh.ts";
import type { AddFinding } from "./check-program.ts";
import { isFunction, type Names } from "./names.ts";
import type { Outcomes } from "./outcomes.ts";

const rewrite = "return event.request or a response on every way through it";

/** Nothing is said of a handler that is no function in the text, such as what a call returns. */
export function checkHandlerResult(names: Names, outcomes: Outcomes, add: AddFinding): void {
  const handler = names.functions.get("handler");
  if (handler === undefined || handler.body.type !== "BlockStatement") return;
  const { body } = handler;
  const { falls } = endOf(body, outcomes);
  const returns: Extract<AnyNode, { type: "ReturnStatement" }>[] = [];
  collectReturns(body, returns);
  const empty = returns.filter(({ argument }) => !argument || isNothing(argument));
  if (empty.length === returns.length && falls) {
    add("error", "no-result", handler.start, `handler returns nothing; ${rewrite}`);
    return;
  }
  for (const statement of empty) {
    add("error", "no-result", statement.start, `handler returns no object here; ${rewrite}`);
  }
  if (falls) {
    const message = `handler can end without a return, and viewers get 503 then; ${rewrite}`;
    add("warning", "no-result", body.end - 1, message);
  }
}

function isNothing(argument: AnyNode): boolean {
  return (
    (argument.type === "Identifier" && argument.name === "undefined") ||
    (argument.type === "UnaryExpression" && argument.operator === "void") ||
    (argument.type === "Literal" && !("regex" in argument && argument.regex))
  );
}

function collectReturns(
  node: AnyNode,
  found: Extract<AnyNode, { type: "ReturnStatement" }>[],
): void {
  if (node.type === "ReturnStatement") found.push(node);
  for (const child of children(node)) if (!isFunction(child)) collectReturns(child, found);
}

/** How a statement ends: at its end, or by a jump out of it. */
interface End {
  readonly falls: boolean;
  /** The labels that breaks name; "" for those that name none. */
  readonly breaks: ReadonlySet<string>;
}

const noBreaks: ReadonlySet<string> = new Set();

function endOf(node: AnyNode, outcomes: Outcomes): End {
  switch (node.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "ContinueStatement":
      return { falls: false, breaks: noBreaks };
    case "BreakStatement":
      return { falls: false, breaks: new Set([node.label?.name ?? ""]) };
    case "BlockStatement":
      return endOfList(node.body, outcomes);
    case "IfStatement": {
      const truth = outcomes.truth(node.test);
      const ends: End[] = [];
      if (truth !== false) ends.push(endOf(node.consequent, outcomes));
      if (truth !== true) {
        ends.push(node.alternate ? endOf(node.alternate, outcomes) : fallsThrough);
      }
      return either(ends);
    }
    case "TryStatement": {
      const last = node.finalizer ? endOf(node.finalizer, outcomes) : fallsThrough;
      if (!last.falls) return last;
      const ends = [endOf(node.block, outcomes)];
      if (node.handler) ends.push(endOf(node.handler.body, outcomes));
      return either(ends);
    }
    case "SwitchStatement": {
      const ends = node.cases.map(({ consequent }) => endOfList(consequent, outcomes));
      const hasDefault = node.cases.some(({ test }) => test === null);
      const { breaks } = either(ends);
      const falls = !hasDefault || breaks.has("") || ends.at(-1)?.falls !== false;
      return { falls, breaks: without(breaks, "") };
    }
    case "LabeledStatement": {
      const { falls, breaks } = endOf(node.body, outcomes);
      const { name } = node.label;
      return { falls: falls || breaks.has(name), breaks: without(breaks, name) };
    }
    case "WhileStatement":
    case "ForStatement":
    case "DoWhileStatement": {
      const { falls, breaks } = endOf(node.body, outcomes);
      const isEndless = !node.test || outcomes.truth(node.test) === true;
      const isOnce = node.type === "DoWhileStatement" && !falls;
      return { falls: breaks.has("") || !(isEndless || isOnce), breaks: without(breaks, "") };
    }
    case "ForInStatement":
    case "ForOfStatement": {
      const { breaks } = endOf(node.body, outcomes);
      return { falls: true, breaks: without(breaks, "") };
    }
    default:
      return fallsThrough;
  }
}

const fallsThrough: End = { falls: true, breaks: noBreaks };

function endOfList(statements: readonly AnyNode[], outcomes: Outcomes): End {
  const ends: End[] = [];
  for (const statement of statements) {
    const end = endOf(statement, outcomes);
    ends.push(end);
    if (!end.falls) break;
  }
  const { breaks } = either(ends);
  return { falls: ends.at(-1)?.falls ?? true, breaks };
}

function either(ends: readonly End[]): End {
  const withBreaks = ends.filter(({ breaks }) => breaks.size > 0);
  return {
    falls: ends.some(({ falls }) => falls),
    breaks:
      withBreaks.length === 0 ? noBreaks : new Set(withBreaks.flatMap(({ breaks }) => [...breaks])),
  };
}

function without(breaks: ReadonlySet<string>, label: string): ReadonlySet<string> {
  return breaks.has(label) ? new Set([...breaks].filter((each) => each !== label)) : breaks;
}
