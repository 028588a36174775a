/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and few are sure to be short */
/** Which expressions are sure to be no long text, whatever the variables hold. */
import type { AnyNode } from "acorn";

const longestBrief = 256;

/** A literal or another form that is no text, or a short one. */
export function isBriefForm(node: AnyNode): boolean {
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

/** Whether comparing with it looks at no more than its few characters, and makes no number of the other. */
export function isBriefText(node: AnyNode): boolean {
  const isText =
    node.type === "TemplateLiteral" ||
    (node.type === "Literal" && (typeof node.value === "string" || node.raw === "null"));
  const isNothing = node.type === "Identifier" && node.name === "undefined";
  const isType = node.type === "UnaryExpression" && node.operator === "typeof";
  return isType || isNothing || (isText && isBriefForm(node));
}
