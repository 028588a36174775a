/** A template's sections, checked as far as that can be done before anything is evaluated. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTemplate } from "./parse-template.ts";
import { withImplied } from "./implied-resources.ts";
import {
  refuserOf,
  requireMap,
  requireScalar,
  TemplateError,
  type Entry,
  type MapNode,
  type Refuse,
  type TemplateNode,
} from "./template-node.ts";

export interface Template {
  /** As it was named, for messages. */
  readonly file: string;
  readonly refuse: Refuse;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  readonly mappings: ReadonlyMap<string, Entry>;
  readonly conditions: ReadonlyMap<string, Entry>;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: ReadonlyMap<string, TemplateOutput>;
  /** What is not looked at, for who deploys it. */
  readonly notices: readonly string[];
}

export interface TemplateParameter {
  readonly type: string;
  readonly line: number;
  /** Undefined where a value must be given. */
  readonly default: TemplateNode | undefined;
  readonly isSecret: boolean;
  /** AllowedValues, AllowedPattern, MinLength … as they were written. */
  readonly rules: MapNode;
}

export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly line: number;
  readonly properties: TemplateNode | undefined;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  /** What stands for a property on this machine, as its metadata says; undefined where it says nothing. */
  readonly asset: TemplateAsset | undefined;
  readonly deletionPolicy: "Delete" | "Retain";
  readonly replacePolicy: "Delete" | "Retain";
}

export interface TemplateAsset {
  readonly property: string;
  /** Relative to the template's folder. */
  readonly path: string;
  readonly line: number;
}

export interface TemplateOutput {
  readonly line: number;
  readonly value: TemplateNode;
  readonly exportName: TemplateNode | undefined;
  readonly condition: string | undefined;
}

/** What may be there although nobody runs it: none of them has to do with CloudFront's resources. */
const serverless = "AWS::Serverless-2016-10-31";
const transforms = [serverless, "AWS::LanguageExtensions"];

const sections = [
  ...["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings"],
  ...["Conditions", "Resources", "Outputs"],
];

/** @throws TemplateError, when it can't be read, or has something that Footlight does not do */
export function readTemplate(file: string): Template {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new TemplateError(file, undefined, whyUnread(file, error as NodeJS.ErrnoException));
  }
  return templateOf(text, file);
}

/** A folder like cdk.out has templates in it. */
function whyUnread(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code !== "EISDIR") return `it can't be read: ${message}`;
  const templates = readdirSync(file).filter((name) => name.endsWith(".template.json"));
  const found = templates.map((name) => join(file, name)).join(", ");
  return `it is a folder: name a template${found === "" ? "" : `, which may be ${found}`}`;
}

/** @throws TemplateError */
export function templateOf(text: string, file: string): Template {
  const refuse = refuserOf(file);
  const repeated: string[] = [];
  const parsed = parseTemplate(text, file, (name, line) => {
    repeated.push(`${file}:${line}: ${name} stands twice, and the last one counts`);
  });
  const root = requireMap(parsed, "a template", refuse);
  const transform = root.entries.get("Transform");
  const isServerless = transform !== undefined && readTransforms(transform, refuse);
  for (const [name, { line }] of root.entries) {
    if (sections.includes(name) || name === "Transform") continue;
    if (name === "Globals" && isServerless) continue;
    const why = name.startsWith("Fn::") ? macrosAlone : `its sections are ${sections.join(", ")}`;
    throw refuse(line, `Footlight does not do ${name}; ${why}`);
  }
  const resources = sectionOf(root, "Resources", refuse);
  if (resources.size === 0) throw refuse(undefined, "it has no Resources");
  const read = mapped(resources, (name, entry) => readResource(name, entry, isServerless, refuse));
  return {
    file,
    refuse,
    parameters: mapped(sectionOf(root, "Parameters", refuse), (name, entry) =>
      readParameter(name, entry, refuse),
    ),
    mappings: sectionOf(root, "Mappings", refuse),
    conditions: sectionOf(root, "Conditions", refuse),
    resources: isServerless ? withImplied(read) : read,
    outputs: mapped(sectionOf(root, "Outputs", refuse), (name, entry) =>
      readOutput(name, entry, refuse),
    ),
    notices: [...repeated, ...ruleNotices(sectionOf(root, "Rules", refuse), file)],
  };
}

const macrosAlone = "macros are run by CloudFormation alone: give the template as it is after them";

/** @returns whether AWS's SAM is to transform it, which makes nothing of CloudFront's */
function readTransforms({ value }: Entry, refuse: Refuse): boolean {
  const nodes = value.kind === "list" ? value.items : [value];
  const names = nodes.map((node) => {
    const name = node.kind === "scalar" ? node.text : "AWS::Include";
    if (transforms.includes(name)) return name;
    throw refuse(node.line, `Footlight does not do the Transform ${name}; ${macrosAlone}`);
  });
  return names.includes(serverless);
}

/** CDK writes a rule of its own, about what it has put into the account. */
function ruleNotices(rules: ReadonlyMap<string, Entry>, file: string): string[] {
  return [...rules]
    .filter(([name]) => name !== "CheckBootstrapVersion")
    .map(([name, { line }]) => `${file}:${line}: the rule ${name} is not checked`);
}

function sectionOf(root: MapNode, name: string, refuse: Refuse): ReadonlyMap<string, Entry> {
  const entry = root.entries.get(name);
  if (entry === undefined) return new Map();
  const { entries } = requireMap(entry.value, name, refuse);
  for (const [member, { line }] of entries) {
    if (!member.startsWith("Fn::")) continue;
    throw refuse(line, `Footlight does not do ${member} in ${name}; ${macrosAlone}`);
  }
  return entries;
}

function mapped<Value>(
  section: ReadonlyMap<string, Entry>,
  read: (name: string, entry: Entry) => Value,
): ReadonlyMap<string, Value> {
  return new Map([...section].map(([name, entry]) => [name, read(name, entry)]));
}

const parameterMembers = [
  ...["Type", "Default", "Description", "NoEcho", "AllowedValues", "AllowedPattern"],
  ...["ConstraintDescription", "MinLength", "MaxLength", "MinValue", "MaxValue"],
];

/** Source: CloudFormation User Guide, "Parameters: Type". */
const parameterType = /^(String|Number|CommaDelimitedList|List<Number>|(List<)?AWS::[\w:<>]+)$/;

function readParameter(name: string, { line, value }: Entry, refuse: Refuse): TemplateParameter {
  const rules = requireMap(value, `the parameter ${name}`, refuse);
  requireKnown(rules, parameterMembers, `the parameter ${name}`, refuse);
  const noEcho = rules.entries.get("NoEcho")?.value;
  const type = textIn(rules, "Type", refuse) ?? "String";
  if (!parameterType.test(type)) {
    throw refuse(
      line,
      `the parameter ${name} has the Type ${type}: CloudFormation's are String, Number, List<Number>, CommaDelimitedList and AWS::…`,
    );
  }
  return {
    type,
    line,
    default: rules.entries.get("Default")?.value,
    isSecret: noEcho?.kind === "scalar" && /^(true|yes|on)$/i.test(noEcho.text),
    rules,
  };
}

const resourceMembers = [
  ...["Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"],
  ...["Metadata", "CreationPolicy", "UpdatePolicy"],
];

function readResource(
  logicalId: string,
  { line, value }: Entry,
  isServerless: boolean,
  refuse: Refuse,
): TemplateResource {
  const what = `the resource ${logicalId}`;
  if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
    throw refuse(line, `"${logicalId}" must be letters and digits, as names of resources are`);
  }
  const node = requireMap(value, what, refuse);
  const type = textIn(node, "Type", refuse);
  if (type === undefined) throw refuse(line, `${what} has no Type`);
  if (!/^[A-Za-z0-9]+(::[\w@-]+)+$/.test(type)) {
    throw refuse(line, `${what} has the Type ${type}: one is like AWS::CloudFront::Function`);
  }
  // SAM has members of its own for what it transforms.
  if (!isServerless || type.startsWith("AWS::CloudFront::")) {
    requireKnown(node, resourceMembers, what, refuse);
  }
  return {
    logicalId,
    type,
    line,
    properties: node.entries.get("Properties")?.value,
    dependsOn: readDependsOn(node.entries.get("DependsOn")?.value, refuse),
    condition: textIn(node, "Condition", refuse),
    asset: readAsset(node.entries.get("Metadata")?.value),
    deletionPolicy: readPolicy(node, "DeletionPolicy", refuse),
    replacePolicy: readPolicy(node, "UpdateReplacePolicy", refuse),
  };
}

/** Source: the AWS SAM CLI's documentation, "aws:asset:path" and "aws:asset:property"; CDK writes them. */
function readAsset(metadata: TemplateNode | undefined): TemplateAsset | undefined {
  if (metadata?.kind !== "map") return undefined;
  const path = metadata.entries.get("aws:asset:path")?.value;
  const property = metadata.entries.get("aws:asset:property")?.value;
  if (path?.kind !== "scalar" || property?.kind !== "scalar") return undefined;
  return { property: property.text, path: path.text, line: path.line };
}

function readDependsOn(node: TemplateNode | undefined, refuse: Refuse): readonly string[] {
  if (node === undefined) return [];
  if (node.kind === "list")
    return node.items.map((item) => requireScalar(item, "DependsOn", refuse));
  return [requireScalar(node, "DependsOn", refuse)];
}

/** What is kept because it was there before is kept here as well; there are no snapshots of anything. */
function readPolicy(node: MapNode, name: string, refuse: Refuse): "Delete" | "Retain" {
  const text = textIn(node, name, refuse) ?? "Delete";
  if (text === "Delete") return "Delete";
  if (text === "Retain" || text === "RetainExceptOnCreate") return "Retain";
  const { line } = node.entries.get(name)!;
  if (text === "Snapshot") return "Retain";
  throw refuse(line, `${name} must be Delete, Retain or RetainExceptOnCreate, got "${text}"`);
}

function readOutput(name: string, { line, value }: Entry, refuse: Refuse): TemplateOutput {
  const what = `the output ${name}`;
  const node = requireMap(value, what, refuse);
  requireKnown(node, ["Description", "Value", "Export", "Condition"], what, refuse);
  const given = node.entries.get("Value");
  if (given === undefined) throw refuse(line, `${what} has no Value`);
  const exported = node.entries.get("Export");
  const exportMap = exported && requireMap(exported.value, `Export of ${what}`, refuse);
  return {
    line,
    value: given.value,
    exportName: exportMap?.entries.get("Name")?.value,
    condition: textIn(node, "Condition", refuse),
  };
}

function textIn(node: MapNode, name: string, refuse: Refuse): string | undefined {
  const entry = node.entries.get(name);
  return entry === undefined ? undefined : requireScalar(entry.value, name, refuse);
}

function requireKnown(node: MapNode, known: readonly string[], what: string, refuse: Refuse): void {
  for (const [name, { line }] of node.entries) {
    if (!known.includes(name)) {
      throw refuse(line, `${what} has no member ${name}: it takes ${known.join(", ")}`);
    }
  }
}
