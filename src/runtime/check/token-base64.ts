/**
 * Parts of a JSON Web Token that are decoded as base64. They are base64url (RFC 7515 §2): njs stops or
 * goes wrong at the first "-" or "_", which many tokens have and a test's may not.
 *
 * A part is what `split('.')` gives, or what a name calls a token; a text in which something was
 * replaced before is left alone.
 */
import type { AnyNode, Program } from "acorn";
import { children } from "../dialect/weigh.ts";
import type { AddFinding } from "./check-program.ts";
import { dottedName, isFunction, propertyName, type FunctionNode, type Names } from "./names.ts";
import type { Visit } from "./walk-reachable.ts";

type CallExpression = Extract<AnyNode, { type: "CallExpression" }>;

const deepest = 10;

/** @returns what to do with each node that can run */
export function findTokenBase64(program: Program, names: Names, add: AddFinding): Visit {
  const functions = readFunctions(program);
  const nameOf = new Map([...names.functions].map(([name, fn]) => [fn, name]));
  const partParameters = new Map<string, boolean>();

  const isPart = (node: AnyNode | undefined, depth = 0): boolean => {
    if (node === undefined || depth > deepest) return false;
    if (node.type === "Identifier") {
      if (functions.replaced.has(node.name)) return false;
      const value = names.values.get(node.name);
      if (value) return isPart(value, depth + 1);
      return /(?:jwt|jws|token)/i.test(node.name) || isParameterForPart(node.name, depth);
    }
    if (node.type !== "MemberExpression") return false;
    const isIndex = node.computed && propertyName(node) === undefined;
    return isIndex && isSplit(node.object, depth + 1);
  };

  const isSplit = (node: AnyNode, depth: number): boolean => {
    if (depth > deepest) return false;
    if (node.type === "Identifier") {
      const value = names.values.get(node.name);
      return value !== undefined && isSplit(value, depth + 1);
    }
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
    const [separator] = node.arguments;
    return (
      propertyName(node.callee) === "split" &&
      separator?.type === "Literal" &&
      separator.value === "."
    );
  };

  /** Whether a name is a parameter of a function that is called with a part of a token. */
  const isParameterForPart = (name: string, depth: number): boolean => {
    const known = partParameters.get(name);
    if (known !== undefined) return known;
    partParameters.set(name, false);
    const isFor = (functions.parameters.get(name) ?? []).some(({ fn, index }) =>
      (functions.calls.get(nameOf.get(fn) ?? "") ?? []).some((call) =>
        isPart(call.arguments[index], depth + 1),
      ),
    );
    partParameters.set(name, isFor);
    return isFor;
  };

  return (node) => {
    if (node.type !== "CallExpression") return;
    const decoder = decoderOf(node);
    if (decoder === undefined || !isPart(node.arguments[0])) return;
    const message = `this is base64url, and ${decoder} reads base64; use base64url`;
    add("warning", "token-base64", node.start, message);
  };
}

/** @returns what a call decodes base64 with, if it does */
function decoderOf({ callee, arguments: [, encoding] }: CallExpression): string | undefined {
  const name = dottedName(callee);
  if (name === "atob") return name;
  if (name !== "Buffer.from" && name !== "String.bytesFrom") return undefined;
  const isBase64 = encoding?.type === "Literal" && encoding.value === "base64";
  return isBase64 ? `${name}(…, 'base64')` : undefined;
}

interface Functions {
  /** Where each parameter stands, by its name. */
  readonly parameters: ReadonlyMap<string, readonly { fn: FunctionNode; index: number }[]>;
  /** The calls of each name. */
  readonly calls: ReadonlyMap<string, readonly CallExpression[]>;
  /** Names that are assigned what a replacement gives. */
  readonly replaced: ReadonlySet<string>;
}

function readFunctions(program: Program): Functions {
  const parameters = new Map<string, { fn: FunctionNode; index: number }[]>();
  const calls = new Map<string, CallExpression[]>();
  const replaced = new Set<string>();
  const visit = (node: AnyNode): void => {
    if (isFunction(node)) {
      for (const [index, parameter] of node.params.entries()) {
        if (parameter.type !== "Identifier") continue;
        addTo(parameters, parameter.name, { fn: node, index });
      }
    }
    if (node.type === "CallExpression" && node.callee.type === "Identifier") {
      addTo(calls, node.callee.name, node);
    }
    if (node.type === "AssignmentExpression" && node.left.type === "Identifier") {
      replaced.add(node.left.name);
    }
    for (const child of children(node)) visit(child);
  };
  for (const statement of program.body) visit(statement);
  return { parameters, calls, replaced };
}

function addTo<Value>(map: Map<string, Value[]>, name: string, value: Value): void {
  const list = map.get(name);
  if (list) list.push(value);
  else map.set(name, [value]);
}
