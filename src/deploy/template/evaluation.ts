/**
 * Works out what a template's nodes come to: CloudFormation's functions, conditions, mappings and parameters.
 *
 * Source: CloudFormation User Guide, "Intrinsic function reference".
 */
import { createHash } from "node:crypto";
import { ParameterValues, type ParameterInput } from "./parameter-values.ts";
import type { Template, TemplateResource } from "./template.ts";
import {
  kindOf,
  requireScalar,
  type ListNode,
  type MapNode,
  type Refuse,
  type TemplateNode,
} from "./template-node.ts";
import {
  shownValue,
  type ListValue,
  type TextValue,
  type UnknownValue,
  type Value,
} from "./value.ts";

export interface Surroundings extends ParameterInput {
  readonly stack: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /**
   * @param attribute `Ref`, or one of Fn::GetAtt's
   * @returns undefined, when it is known once the resource is made
   * @throws TemplateError, when the resource has no such attribute
   */
  readonly attribute: (
    resource: TemplateResource,
    attribute: string,
    line: number,
  ) => string | undefined;
  /** @returns what was given for a dynamic reference, like `{{resolve:ssm:/site/secret}}` */
  readonly resolved: (reference: string) => string | undefined;
  /** @returns what another stack exports by that name; undefined where none does, null where nobody has looked yet */
  readonly imported: (name: string) => string | null | undefined;
}

type Text = TextValue | UnknownValue;

export class Evaluation {
  readonly template: Template;
  readonly #around: Surroundings;
  readonly #parameters: ParameterValues;
  readonly #refuse: Refuse;
  readonly #conditions = new Map<string, boolean | "open">();

  /** @throws TemplateError, when a parameter has no value, or one that its rules don't allow */
  constructor(template: Template, around: Surroundings) {
    this.template = template;
    this.#around = around;
    this.#refuse = template.refuse;
    this.#parameters = new ParameterValues(template, around);
  }

  /** The values of parameters that are not to be shown. */
  get secrets(): readonly string[] {
    return this.#parameters.secrets;
  }

  /** The conditions by which a resource or an output is there. */
  isThere({
    condition,
    line,
  }: {
    readonly condition: string | undefined;
    readonly line: number;
  }): boolean {
    return condition === undefined || this.#holds(condition, line);
  }

  /**
   * @returns undefined for AWS::NoValue
   * @throws TemplateError
   */
  evaluate(node: TemplateNode): Value | undefined {
    switch (node.kind) {
      case "scalar":
        return this.#text(requireScalar(node, "it", this.#refuse), node.line);
      case "list": {
        const items = node.items.map((item) => this.evaluate(item));
        return { kind: "list", items: items.filter((item) => item !== undefined), line: node.line };
      }
      case "map": {
        const call = callIn(node);
        if (call !== undefined) return this.#call(call.name, call.argument, node.line);
        for (const [name, { line }] of node.entries) {
          if (name.startsWith("Fn::"))
            throw this.#refuse(line, `Footlight does not do ${name} here`);
        }
        const entries = [...node.entries].map(
          ([name, { value }]) => [name, this.evaluate(value)] as const,
        );
        const there = entries.filter((entry): entry is [string, Value] => entry[1] !== undefined);
        return { kind: "map", entries: new Map(there), line: node.line };
      }
    }
  }

  /** @throws TemplateError, when it comes to something else */
  evaluateText(node: TemplateNode, what: string): Text {
    const value = this.evaluate(node);
    if (value?.kind === "text" || value?.kind === "unknown") return value;
    const got = value === undefined ? "AWS::NoValue" : shownValue(value);
    throw this.#refuse(node.line, `${what} must be a text, got ${got}`);
  }

  #text(text: string, line: number): TextValue {
    const filled = text.replace(/\{\{resolve:[^}]*\}\}/g, (reference) => {
      const value = this.#around.resolved(reference);
      if (value !== undefined) return value;
      throw this.#refuse(
        line,
        `Footlight does not read ${reference} from AWS: give it by --value '${reference}=VALUE'`,
      );
    });
    return { kind: "text", text: filled, line };
  }

  #call(name: string, argument: TemplateNode, line: number): Value | undefined {
    switch (name) {
      case "Ref":
        return this.#ref(requireScalar(argument, "Ref", this.#refuse), line);
      case "Fn::GetAtt":
        return this.#getAtt(argument, line);
      case "Fn::Sub":
        return this.#sub(argument, line);
      case "Fn::Join": {
        const [separator, list] = this.#arguments(argument, name, 2);
        const by = this.evaluateText(separator!, "The separator of Fn::Join");
        const items = this.#textsOf(list!, "What Fn::Join joins");
        if (items.kind === "unknown") return items;
        const whole = joined(items.items as readonly Text[], by.text, line);
        // CloudFormation looks for references in what functions come to.
        return whole.kind === "text" ? this.#text(whole.text, line) : whole;
      }
      case "Fn::Split": {
        const [separator, source] = this.#arguments(argument, name, 2);
        const by = this.evaluateText(separator!, "The separator of Fn::Split");
        const text = this.evaluateText(source!, "What Fn::Split splits");
        if (text.kind === "unknown") return text;
        const items = text.text.split(by.text).map((part) => this.#text(part, line));
        return { kind: "list", items, line };
      }
      case "Fn::Select":
        return this.#select(argument, line);
      case "Fn::If": {
        const [condition, yes, no] = this.#arguments(argument, name, 3);
        const by = requireScalar(condition!, "The condition of Fn::If", this.#refuse);
        return this.evaluate(this.#holds(by, condition!.line) ? yes! : no!);
      }
      case "Fn::FindInMap":
        return this.#findInMap(argument, line);
      case "Fn::Base64": {
        const text = this.evaluateText(argument, "What Fn::Base64 encodes");
        if (text.kind === "unknown") return text;
        return this.#text(Buffer.from(text.text).toString("base64"), line);
      }
      case "Fn::Length": {
        const list = this.evaluate(argument);
        if (list?.kind === "unknown") return list;
        if (list?.kind === "list") return this.#text(String(list.items.length), line);
        throw this.#refuse(line, "What Fn::Length counts must be a list");
      }
      case "Fn::ImportValue": {
        const exported = this.evaluateText(argument, "The name that Fn::ImportValue imports").text;
        const value = this.#around.imported(exported);
        if (value === null) return { kind: "unknown", text: `\${${exported}}`, line };
        if (value !== undefined) return this.#text(value, line);
        throw this.#refuse(
          line,
          `no stack exports "${exported}": deploy the one that does first, or give it by --value ${exported}=VALUE`,
        );
      }
      default:
        throw this.#refuse(line, `Footlight does not do ${name} here`);
    }
  }

  #ref(name: string, line: number): Value | undefined {
    if (name === "AWS::NoValue") return undefined;
    const pseudo = this.#pseudo(name);
    if (pseudo !== undefined) return this.#text(pseudo, line);
    if (name === "AWS::NotificationARNs") return { kind: "list", items: [], line };
    const parameter = this.#parameters.find(name, line);
    if (typeof parameter === "string") return this.#text(parameter, line);
    if (parameter !== undefined) {
      return { kind: "list", items: parameter.map((text) => this.#text(text, line)), line };
    }
    return this.#attribute(name, "Ref", line);
  }

  #pseudo(name: string): string | undefined {
    const { account, region, stack } = this.#around;
    switch (name) {
      case "AWS::AccountId":
        return account;
      case "AWS::Region":
        return region;
      case "AWS::Partition":
        return "aws";
      case "AWS::URLSuffix":
        return "amazonaws.com";
      case "AWS::StackName":
        return stack;
      case "AWS::StackId":
        return `arn:aws:cloudformation:${region}:${account}:stack/${stack}/${stackUuid(stack)}`;
      default:
        return undefined;
    }
  }

  #attribute(logicalId: string, attribute: string, line: number): Value {
    const resource = this.template.resources.get(logicalId);
    if (resource === undefined) {
      throw this.#refuse(line, `there is no parameter and no resource "${logicalId}"`);
    }
    if (!this.isThere(resource)) {
      throw this.#refuse(
        line,
        `the resource ${logicalId} is not there: its condition ${resource.condition} does not hold`,
      );
    }
    const text = this.#around.attribute(resource, attribute, line);
    if (text !== undefined) return this.#text(text, line);
    const shown = attribute === "Ref" ? logicalId : `${logicalId}.${attribute}`;
    return { kind: "unknown", text: `\${${shown}}`, line };
  }

  #getAtt(argument: TemplateNode, line: number): Value {
    if (argument.kind === "scalar") return this.#dotted(argument.text, line);
    const [resource, attribute] = this.#arguments(argument, "Fn::GetAtt", 2);
    const logicalId = requireScalar(resource!, "The resource of Fn::GetAtt", this.#refuse);
    const { text } = this.evaluateText(attribute!, "The attribute of Fn::GetAtt");
    return this.#attribute(logicalId, text, line);
  }

  #dotted(text: string, line: number): Value {
    const point = text.indexOf(".");
    if (point > 0) return this.#attribute(text.slice(0, point), text.slice(point + 1), line);
    throw this.#refuse(line, `Fn::GetAtt takes RESOURCE.ATTRIBUTE, got "${text}"`);
  }

  #sub(argument: TemplateNode, line: number): Value {
    const given = argument.kind === "list" ? this.#arguments(argument, "Fn::Sub", 2) : [argument];
    const [pattern, variables] = given;
    if (variables !== undefined && variables.kind !== "map") {
      throw this.#refuse(line, `the variables of Fn::Sub must be a map, got ${kindOf(variables)}`);
    }
    const text = requireScalar(pattern!, "What Fn::Sub fills in", this.#refuse);
    const parts = text.split(/(\$\{[^}]*\})/).map((part, index): Text => {
      if (index % 2 === 0) return this.#text(part, line);
      const name = part.slice(2, -1).trim();
      if (name.startsWith("!")) return this.#text(`\${${name.slice(1)}}`, line);
      const variable = variables?.entries.get(name);
      if (variable !== undefined) return this.evaluateText(variable.value, `\${${name}}`);
      const value = name.includes(".") ? this.#dotted(name, line) : this.#ref(name, line);
      if (value?.kind === "text" || value?.kind === "unknown") return value;
      throw this.#refuse(line, `\${${name}} of Fn::Sub is no text`);
    });
    return joined(parts, "", line);
  }

  #select(argument: TemplateNode, line: number): Value {
    const [index, list] = this.#arguments(argument, "Fn::Select", 2);
    const { text } = this.evaluateText(index!, "The index of Fn::Select");
    const values = this.#textsOf(list!, "What Fn::Select selects from");
    if (values.kind === "unknown") return values;
    const value = /^\d+$/.test(text) ? values.items[Number(text)] : undefined;
    if (value !== undefined) return value;
    throw this.#refuse(
      line,
      `Fn::Select has ${values.items.length} to select from, counted from 0, got "${text}"`,
    );
  }

  #findInMap(argument: TemplateNode, line: number): Value | undefined {
    const items = this.#arguments(argument, "Fn::FindInMap", 3, 4);
    const names = items.slice(0, 3).map((item) => this.evaluateText(item, "Fn::FindInMap").text);
    const [map = "", first = "", second = ""] = names;
    let node = this.template.mappings.get(map)?.value;
    for (const name of [first, second]) {
      node = node?.kind === "map" ? node.entries.get(name)?.value : undefined;
    }
    if (node !== undefined) return this.evaluate(node);
    const more = items[3]?.kind === "map" ? items[3].entries.get("DefaultValue") : undefined;
    if (more !== undefined) return this.evaluate(more.value);
    throw this.#refuse(line, `the mapping ${map} has no ${first}, ${second}`);
  }

  /** A list of texts, like that of a parameter or what Fn::Split makes. */
  #textsOf(node: TemplateNode, what: string): ListValue | UnknownValue {
    const value = this.evaluate(node);
    if (value?.kind === "unknown") return value;
    if (value?.kind !== "list") throw this.#refuse(node.line, `${what} must be a list`);
    const odd = value.items.find(({ kind }) => kind === "list" || kind === "map");
    if (odd === undefined) return value;
    throw this.#refuse(odd.line, `${what} must be texts, got ${shownValue(odd)}`);
  }

  #arguments(node: TemplateNode, name: string, least: number, most = least): ListNode["items"] {
    const { length = 0 } = node.kind === "list" ? node.items : {};
    if (node.kind === "list" && length >= least && length <= most) return node.items;
    throw this.#refuse(
      node.line,
      `${name} takes a list of ${least}, got ${node.kind === "list" ? length : kindOf(node)}`,
    );
  }

  #holds(name: string, line: number): boolean {
    const known = this.#conditions.get(name);
    if (typeof known === "boolean") return known;
    const entry = this.template.conditions.get(name);
    if (entry === undefined) throw this.#refuse(line, `there is no condition "${name}"`);
    if (known === "open") throw this.#refuse(entry.line, `the condition ${name} asks for itself`);
    this.#conditions.set(name, "open");
    const result = this.#judge(entry.value);
    this.#conditions.set(name, result);
    return result;
  }

  #judge(node: TemplateNode): boolean {
    const call = node.kind === "map" ? callIn(node) : undefined;
    const { name = "", argument = node } = call ?? {};
    switch (name) {
      case "Condition":
        return this.#holds(requireScalar(argument, name, this.#refuse), node.line);
      case "Fn::Equals": {
        const [left, right] = this.#arguments(argument, name, 2).map(
          (item) => this.evaluateText(item, "What Fn::Equals compares").text,
        );
        return left === right;
      }
      case "Fn::Not":
        return !this.#judge(this.#arguments(argument, name, 1)[0]!);
      case "Fn::And":
        return this.#arguments(argument, name, 2, 10).every((item) => this.#judge(item));
      case "Fn::Or":
        return this.#arguments(argument, name, 2, 10).some((item) => this.#judge(item));
      default:
        throw this.#refuse(
          node.line,
          "a condition is Condition, Fn::Equals, Fn::And, Fn::Or or Fn::Not",
        );
    }
  }
}

/** The same each time, since templates make names of it. */
function stackUuid(stack: string): string {
  const hex = createHash("sha256").update(stack).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${parts.join("-")}-${hex.slice(20, 32)}`;
}

/** @returns the function that a map of one member calls; `Condition` is one among conditions alone */
function callIn(node: MapNode): { name: string; argument: TemplateNode } | undefined {
  if (node.entries.size !== 1) return undefined;
  const [[name, { value }]] = node.entries as unknown as [[string, { value: TemplateNode }]];
  const isCall =
    name === "Ref" || name.startsWith("Fn::") || (name === "Condition" && value.kind === "scalar");
  return isCall ? { name, argument: value } : undefined;
}

function joined(parts: readonly Text[], by: string, line: number): Text {
  const text = parts.map((part) => part.text).join(by);
  const isUnknown = parts.some(({ kind }) => kind === "unknown");
  return isUnknown ? { kind: "unknown", text, line } : { kind: "text", text, line };
}
