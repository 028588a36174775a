/**
 * A template as it was written: scalars, lists and maps, each with its line. YAML and JSON come to the same, and so do
 * short tags (`!Ref Fn`) and the functions that they stand for (`{"Ref": "Fn"}`).
 *
 * Scalars are texts, whatever they look like: what a number or a boolean is says the property that they are for.
 */
export type TemplateNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly text: string;
  /** No value at all, which CloudFormation takes nowhere; it is refused where it is read. */
  readonly isNull?: boolean;
  /** Counted from 1. */
  readonly line: number;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly TemplateNode[];
  readonly line: number;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly line: number;
}

export interface Entry {
  /** Of the key. */
  readonly line: number;
  readonly value: TemplateNode;
}

/** What a template is refused for, with its file and line. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";

  /** @param line counted from 1; undefined where it is about the whole file */
  constructor(file: string, line: number | undefined, message: string) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${message}`);
  }
}

/** Says what is wrong where; the reader of a file knows its name. */
export type Refuse = (line: number | undefined, message: string) => TemplateError;

export function refuserOf(file: string): Refuse {
  return (line, message) => new TemplateError(file, line, message);
}

const kinds = { scalar: "a text", list: "a list", map: "a map" } as const;

/** @returns what a node is, for messages */
export function kindOf({ kind }: Pick<TemplateNode, "kind">): string {
  return kinds[kind];
}

/** @throws TemplateError, when it is none */
export function requireMap(node: TemplateNode, what: string, refuse: Refuse): MapNode {
  if (node.kind === "map") return node;
  if (node.kind === "scalar" && node.isNull === true) throw noNull(node, refuse);
  throw refuse(node.line, `${what} must be a map, got ${kindOf(node)}`);
}

/** @throws TemplateError, when it is none */
export function requireScalar(node: TemplateNode, what: string, refuse: Refuse): string {
  if (node.kind === "scalar" && node.isNull === true) throw noNull(node, refuse);
  if (node.kind === "scalar") return node.text;
  throw refuse(node.line, `${what} must be a text, got ${kindOf(node)}`);
}

function noNull({ line }: ScalarNode, refuse: Refuse): TemplateError {
  return refuse(line, "null is no value of a template: leave the member out");
}
