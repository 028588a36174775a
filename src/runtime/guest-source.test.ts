import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, type AnyNode, type Pattern } from "acorn";

const folder = join(import.meta.dirname, "guest");
/** What the language itself brings into an isolate: no process, no timers, no console. */
const languageNames = new Set([
  ...[
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "Atomics",
    "BigInt",
    "Boolean",
    "DataView",
    "Date",
    "Error",
  ],
  ...["EvalError", "Float32Array", "Float64Array", "Function", "Infinity", "Int8Array"],
  ...["Int16Array", "Int32Array", "Intl", "Iterator", "JSON", "Map", "Math", "NaN", "Number"],
  ...["Object", "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set"],
  ...["String", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint8Array", "Uint16Array"],
  ...["Uint32Array", "Uint8ClampedArray", "WeakMap", "WeakSet", "arguments", "decodeURI"],
  ...["decodeURIComponent", "encodeURI", "encodeURIComponent", "globalThis", "isFinite"],
  ...["isNaN", "parseFloat", "parseInt", "undefined"],
]);

for (const file of readdirSync(folder).filter((name) => !name.endsWith(".test.ts"))) {
  test(`guest/${file} exports functions that stand on their own as text`, async () => {
    const exported = (await import(join(folder, file))) as Record<string, unknown>;
    const functions = Object.values(exported).filter((value) => typeof value === "function");
    assert.ok(functions.length > 0, `${file} exports no function`);
    for (const fn of functions) {
      assert.deepEqual(
        freeNames(String(fn)).filter((name) => !languageNames.has(name)),
        [],
        `${fn.name} uses what is not there when its text is evaluated inside an isolate`,
      );
    }
  });
}

test("freeNames() finds what a function's text takes from around it, and nothing else", () => {
  assert.deepEqual(
    freeNames("function a(b, { c: d = e }) { return b + d + f.g + h({ i: 1, j }) }"),
    ["e", "f", "h", "j"],
  );
  assert.deepEqual(
    freeNames(
      "function a() { { const b = 1; let c = b; } try { var d; } catch (e) { e; } return b + d; }",
    ),
    ["b"],
  );
  assert.deepEqual(freeNames("() => { later(); function later() {} for (const k of m) k; }"), [
    "m",
  ]);
});

/** @returns the names, in order of use, that an expression's text uses and does not declare */
function freeNames(text: string): string[] {
  const program = parse(`(${text})`, { ecmaVersion: "latest" });
  const free = new Set<string>();
  visit(program, []);
  return [...free];

  function visit(node: AnyNode, scopes: readonly Set<string>[]): void {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are blocks or plain
    switch (node.type) {
      case "Identifier":
        if (!scopes.some((scope) => scope.has(node.name))) free.add(node.name);
        return;
      case "MemberExpression":
        visit(node.object, scopes);
        if (node.computed) visit(node.property, scopes);
        return;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) visit(node.key, scopes);
        if (node.value) visit(node.value, scopes);
        return;
      case "LabeledStatement":
        visit(node.body, scopes);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression": {
        const names = new Set<string>(node.id ? [node.id.name] : []);
        for (const parameter of node.params) declare(parameter, names);
        hoist(node.body, names);
        const inner = [...scopes, names];
        for (const parameter of node.params) visit(parameter, inner);
        visit(node.body, inner);
        return;
      }
      default: {
        const inner = [...scopes, blockNames(node)];
        for (const child of childrenOf(node)) visit(child, inner);
      }
    }
  }
}

/** What a block, loop or catch clause declares for itself. */
function blockNames(node: AnyNode): Set<string> {
  const names = new Set<string>();
  if (node.type === "CatchClause" && node.param) declare(node.param, names);
  const statements =
    node.type === "BlockStatement" || node.type === "Program"
      ? node.body
      : node.type === "SwitchStatement"
        ? node.cases.flatMap((one) => one.consequent)
        : childrenOf(node).filter(({ type }) => type === "VariableDeclaration");
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration") {
      for (const { id } of statement.declarations) declare(id, names);
    } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      if (statement.id) names.add(statement.id.name);
    }
  }
  return names;
}

/** Adds what `var` declares anywhere below, short of functions. */
function hoist(node: AnyNode, names: Set<string>): void {
  if (node.type === "VariableDeclaration" && node.kind === "var") {
    for (const { id } of node.declarations) declare(id, names);
  }
  for (const child of childrenOf(node)) {
    if (!/Function/.test(child.type)) hoist(child, names);
  }
}

function declare(pattern: Pattern, names: Set<string>): void {
  switch (pattern.type) {
    case "Identifier":
      names.add(pattern.name);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        declare(property.type === "Property" ? property.value : property.argument, names);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) declare(element, names);
      break;
    case "AssignmentPattern":
      declare(pattern.left, names);
      break;
    case "RestElement":
      declare(pattern.argument, names);
      break;
    case "MemberExpression":
      break;
  }
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter((value): value is AnyNode => typeof (value as AnyNode | null)?.type === "string");
}
