/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/**
 * Every line of a function that CloudFront would refuse, or that behaves otherwise there.
 *
 * CreateFunction and UpdateFunction accept such code, as CloudFront does, and say what is found
 * beside it; `footlight check` prints it.
 */
import type { AnyNode, Program } from "acorn";
import {
  absentGlobals,
  absentIn10,
  absentMethods,
  absentStatics,
  advice,
  unsupported,
} from "./check-advice.ts";
import { checkDialect, refusalText, type CheckedSource } from "./dialect/check-dialect.ts";
import { tooDeep } from "./dialect/compile-function.ts";
import type { Refusal } from "./dialect/refusal.ts";
import { strictPrefix } from "./dialect/parse-source.ts";
import { topLevelNames } from "./dialect/top-level-names.ts";
import { children } from "./dialect/weigh.ts";
import type { RuntimeName } from "./runtime-name.ts";

export interface Finding {
  /** An error fails every run or the run that gets there; a warning is worth a look. */
  readonly severity: "error" | "warning";
  readonly rule: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong, and what to write instead. */
  readonly message: string;
  /** What the engine itself would say, for code that it refuses to read. */
  readonly engineMessage?: string;
}

/** Bytes of source that CloudFront takes. */
const sourceLimitBytes = 10_240;

export function checkFunction(source: string, runtime: RuntimeName): Finding[] {
  try {
    return findAll(source, runtime);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "the source is nested thousands of levels deep; take it apart";
    return [
      { severity: "error", rule: "depth", line: 1, column: 1, message, engineMessage: tooDeep },
    ];
  }
}

function findAll(source: string, runtime: RuntimeName): Finding[] {
  const checked = checkDialect(source, runtime);
  const findings: Finding[] = withoutRepeats(checked.refusals).map((refusal) => {
    const { what, rewrite } = advice[refusal.rule];
    const engineMessage = refusalText(refusal, checked.tokens);
    return {
      severity: "error",
      rule: refusal.rule,
      ...placeOf(refusal.at, checked),
      message:
        what === undefined ? `${engineMessage}; ${rewrite}` : unsupported(what, runtime, rewrite),
      engineMessage,
    };
  });
  const bytes = Buffer.byteLength(source);
  if (bytes > sourceLimitBytes) {
    findings.push({
      severity: "error",
      rule: "size",
      line: 1,
      column: 1,
      message: `the source has ${bytes} bytes, and CloudFront takes ${sourceLimitBytes}; shorten it`,
    });
  }
  if (checked.program) findings.push(...checkProgram(checked.program, checked, runtime));
  return findings.sort((one, other) => one.line - other.line || one.column - other.column);
}

/** A spread in an object is refused as the object's and as its own; a person needs to hear it once. */
function withoutRepeats(refusals: readonly Refusal[]): Refusal[] {
  return refusals.filter(
    ({ at, rule }, index) =>
      refusals.findIndex((other) => other.at === at && other.rule === rule) === index,
  );
}

function placeOf(at: number, { text, tokens }: CheckedSource): { line: number; column: number } {
  const line = tokens.lineOf(at);
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const shift = line === 1 ? strictPrefix.length : 0;
  return { line, column: at - start + 1 - shift };
}

function checkProgram(program: Program, checked: CheckedSource, runtime: RuntimeName): Finding[] {
  const findings: Finding[] = [];
  const add = (severity: Finding["severity"], rule: string, at: number, message: string): void => {
    findings.push({ severity, rule, ...placeOf(at, checked), message });
  };
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
  return findings;
}

type Add = (severity: Finding["severity"], rule: string, at: number, message: string) => void;

function checkCall(
  node: Extract<AnyNode, { type: "CallExpression" }>,
  runtime: RuntimeName,
  declared: ReadonlySet<string>,
  add: Add,
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

function checkImports(program: Program, used: ReadonlyMap<string, number>, add: Add): void {
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
