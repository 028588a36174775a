/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** What a program that can be read does that fails on CloudFront: absent built-ins, a missing handler, imports. */
import type { AnyNode, Program } from "acorn";
import {
  absentGlobals,
  absentIn10,
  absentMethods,
  absentStatics,
  unsupported,
} from "./check-advice.ts";
import { checkCloudfrontMembers } from "./check-cloudfront-members.ts";
import { strictPrefix } from "./dialect/parse-source.ts";
import { topLevelNames } from "./dialect/top-level-names.ts";
import { children } from "./dialect/weigh.ts";
import type { RuntimeName } from "./runtime-name.ts";

export type AddFinding = (
  severity: "error" | "warning",
  rule: string,
  at: number,
  message: string,
) => void;

/** @param add takes what is found; `at` is an offset in the source behind `strictPrefix` */
export function checkProgram(program: Program, runtime: RuntimeName, add: AddFinding): void {
  const declared = declaredNames(program);
  const used = new Map<string, number>();

  const visit = (node: AnyNode, parent: AnyNode | undefined): void => {
    if (node.type === "Identifier" && isReference(node, parent)) {
      used.set(node.name, (used.get(node.name) ?? 0) + 1);
      const absent =
        own(absentGlobals, node.name) ??
        (runtime === "cloudfront-js-1.0" ? own(absentIn10, node.name) : undefined);
      const isTypeof = parent?.type === "UnaryExpression" && parent.operator === "typeof";
      if (absent !== undefined && !declared.has(node.name) && !isTypeof) {
        add("error", "absent-global", node.start, unsupported(node.name, runtime, absent));
      }
    }
    if (node.type === "CallExpression") checkCall(node, runtime, declared, add);
    checkRest(node, add);
    for (const child of children(node)) visit(child, node);
  };
  for (const statement of program.body) visit(statement, undefined);

  if (!topLevelNames(program).has("handler") && !topLevelNames(program).has("connectionHandler")) {
    add(
      "error",
      "handler",
      strictPrefix.length,
      "there is no function named handler; write function handler(event) { … }",
    );
  }
  checkImports(program, used, add);
  checkCloudfrontMembers(program, add);
}

/** njs 0.7.9 loses a rest parameter at an async function's first await. */
function checkRest(node: AnyNode, add: AddFinding): void {
  const isFunction =
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression";
  if (!isFunction || !node.async) return;
  const rest = node.params.find((parameter) => parameter.type === "RestElement");
  if (rest === undefined || !awaits(node.body)) return;
  add(
    "warning",
    "rest-and-await",
    rest.start,
    "a rest parameter is undefined after an await; copy it to a variable before, or pass an array",
  );
}

function awaits(node: AnyNode): boolean {
  if (node.type === "AwaitExpression") return true;
  return !/Function/.test(node.type) && children(node).some(awaits);
}

function checkCall(
  node: Extract<AnyNode, { type: "CallExpression" }>,
  runtime: RuntimeName,
  declared: ReadonlySet<string>,
  add: AddFinding,
): void {
  const { callee } = node;
  if (callee.type === "Identifier") {
    if (callee.name === "eval" && !declared.has("eval")) {
      add("error", "code-from-text", node.start, "eval throws; write the code out");
    }
    if (callee.name === "Function" && !declared.has("Function")) {
      add(
        "error",
        "code-from-text",
        node.start,
        "the Function constructor throws; write the function out",
      );
    }
    return;
  }
  if (callee.type !== "MemberExpression" || callee.computed) return;
  if (callee.property.type !== "Identifier") return;
  const { name } = callee.property;
  const owner = callee.object.type === "Identifier" ? callee.object.name : "";
  if (owner === "console" && !declared.has("console")) {
    if (name !== "log") {
      add(
        "error",
        "console",
        callee.start,
        unsupported(`console.${name}`, runtime, "use console.log"),
      );
    } else if (node.arguments.length > 1) {
      add(
        "warning",
        "console-arguments",
        callee.start,
        "console.log writes its first argument only; join them into one string",
      );
    }
    return;
  }
  const absentStatic = declared.has(owner) ? undefined : own(absentStatics, `${owner}.${name}`);
  if (absentStatic !== undefined) {
    add(
      "error",
      "absent-built-in",
      callee.start,
      unsupported(`${owner}.${name}`, runtime, absentStatic),
    );
    return;
  }
  const absent =
    own(absentMethods, name) ??
    (name === "replaceAll" && runtime === "cloudfront-js-1.0"
      ? "use replace with a g flag"
      : undefined);
  if (absent !== undefined) {
    add(
      "warning",
      "absent-built-in",
      callee.property.start,
      unsupported(`the method ${name} of built-in objects`, runtime, absent),
    );
  }
}

function checkImports(program: Program, used: ReadonlyMap<string, number>, add: AddFinding): void {
  let sawCode = false;
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration") {
      if (!("directive" in statement && statement.directive)) sawCode = true;
      continue;
    }
    if (sawCode) {
      add(
        "warning",
        "late-import",
        statement.start,
        "an import belongs on the first lines; the service has refused later ones",
      );
    }
    for (const { local } of statement.specifiers) {
      if (!used.has(local.name)) {
        add(
          "warning",
          "unused-import",
          statement.start,
          `${local.name} is imported and never used; every run pays for it`,
        );
      }
    }
  }
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether an identifier reads or calls a variable, rather than naming a property or a binding. */
function isReference(node: AnyNode, parent: AnyNode | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.computed || parent.object === node;
    case "Property":
      return parent.computed || parent.value === node || parent.shorthand;
    case "ImportDefaultSpecifier":
    case "ImportSpecifier":
    case "ImportNamespaceSpecifier":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "CatchClause":
      return false;
    case "VariableDeclarator":
      return parent.init === node;
    default:
      return true;
  }
}

/** Every name that is bound anywhere; a name bound in one place is not reported in another. */
function declaredNames(program: Program): Set<string> {
  const names = new Set<string>();
  const bind = (pattern: AnyNode | null | undefined): void => {
    if (pattern?.type === "Identifier") names.add(pattern.name);
    else if (pattern?.type === "RestElement") bind(pattern.argument);
  };
  const visit = (node: AnyNode): void => {
    switch (node.type) {
      case "VariableDeclarator":
        bind(node.id);
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        bind(node.id);
        for (const parameter of node.params) bind(parameter);
        break;
      case "CatchClause":
        bind(node.param);
        break;
      case "ImportDefaultSpecifier":
        bind(node.local);
        break;
      default:
    }
    for (const child of children(node)) visit(child);
  };
  for (const statement of program.body) visit(statement);
  return names;
}
