/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * The syntax that V8 knows and CloudFront's runtimes don't, found in the syntax tree, each with
 * njs's words and at the place where njs stops reading.
 *
 * Source: njs 0.7.9 and its neighbors, measured; CloudFront Developer Guide, "JavaScript runtime
 * features".
 */
import type { AnyNode, Literal, Program } from "acorn";
import { guestPcre } from "../guest/pcre.ts";
import { guestPcreGrammar } from "../guest/pcre-grammar.ts";
import type { RuntimeName } from "../runtime-name.ts";
import { nonDefaultImport } from "./njs-words.ts";
import type { Refusal, SourceTokens } from "./refusal.ts";
import { refuseIn10 } from "./refused-in-1.0.ts";
import { children } from "./weigh.ts";

interface Place {
  /** Whether the nearest function is async. */
  readonly inAsync: boolean;
  readonly inFunction: boolean;
  /** Whether an argument list lies between here and the nearest function. */
  readonly inArguments: boolean;
}

export function refusedSyntax(
  program: Program,
  tokens: SourceTokens,
  runtime: RuntimeName,
): Refusal[] {
  const found: Refusal[] = [];
  const is10 = runtime === "cloudfront-js-1.0";

  const visit = (node: AnyNode, place: Place): void => {
    refuseNode(node, place);
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression": {
        const inside = { inAsync: node.async, inFunction: true, inArguments: false };
        for (const child of children(node)) visit(child, inside);
        return;
      }
      case "CallExpression":
      case "NewExpression":
        visit(node.callee, place);
        for (const argument of node.arguments) visit(argument, { ...place, inArguments: true });
        return;
      default:
        for (const child of children(node)) visit(child, place);
    }
  };

  const refuseNode = (node: AnyNode, place: Place): void => {
    const refusal = refuse(node, place);
    if (refusal) found.push(refusal);
    if (is10) found.push(...refuseIn10(node, tokens));
  };

  const refuse = (node: AnyNode, place: Place): Refusal | undefined => {
    switch (node.type) {
      case "ClassDeclaration":
      case "ClassExpression":
        return tokens.unsupported(node.start, "class");
      case "Super":
        return tokens.unsupported(node.start, "class");
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return refuseFunction(node, tokens);
      case "Property":
        if (node.method && node.value.type === "FunctionExpression" && node.value.generator) {
          return tokens.unexpected(node.start, "generator");
        }
        return undefined;
      case "ForOfStatement":
        return tokens.unsupported(
          tokens.find(node.await ? "await" : "of", node.await ? node.start : node.left.end),
          "for-of",
        );
      case "VariableDeclarator":
        return node.id.type === "ObjectPattern" || node.id.type === "ArrayPattern"
          ? tokens.unsupported(node.id.start + 1, "destructuring")
          : undefined;
      case "AssignmentExpression":
        return refuseAssignment(node, tokens);
      case "SpreadElement":
        return tokens.unexpected(node.start, "spread");
      case "ObjectExpression": {
        const spread = node.properties.find((property) => property.type === "SpreadElement");
        return spread && tokens.unsupported(spread.start, "spread");
      }
      case "MemberExpression":
      case "CallExpression":
        return node.optional ? refuseOptional(node, tokens) : undefined;
      case "CatchClause":
        return refuseCatch(node, tokens);
      case "Identifier":
        return tokens.source[node.start] === "\\"
          ? { at: node.start, rule: "syntax", message: 'SyntaxError: Unexpected token "\\"' }
          : undefined;
      case "Literal":
        return refuseLiteral(node, runtime);
      case "MetaProperty":
        return node.meta.name === "new"
          ? tokens.unexpected(node.meta.end, "new-target")
          : { at: node.start, rule: "import", message: nonDefaultImport };
      case "AwaitExpression":
        return refuseAwait(node, place);
      case "ImportDeclaration":
        return refuseImport(node, place, tokens, is10);
      case "ImportExpression":
        return { at: node.start, rule: "import", message: nonDefaultImport };
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
      case "ExportAllDeclaration":
        return {
          at: node.start,
          rule: "export",
          message: "SyntaxError: Illegal export statement",
        };
      default:
        return undefined;
    }
  };

  const top: Place = { inAsync: false, inFunction: false, inArguments: false };
  for (const statement of program.body) visit(statement, top);
  return found;
}

function refuseFunction(
  node: Extract<
    AnyNode,
    { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
  >,
  tokens: SourceTokens,
): Refusal | undefined {
  if (node.generator) return tokens.unexpected(tokens.find("*", node.start), "generator");
  for (const parameter of node.params) {
    const isPattern = parameter.type === "ObjectPattern" || parameter.type === "ArrayPattern";
    const hasDefault = parameter.type === "AssignmentPattern";
    if (node.type === "ArrowFunctionExpression" && (isPattern || hasDefault)) {
      const arrow = tokens.find("=>", node.params.at(-1)?.end ?? node.start);
      return tokens.unexpected(arrow, isPattern ? "destructuring" : "default-parameter");
    }
    if (isPattern) return tokens.unsupported(parameter.start, "destructuring");
    if (hasDefault) {
      const isPatternToo = parameter.left.type !== "Identifier";
      return isPatternToo
        ? tokens.unsupported(parameter.start, "destructuring")
        : tokens.unexpected(parameter.left.end, "default-parameter");
    }
    if (parameter.type === "RestElement" && parameter.argument.type !== "Identifier") {
      return tokens.unexpected(parameter.argument.start, "destructuring");
    }
  }
  return undefined;
}

function refuseAssignment(
  node: Extract<AnyNode, { type: "AssignmentExpression" }>,
  tokens: SourceTokens,
): Refusal | undefined {
  if (node.left.type === "ObjectPattern" || node.left.type === "ArrayPattern") {
    const withDefault =
      node.left.type === "ObjectPattern"
        ? node.left.properties.find(
            (property) =>
              property.type === "Property" &&
              property.shorthand &&
              property.value.type === "AssignmentPattern",
          )
        : undefined;
    if (withDefault)
      return tokens.unsupported(tokens.find("=", withDefault.start), "destructuring");
    return {
      at: tokens.find("=", node.left.end),
      rule: "destructuring",
      message: "ReferenceError: Invalid left-hand side in assignment",
    };
  }
  if (node.operator === "??=" || node.operator === "||=" || node.operator === "&&=") {
    const at = tokens.find(node.operator, node.left.end);
    return { at, rule: "logical-assignment", message: 'SyntaxError: Unexpected token "="' };
  }
  return undefined;
}

/** njs reads "?." as the beginning of a conditional, and stops at what follows the name. */
function refuseOptional(
  node: Extract<AnyNode, { type: "MemberExpression" | "CallExpression" }>,
  tokens: SourceTokens,
): Refusal {
  if (node.type === "CallExpression") {
    return tokens.unexpected(tokens.find("(", node.callee.end), "optional-chaining");
  }
  if (node.computed) {
    return tokens.unexpected(tokens.find("[", node.object.end), "optional-chaining");
  }
  // In a chain of them it stops behind the last.
  const next = tokens.behindChain(node.property.end);
  return {
    ...tokens.unexpected(next?.start ?? tokens.source.length, "optional-chaining"),
  };
}

function refuseCatch(
  node: Extract<AnyNode, { type: "CatchClause" }>,
  tokens: SourceTokens,
): Refusal | undefined {
  if (!node.param) return tokens.unsupported(node.body.start, "catch-binding");
  if (node.param.type === "ObjectPattern")
    return tokens.unsupported(node.param.start, "destructuring");
  if (node.param.type === "ArrayPattern")
    return tokens.unexpected(node.param.start, "destructuring");
  return undefined;
}

const part = (text: string, start: number, end?: number): string => text.slice(start, end);
const pcreGrammar = guestPcreGrammar(part);
const refusedByPcre = {
  "cloudfront-js-1.0": guestPcre(part, false, pcreGrammar),
  "cloudfront-js-2.0": guestPcre(part, true, pcreGrammar),
};

function refuseLiteral(node: Literal, runtime: RuntimeName): Refusal | undefined {
  if (typeof node.bigint === "string") {
    return { at: node.end - 1, rule: "bigint", message: 'SyntaxError: Unexpected token "n"' };
  }
  const flags = node.regex?.flags ?? "";
  const allowed = runtime === "cloudfront-js-1.0" ? /^[gim]*$/ : /^[gimy]*$/;
  if (!allowed.test(flags)) {
    return {
      at: node.start,
      rule: "regexp-flags",
      message: `SyntaxError: Invalid RegExp flags "${flags}"`,
    };
  }
  const refusal = node.regex && refusedByPcre[runtime](node.regex.pattern);
  return refusal === undefined
    ? undefined
    : { at: node.start, rule: "regexp-pattern", message: `SyntaxError: ${refusal}` };
}

function refuseAwait(
  node: Extract<AnyNode, { type: "AwaitExpression" }>,
  place: Place,
): Refusal | undefined {
  if (!place.inAsync) {
    return {
      at: node.start,
      rule: "await-outside-async",
      message: "SyntaxError: await is only valid in async functions",
    };
  }
  if (!place.inArguments) return undefined;
  return {
    at: node.start,
    rule: "await-in-arguments",
    message: "SyntaxError: await in arguments not supported",
  };
}

const modulesOf10 = ["crypto", "querystring"];
const modulesOf20 = [...modulesOf10, "buffer", "cloudfront"];

function refuseImport(
  node: Extract<AnyNode, { type: "ImportDeclaration" }>,
  place: Place,
  tokens: SourceTokens,
  is10: boolean,
): Refusal | undefined {
  if (place.inFunction) {
    return { at: node.start, rule: "import", message: "SyntaxError: Illegal import statement" };
  }
  const [first, second] = node.specifiers;
  if (first?.type !== "ImportDefaultSpecifier") {
    return { at: node.start, rule: "import", message: nonDefaultImport };
  }
  if (second) return tokens.unexpected(first.end, "import");
  const name = String(node.source.value);
  if ((is10 ? modulesOf10 : modulesOf20).includes(name)) return undefined;
  return {
    at: node.source.start,
    rule: "import",
    message: `SyntaxError: Cannot find module "${name}"`,
  };
}
