/**
 * Which expressions of a program are the event, its request, its response, and their headers.
 *
 * Told by names: what comes of the handler's event, or is called request or response where the text
 * does not show what it is; an object that has a statusCode is a response.
 */
import type { AnyNode, Program } from "acorn";
import { children } from "../dialect/weigh.ts";
import { propertyName, type Names } from "./names.ts";

export type Owner = "request" | "response";

export type EventPart = "event" | Owner | `${Owner}.headers`;

export type ObjectExpression = Extract<AnyNode, { type: "ObjectExpression" }>;

const deepest = 20;

export class EventParts {
  readonly #names: Names;
  readonly #eventNames: ReadonlySet<string>;
  readonly #headersOfResponses = new Set<AnyNode>();

  constructor(program: Program, names: Names) {
    this.#names = names;
    this.#eventNames = eventNamesOf(names);
    const findResponses = (node: AnyNode): void => {
      if (node.type === "ObjectExpression" && propertyOf(node, "statusCode")) {
        const headers = this.#writtenOut(propertyOf(node, "headers"));
        if (headers) this.#headersOfResponses.add(headers);
      }
      for (const child of children(node)) findResponses(child);
    };
    for (const statement of program.body) findResponses(statement);
  }

  /** Whether an object is the headers of a response that is written out. */
  isHeadersOfResponse(node: AnyNode): boolean {
    return this.#headersOfResponses.has(node);
  }

  partOf(node: AnyNode, depth = 0): EventPart | undefined {
    if (depth > deepest) return undefined;
    if (node.type === "ObjectExpression") {
      if (this.#headersOfResponses.has(node)) return "response.headers";
      return propertyOf(node, "statusCode") === undefined ? undefined : "response";
    }
    if (node.type === "Identifier") {
      const value = this.#names.values.get(node.name);
      if (value) return this.partOf(value, depth + 1);
      if (node.name === "request" || node.name === "response") return node.name;
      return this.#eventNames.has(node.name) ? "event" : undefined;
    }
    if (node.type !== "MemberExpression") return undefined;
    const name = propertyName(node);
    if (name === "request" || name === "response") {
      return this.partOf(node.object, depth + 1) === "event" ? name : undefined;
    }
    if (name !== "headers") return undefined;
    const owner = this.partOf(node.object, depth + 1);
    return owner === "request" || owner === "response" ? `${owner}.headers` : undefined;
  }

  /** An object that is written out, at this place or where its name is bound. */
  #writtenOut(node: AnyNode | undefined): ObjectExpression | undefined {
    const value = node?.type === "Identifier" ? this.#names.values.get(node.name) : node;
    return value?.type === "ObjectExpression" ? value : undefined;
  }
}

/** What the handler's first parameter is called. */
function eventNamesOf(names: Names): ReadonlySet<string> {
  const [parameter] = names.functions.get("handler")?.params ?? [];
  return new Set(parameter?.type === "Identifier" ? ["event", parameter.name] : ["event"]);
}

function propertyOf(object: ObjectExpression, name: string): AnyNode | undefined {
  for (const property of object.properties) {
    if (property.type === "Property" && keyOf(property) === name) return property.value;
  }
  return undefined;
}

/** What a property is called, where the text says it. */
export function keyOf({
  key,
  computed,
}: Extract<AnyNode, { type: "Property" }>): string | undefined {
  if (!computed && key.type === "Identifier") return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}
