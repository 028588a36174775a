/* oxlint-disable typescript/switch-exhaustiveness-check -- a syntax tree has sixty kinds of node, and most need nothing */
/** Uses of globals and built-ins that the runtime lacks, where the program gets to them. */
import type { AnyNode, Program } from "acorn";
import { children } from "../dialect/weigh.ts";
import type { RuntimeName } from "../runtime-name.ts";
import type { Absence } from "./absence.ts";
import {
  absentGlobals,
  absentIn10,
  absentMethods,
  absentMethodsIn10,
  absentMethodsIn20,
  absentStatics,
  unsupported,
} from "./check-advice.ts";
import type { AddFinding } from "./check-program.ts";
import { dottedName, propertyName } from "./names.ts";
import type { Place, Visit } from "./walk-reachable.ts";

/** @returns what to do with each node that can run */
export function findAbsentNames(
  program: Program,
  absence: Absence,
  runtime: RuntimeName,
  add: AddFinding,
): Visit {
  const tested = testedMembers(program);

  /** What throws in a `try` is caught, so the function runs, always by way of the `catch`. */
  const addAbsent = (rule: string, at: number, message: string, { inTry }: Place): void => {
    if (inTry) add("warning", rule, at, `${message}; here it always ends in the catch`);
    else add("error", rule, at, message);
  };

  const visitName = (node: Extract<AnyNode, { type: "Identifier" }>, place: Place): void => {
    const { parent } = place;
    const isTypeof = parent?.type === "UnaryExpression" && parent.operator === "typeof";
    if (isTypeof || !isReference(node, parent) || !absence.ofGlobal(node.name)) return;
    const rewrite =
      own(absentGlobals, node.name) ??
      (runtime === "cloudfront-js-1.0" ? own(absentIn10, node.name) : undefined);
    if (rewrite === undefined) {
      const keywords = runtime === "cloudfront-js-1.0" ? "var" : "const, let or var";
      const message = `${node.name} is not defined; declare it with ${keywords}`;
      addAbsent("not-defined", node.start, message, place);
      return;
    }
    addAbsent("absent-global", node.start, unsupported(node.name, runtime, rewrite), place);
  };

  const visitCall = (
    callee: Extract<AnyNode, { type: "MemberExpression" }>,
    argumentCount: number,
    place: Place,
  ): void => {
    const path = dottedName(callee);
    // Of the cloudfront module, cloudfront-members.ts tells.
    if (path !== undefined && !absence.isOfModule(path) && absence.ofMember(path)) {
      if (path.startsWith("console.")) {
        const message = unsupported(path, runtime, "use console.log");
        addAbsent("console", callee.start, message, place);
        return;
      }
      const rewrite = own(absentStatics, path) ?? "there is no such function; write it out";
      addAbsent("absent-built-in", callee.start, unsupported(path, runtime, rewrite), place);
      return;
    }
    if (path === "console.log" && argumentCount > 1) {
      add(
        "warning",
        "console-arguments",
        callee.start,
        "console.log writes its first argument only; join them into one string",
      );
      return;
    }
    const name = propertyName(callee) ?? "";
    if (tested.has(name)) return;
    const rewrite =
      own(absentMethods, name) ??
      own(runtime === "cloudfront-js-1.0" ? absentMethodsIn10 : absentMethodsIn20, name);
    if (rewrite === undefined) return;
    add(
      "warning",
      "absent-built-in",
      callee.property.start,
      unsupported(`the method ${name} of built-in objects`, runtime, rewrite),
    );
  };

  return (node, place) => {
    if (node.type === "Identifier") visitName(node, place);
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    if (node.callee.type === "MemberExpression") {
      visitCall(node.callee, node.arguments.length, place);
    }
  };
}

/** The members that a program looks at without calling them: it may well do without. */
function testedMembers(program: Program): ReadonlySet<string> {
  const tested = new Set<string>();
  const visit = (node: AnyNode, parent: AnyNode | undefined): void => {
    const isCalled = parent?.type === "CallExpression" && parent.callee === node;
    const isOwner = parent?.type === "MemberExpression" && parent.object === node;
    if (node.type === "MemberExpression" && !isCalled && !isOwner) {
      tested.add(propertyName(node) ?? "");
    }
    for (const child of children(node)) visit(child, node);
  };
  for (const statement of program.body) visit(statement, undefined);
  return tested;
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether an identifier reads or calls a variable, rather than naming a property or a binding. */
export function isReference(node: AnyNode, parent: AnyNode | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.computed || parent.object === node;
    case "Property":
      return parent.computed || parent.value === node || parent.shorthand;
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.computed || parent.value === node;
    case "ImportDefaultSpecifier":
    case "ImportSpecifier":
    case "ImportNamespaceSpecifier":
    case "ExportSpecifier":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "CatchClause":
    case "MetaProperty":
      return false;
    case "VariableDeclarator":
      return parent.init === node;
    default:
      return true;
  }
}
