/** What a program that can be read does that fails or goes otherwise on CloudFront; most rules have a file. */
import type { AnyNode, Program } from "acorn";
import { strictPrefix } from "../dialect/parse-source.ts";
import { topLevelNames } from "../dialect/top-level-names.ts";
import { children } from "../dialect/weigh.ts";
import type { RuntimeName } from "../runtime-name.ts";
import { Absence } from "./absence.ts";
import { findAbsentNames, isReference } from "./absent-names.ts";
import { findForeignMembers, moduleNames } from "./cloudfront-members.ts";
import { findEventFields } from "./event-fields.ts";
import { EventParts } from "./event-parts.ts";
import { checkHandlerResult } from "./handler-result.ts";
import { handlers, kindBy, type FunctionKind } from "./handler-name.ts";
import { findHeaderMistakes } from "./header-mistakes.ts";
import { isFunction, type Names, readNames } from "./names.ts";
import { Outcomes } from "./outcomes.ts";
import { findPcrePatterns } from "./pcre-patterns.ts";
import { findTokenBase64 } from "./token-base64.ts";
import { type Visit, walkReachable } from "./walk-reachable.ts";

export type AddFinding = (
  severity: "error" | "warning",
  rule: string,
  at: number,
  message: string,
) => void;

/**
 * @param kind undefined for what the source itself says
 * @param add takes what is found; `at` is an offset in the source behind `strictPrefix`
 */
export function checkProgram(
  program: Program,
  runtime: RuntimeName,
  kind: FunctionKind | undefined,
  add: AddFinding,
): void {
  const atTop = topLevelNames(program);
  const ofKind = kind ?? kindBy(atTop);
  const names = readNames(program);
  const modules = moduleNames(program);
  const absence = new Absence(names, modules, runtime);
  const outcomes = new Outcomes(absence);
  const parts = new EventParts(program, names);
  const rules: readonly Visit[] = [
    findAbsentNames(program, absence, runtime, add),
    findForeignMembers(modules, names, add),
    // A connection has neither headers nor an event with requests.
    ...(ofKind === "request" ? [findHeaderMistakes(parts, add), findEventFields(parts, add)] : []),
    findTokenBase64(program, names, add),
    findPcrePatterns(add),
    findCodeFromText(names, add),
    findRest(add),
  ];
  walkReachable(program, outcomes, (node, place) => {
    for (const visit of rules) visit(node, place);
  });

  const { name, shape } = handlers[ofKind];
  if (!atTop.has(name)) {
    const message = `there is no function named ${name}; write ${shape}`;
    add("error", "handler", strictPrefix.length, message);
  }
  if (ofKind === "request") checkHandlerResult(names, outcomes, add);
  checkImports(program, add);
}

/** Code that is made of a text: both ways throw. */
function findCodeFromText({ declared }: Names, add: AddFinding): Visit {
  return (node, { inTry }) => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const name = node.callee.type === "Identifier" ? node.callee.name : "";
    if ((name !== "eval" && name !== "Function") || declared.has(name)) return;
    const message =
      name === "eval"
        ? "eval throws; write the code out"
        : "the Function constructor throws; write the function out";
    add(inTry ? "warning" : "error", "code-from-text", node.start, message);
  };
}

/** njs 0.7.9 loses a rest parameter at an async function's first await. */
function findRest(add: AddFinding): Visit {
  return (node) => {
    if (!isFunction(node) || !node.async) return;
    const rest = node.params.find((parameter) => parameter.type === "RestElement");
    if (rest === undefined || !awaits(node.body)) return;
    add(
      "warning",
      "rest-and-await",
      rest.start,
      "a rest parameter is undefined after an await; copy it to a variable before, or pass an array",
    );
  };
}

function awaits(node: AnyNode): boolean {
  if (node.type === "AwaitExpression") return true;
  return !isFunction(node) && children(node).some(awaits);
}

function checkImports(program: Program, add: AddFinding): void {
  const used = usedNames(program);
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

function usedNames(program: Program): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (node: AnyNode, parent: AnyNode | undefined): void => {
    if (node.type === "Identifier" && isReference(node, parent)) used.add(node.name);
    for (const child of children(node)) visit(child, node);
  };
  for (const statement of program.body) visit(statement, undefined);
  return used;
}
