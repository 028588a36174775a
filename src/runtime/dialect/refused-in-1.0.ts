/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** The syntax that came with cloudfront-js-2.0, as 1.0 refuses it. */
import type { AnyNode } from "acorn";
import type { Refusal, SourceTokens } from "./refusal.ts";

export function refuseIn10(node: AnyNode, tokens: SourceTokens): Refusal[] {
  switch (node.type) {
    case "VariableDeclaration":
      return node.kind === "var" ? [] : [tokens.unsupported(node.start, "since-2.0")];
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      if (!node.async) return [];
      const isAsyncKeyword = tokens.source.startsWith("async", node.start);
      return [
        tokens.unsupported(
          isAsyncKeyword ? node.start : tokens.find("async", node.start - 16),
          "since-2.0",
        ),
      ];
    }
    case "AwaitExpression":
      return [tokens.unsupported(node.start, "since-2.0")];
    case "Literal": {
      const underscore = typeof node.value === "number" ? (node.raw ?? "").indexOf("_") : -1;
      if (underscore < 0) return [];
      const rest = (node.raw ?? "").slice(underscore);
      return [
        {
          at: node.start + underscore,
          rule: "since-2.0",
          message: `SyntaxError: Unexpected token "${rest}"`,
        },
      ];
    }
    default:
      return [];
  }
}
