/* oxlint-disable typescript/switch-exhaustiveness-check -- what is not listed is not proven */
/**
 * Follows the event through a source: which names of its headers, cookies and query string can be read?
 *
 * Each expression is given the kinds of object, of those that belong to the event, that its value may
 * be. Variables of one name are taken for one variable, in whatever order they are used. An
 * object that goes where it can't be followed (into a list, another object, a built-in, a function
 * that is not known by name) has escaped: of a map everything may then be read, and when the event
 * or its request or response escapes, nothing is proven. The same goes for what hands out objects
 * on the side, such as `this` and `arguments`, and for any syntax that is not listed here.
 *
 * Built-ins are taken to be as they were: this holds only where the realm is frozen.
 */
import type { AnyNode, CallExpression, MemberExpression, Program } from "acorn";
import {
  event,
  type EventReads,
  holders,
  inherited,
  type Kinds,
  places,
  request,
} from "./event-kinds.ts";
import { type FunctionNode, type KnownFunction, knownFunctions } from "./known-functions.ts";
import { LearntReads, Unproven } from "./learnt-reads.ts";
import { children } from "./weigh.ts";

/** A source is gone through until nothing new is learnt, which takes more than a few rounds only by intent. */
const mostRounds = 12;

/** @returns undefined when the source may read anything */
export function followEvent(program: Program): EventReads | undefined {
  try {
    return new Follower(program).follow();
  } catch (error) {
    // What is nested too deep for our stack is not worth the proof.
    if (error instanceof Unproven || error instanceof RangeError) return undefined;
    throw error;
  }
}

class Follower {
  readonly #program: Program;
  readonly #known: ReadonlyMap<string, KnownFunction>;
  readonly #learnt = new LearntReads();
  #handler: FunctionNode | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.#known = knownFunctions(program);
  }

  follow(): EventReads {
    const handler = this.#known.get("handler");
    if (handler === undefined) throw new Unproven();
    this.#handler = handler.node;
    const [parameter] = handler.node.params;
    if (parameter !== undefined) this.#learnt.pass(parameter, event);
    for (let rounds = 0; this.#learnt.takeNews(); rounds += 1) {
      if (rounds === mostRounds) throw new Unproven();
      for (const statement of this.#program.body) this.#visit(statement, undefined);
    }
    return this.#learnt.reads();
  }

  #escapeAll(nodes: readonly (AnyNode | null | undefined)[], inside: FunctionNode | undefined): 0 {
    for (const node of nodes) if (node) this.#learnt.escape(this.#visit(node, inside));
    return 0;
  }

  /** @returns what the node's value may be; statements have none */
  #visit(node: AnyNode, inside: FunctionNode | undefined): Kinds {
    switch (node.type) {
      case "Identifier":
        if (node.name === "arguments" || node.name === "eval") throw new Unproven();
        return this.#learnt.variable(node.name);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#visitFunction(node);
      case "MemberExpression":
        return this.#visitMember(node, inside);
      case "CallExpression":
        return this.#visitCall(node, inside);
      case "AssignmentExpression":
        return this.#visitAssignment(node.operator, node.left, node.right, inside);
      case "VariableDeclarator":
        if (node.id.type !== "Identifier") throw new Unproven();
        if (node.init) this.#learnt.pass(node.id, this.#visit(node.init, inside));
        return 0;
      case "ReturnStatement":
        if (node.argument) this.#leave(this.#visit(node.argument, inside), inside);
        return 0;
      case "ConditionalExpression":
        this.#visit(node.test, inside);
        return this.#visit(node.consequent, inside) | this.#visit(node.alternate, inside);
      case "LogicalExpression":
        return this.#visit(node.left, inside) | this.#visit(node.right, inside);
      case "SequenceExpression": {
        let last = 0;
        for (const expression of node.expressions) last = this.#visit(expression, inside);
        return last;
      }
      case "UnaryExpression": {
        const kinds = this.#visit(node.argument, inside);
        if (!["typeof", "!", "void", "delete"].includes(node.operator)) this.#learnt.escape(kinds);
        return 0;
      }
      case "BinaryExpression":
        if (node.operator === "in" && node.left.type === "Literal") {
          return this.#visitIn(node.left.value, this.#visit(node.right, inside));
        }
        if (node.operator === "===" || node.operator === "!==") {
          this.#visit(node.left, inside);
          this.#visit(node.right, inside);
          return 0;
        }
        return this.#escapeAll([node.left, node.right], inside);
      case "Property":
        return this.#escapeAll([node.computed ? node.key : null, node.value], inside);
      case "NewExpression":
      case "ArrayExpression":
      case "ObjectExpression":
      case "TemplateLiteral":
      case "AwaitExpression":
      case "SpreadElement":
      case "ThrowStatement":
      case "UpdateExpression":
        return this.#escapeAll(children(node), inside);
      case "ForInStatement":
        this.#escapeAll([node.right], inside);
        return this.#visitAll([node.left, node.body], inside);
      case "TryStatement":
        if (node.handler?.param && node.handler.param.type !== "Identifier") throw new Unproven();
        return this.#visitAll([node.block, node.handler?.body, node.finalizer], inside);
      case "ExpressionStatement":
      case "VariableDeclaration":
      case "BlockStatement":
      case "IfStatement":
      case "ForStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "SwitchStatement":
      case "SwitchCase":
      case "LabeledStatement":
      case "BreakStatement":
      case "ContinueStatement":
      case "EmptyStatement":
      case "DebuggerStatement":
      case "Literal":
      case "TemplateElement":
        return this.#visitAll(children(node), inside);
      case "ImportDeclaration":
        return 0;
      default:
        throw new Unproven();
    }
  }

  #visitAll(nodes: readonly (AnyNode | null | undefined)[], inside: FunctionNode | undefined): 0 {
    for (const node of nodes) if (node) this.#visit(node, inside);
    return 0;
  }

  #visitFunction(node: FunctionNode): 0 {
    for (const parameter of node.params) {
      const isName =
        parameter.type === "Identifier" ||
        (parameter.type === "RestElement" && parameter.argument.type === "Identifier");
      if (!isName) throw new Unproven();
    }
    const result = this.#visit(node.body, node);
    if (node.body.type !== "BlockStatement") this.#leave(result, node);
    return 0;
  }

  /** Something is what a function returns. */
  #leave(kinds: Kinds, from: FunctionNode | undefined): void {
    const isHandler = from === this.#handler;
    // The harness reads the names of a request and a response from whatever it is returned.
    if (isHandler) this.#learnt.escape(kinds & ~holders);
    for (const known of this.#known.values()) {
      if (known.node !== from) continue;
      if (isHandler && !known.isUsed) return;
      if (known.isOnlyCalled && !known.node.async && !known.node.generator) {
        this.#learnt.addResult(known.node, kinds);
        return;
      }
    }
    this.#learnt.escape(kinds);
  }

  #visitMember(node: MemberExpression, inside: FunctionNode | undefined): Kinds {
    const holder = this.#visit(node.object, inside);
    const name = nameOf(node);
    if (node.computed) this.#learnt.escape(this.#visit(node.property, inside));
    if (holder === 0) return 0;
    if (name === undefined || inherited.has(name)) {
      this.#learnt.escape(holder);
      return 0;
    }
    this.#learnt.readName(holder, name);
    if ((holder & request) !== 0 && name === "rawQueryString") this.#learnt.readRawQuery();
    let kinds = 0;
    for (const [kind, place] of places) if ((holder & kind) !== 0) kinds |= place[name] ?? 0;
    return kinds;
  }

  #visitCall(node: CallExpression, inside: FunctionNode | undefined): Kinds {
    const { callee } = node;
    if (callee.type === "MemberExpression") return this.#visitMethodCall(node, callee, inside);
    const known = callee.type === "Identifier" ? this.#known.get(callee.name) : undefined;
    if (known === undefined || node.arguments.some(({ type }) => type === "SpreadElement")) {
      return this.#escapeAll([callee, ...node.arguments], inside);
    }
    const { params } = known.node;
    for (const [index, argument] of node.arguments.entries()) {
      const kinds = this.#visit(argument, inside);
      const parameter = params[Math.min(index, params.length - 1)];
      if (parameter !== undefined && (index < params.length || parameter.type === "RestElement")) {
        this.#learnt.pass(parameter, kinds);
      }
    }
    return this.#learnt.resultOf(known.node);
  }

  #visitMethodCall(
    node: CallExpression,
    callee: MemberExpression,
    inside: FunctionNode | undefined,
  ): Kinds {
    const holder = this.#visit(callee.object, inside);
    const [argument, more] = node.arguments;
    const name = nameOf(callee);
    if (
      name === "hasOwnProperty" &&
      (holder & holders) === 0 &&
      argument?.type === "Literal" &&
      typeof argument.value === "string" &&
      more === undefined
    ) {
      this.#learnt.readName(holder, name);
      this.#learnt.readName(holder, argument.value);
      return 0;
    }
    if (holder === request && name === "rawQueryString") this.#learnt.readRawQuery();
    else this.#learnt.escape(holder);
    return this.#escapeAll([callee.computed ? callee.property : null, ...node.arguments], inside);
  }

  #visitIn(name: unknown, holder: Kinds): 0 {
    if (typeof name === "string" && (holder & holders) === 0) this.#learnt.readName(holder, name);
    else this.#learnt.escape(holder);
    return 0;
  }

  #visitAssignment(
    operator: string,
    left: AnyNode,
    right: AnyNode,
    inside: FunctionNode | undefined,
  ): Kinds {
    const kinds = this.#visit(right, inside);
    const isPlain = operator === "=" || ["||=", "&&=", "??="].includes(operator);
    if (left.type === "Identifier") {
      const before = this.#visit(left, inside);
      if (isPlain) this.#learnt.pass(left, kinds);
      else this.#learnt.escape(before | kinds);
      return operator === "=" ? kinds : before | kinds;
    }
    if (left.type !== "MemberExpression") throw new Unproven();
    const before = this.#visitMember(left, inside);
    // A function in its place could be a built-in that hands out what it is called on.
    if (nameOf(left) === "rawQueryString") this.#learnt.escape(this.#visit(left.object, inside));
    this.#learnt.escape(isPlain ? kinds : before | kinds);
    return operator === "=" ? kinds : before | kinds;
  }
}

/** The name that a member is read by, when it stands in the source. */
function nameOf({ computed, property }: MemberExpression): string | undefined {
  if (property.type === "PrivateIdentifier") throw new Unproven();
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  if (property.type !== "Literal") return undefined;
  const { value } = property;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
