/**
 * Reads a template's text, YAML or JSON, which YAML holds all of.
 *
 * Source: CloudFormation User Guide, "Template formats": no aliases, no merges, no tags but those of functions, and no nulls.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node,
  type Pair,
  type Scalar,
} from "yaml";
import { refuserOf, type Entry, type Refuse, type TemplateNode } from "./template-node.ts";

/** More than any template has, and few enough that reading one ends. */
const depthMax = 100;

/** The short tags, and the functions that they stand for. */
const tagFunctions: Readonly<Record<string, string>> = {
  "!Ref": "Ref",
  "!Condition": "Condition",
  ...Object.fromEntries(
    [
      ...["And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If"],
      ...["ImportValue", "Join", "Length", "Not", "Or", "Select", "Split", "Sub"],
      ...["ToJsonString", "Transform"],
    ].map((name) => [`!${name}`, `Fn::${name}`]),
  ),
};

/**
 * @param onRepeated told of each name that stands twice in a map, where the last one counts, as for CloudFormation
 * @throws TemplateError
 */
export function parseTemplate(
  text: string,
  file: string,
  onRepeated: (name: string, line: number) => void = () => {},
): TemplateNode {
  const lines = new LineCounter();
  const refuse = refuserOf(file);
  const document = parseDocument(text, {
    // All plain scalars are texts.
    schema: "failsafe",
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error !== undefined) {
    const why = /call stack/.test(error.message) ? "it nests too deep" : error.message;
    throw refuse(lineAt(error.pos[0]), `it is no YAML or JSON: ${why}`);
  }
  if (document.contents === null) throw refuse(undefined, "there is nothing in it");
  return readNode(document.contents, 0, { lineAt, refuse, onRepeated });
}

interface Reading {
  readonly lineAt: (offset: number) => number;
  readonly refuse: Refuse;
  readonly onRepeated: (name: string, line: number) => void;
}

function readNode(node: Node, depth: number, reading: Reading): TemplateNode {
  const line = reading.lineAt(node.range?.[0] ?? 0);
  if (depth > depthMax) throw reading.refuse(line, `it nests more than ${depthMax} levels deep`);
  if (isAlias(node)) {
    throw reading.refuse(line, `CloudFormation takes no YAML aliases, got *${node.source}`);
  }
  const value = readUntagged(node, line, depth, reading);
  const { tag } = node;
  if (tag === undefined || tag.startsWith("tag:yaml.org,2002:")) return value;
  const name = Object.hasOwn(tagFunctions, tag) ? tagFunctions[tag] : undefined;
  if (name === undefined) {
    throw reading.refuse(
      line,
      `there is no tag ${tag}: ${Object.keys(tagFunctions).join(", ")} are those there are`,
    );
  }
  return { kind: "map", entries: new Map([[name, { line, value }]]), line };
}

function readUntagged(node: Node, line: number, depth: number, reading: Reading): TemplateNode {
  if (isSeq(node)) {
    const items = node.items.map((item) => readNode(item as Node, depth + 1, reading));
    return { kind: "list", items, line };
  }
  if (isMap(node)) {
    const entries = new Map<string, Entry>();
    for (const pair of node.items) {
      const [name, entry] = readPair(pair, line, depth, reading);
      if (entries.has(name)) reading.onRepeated(name, entry.line);
      entries.set(name, entry);
    }
    return { kind: "map", entries, line };
  }
  if (isScalar(node)) {
    if (isNull(node)) return { kind: "scalar", text: "", isNull: true, line };
    return { kind: "scalar", text: String(node.value), line };
  }
  throw reading.refuse(line, "it is nothing that a template holds");
}

function readPair(
  { key, value }: Pair,
  mapLine: number,
  depth: number,
  reading: Reading,
): [string, Entry] {
  const line = reading.lineAt((key as Node).range?.[0] ?? 0);
  if (!isScalar(key)) throw reading.refuse(line, "the name of a member must be a text");
  const name = String(key.value);
  if (name === "<<") throw reading.refuse(line, "CloudFormation takes no YAML merges (<<)");
  if (value === null) {
    const at = line || mapLine;
    return [name, { line, value: { kind: "scalar", text: "", isNull: true, line: at } }];
  }
  return [name, { line, value: readNode(value as Node, depth + 1, reading) }];
}

function isNull({ type, value, tag }: Scalar): boolean {
  return type === "PLAIN" && tag === undefined && /^(|~|null|Null|NULL)$/.test(String(value));
}
