/**
 * A template as it is for one stack: what each resource asks for, given what is known of the others. The same for a plan,
 * where some are still to be made, and for what is applied, when they are.
 */
import type { Members } from "../api/api.ts";
import { resourceKinds } from "../resources/resource-kinds.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { Evaluation } from "../template/evaluation.ts";
import { TemplateError } from "../template/template-node.ts";
import type {
  Template,
  TemplateAsset,
  TemplateOutput,
  TemplateResource,
} from "../template/template.ts";
import type { MapValue } from "../template/value.ts";
import type { CloudAssembly } from "./cloud-assembly.ts";
import { foreignAttribute, isForeign, type ForeignSurroundings } from "./foreign-resources.ts";
import type { StackList } from "./stack-record.ts";
import type { StackOutput } from "../../model/stack.ts";

/** What is deployed, and as what. */
export interface DeployOrder {
  readonly template: Template;
  readonly stack: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** What other services' resources and other stacks would answer, by `RESOURCE.ATTRIBUTE` or name. */
  readonly values: ReadonlyMap<string, string>;
  readonly region: string;
  readonly assembly: CloudAssembly;
}

export type StackOutputs = Readonly<Record<string, StackOutput>>;

export type Attributes = Readonly<Record<string, string>>;

export interface Asked {
  readonly kind: ResourceKind;
  readonly config: Members;
  /** The names of the resources that it refers to or waits for. */
  readonly dependsOn: readonly string[];
  /** What who deploys it should know of it, a clause each. */
  readonly remarks: readonly string[];
}

export class StackView {
  readonly order: DeployOrder;
  readonly #evaluation: Evaluation;
  readonly #attributesOf: (logicalId: string) => Attributes | undefined;
  readonly #foreign: ForeignSurroundings;
  /** What other services' resources answered that no AWS has given. */
  readonly #madeUp = new Set<string>();
  /** Those that what is evaluated now refers to. */
  #referred = new Set<string>();

  /**
   * @param list without stacks where there is no node to ask yet
   * @param attributesOf undefined for a resource that is still to be made; called for each before what refers to it
   * @throws TemplateError, when a parameter has no value
   */
  constructor(
    order: DeployOrder,
    { account, stacks }: Pick<StackList, "account"> & Partial<StackList>,
    attributesOf: (logicalId: string) => Attributes | undefined,
  ) {
    const { stack, region, values, parameters, template } = order;
    this.order = order;
    this.#attributesOf = attributesOf;
    this.#foreign = {
      ...{ stack, account, region, values },
      propertyText: (resource, property) => this.#propertyText(resource, property),
    };
    this.#evaluation = new Evaluation(template, {
      ...{ stack, account, region, parameters },
      attribute: (resource, attribute, line) => this.#attribute(resource, attribute, line),
      resolved: (reference) => values.get(reference),
      imported: (name) => values.get(name) ?? exportedBy(stacks, name),
    });
  }

  get secrets(): readonly string[] {
    return this.#evaluation.secrets;
  }

  get foreign(): ForeignSurroundings {
    return this.#foreign;
  }

  /** Whether an origin's name is of a resource that nobody makes: its own, or with its id in it. */
  isMadeUp(domainName: string): boolean {
    return [...this.#madeUp].some(
      (text) => text.includes(domainName) || (text.length > 7 && domainName.includes(text)),
    );
  }

  isThere(resource: TemplateResource): boolean {
    return this.#evaluation.isThere(resource);
  }

  /** @throws TemplateError, for what the account could not be asked for */
  ask(resource: TemplateResource): Asked {
    const { template } = this.order;
    const { logicalId, type, line, properties } = resource;
    const kind = resourceKinds.get(type);
    if (kind === undefined) {
      throw template.refuse(line, `Footlight does not do ${type} (${logicalId})`);
    }
    const before = this.#referred;
    this.#referred = new Set(resource.dependsOn.filter((name) => this.#isMade(name, line)));
    for (const name of this.#referred) this.#attributesOf(name);
    try {
      const value = properties && this.#evaluation.evaluate(properties);
      if (value !== undefined && value.kind !== "map") {
        throw template.refuse(value.line, `Properties of ${logicalId} must be a map`);
      }
      const given: MapValue = value ?? { kind: "map", entries: new Map(), line };
      const remarks: string[] = [];
      const config = kind.convert(
        withCode(given, resource, kind),
        { refuse: template.refuse, path: logicalId },
        {
          ...{ codeOf: this.order.assembly.codeOf, codeIn: this.order.assembly.codeIn },
          file: codeFileOf(resource, kind),
          remark: (text) => void remarks.push(text),
        },
      );
      return { kind, config, dependsOn: [...this.#referred], remarks };
    } finally {
      this.#referred = before;
    }
  }

  /** Those of other services' resources that nobody knows are left out, and the notices say so. */
  outputs(): { readonly outputs: StackOutputs; readonly notices: readonly string[] } {
    const outputs: Record<string, StackOutput> = {};
    const notices: string[] = [];
    for (const [name, output] of this.order.template.outputs) {
      if (!this.#evaluation.isThere(output)) continue;
      try {
        outputs[name] = this.#output(name, output);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        notices.push(`the output ${name} is left out: ${error.message}`);
      }
    }
    return { outputs, notices };
  }

  #output(name: string, { value, exportName }: TemplateOutput): StackOutput {
    return {
      value: this.#evaluation.evaluateText(value, `the output ${name}`).text,
      ...(exportName !== undefined && {
        exportName: this.#evaluation.evaluateText(exportName, "the name of an export").text,
      }),
    };
  }

  /** @returns the text that a property of a resource comes to; undefined where that is none, or not known */
  propertyText(resource: TemplateResource, property: string): string | undefined {
    return this.#propertyText(resource, property);
  }

  /** @returns the texts that a property of a resource comes to */
  propertyTexts(resource: TemplateResource, property: string): readonly string[] {
    const { properties } = resource;
    const node = properties?.kind === "map" ? properties.entries.get(property)?.value : undefined;
    const value = node && this.#evaluation.evaluate(node);
    const items = value?.kind === "list" ? value.items : [];
    return items.flatMap((item) => (item.kind === "text" ? [item.text] : []));
  }

  #propertyText(resource: TemplateResource, property: string): string | undefined {
    const { properties } = resource;
    const node = properties?.kind === "map" ? properties.entries.get(property)?.value : undefined;
    const value = node && this.#evaluation.evaluate(node);
    return value?.kind === "text" ? value.text : undefined;
  }

  #isMade(name: string, line: number): boolean {
    const resource = this.order.template.resources.get(name);
    if (resource === undefined) {
      throw this.order.template.refuse(
        line,
        `DependsOn names ${name}, and there is no such resource`,
      );
    }
    return !isForeign(resource) && this.isThere(resource);
  }

  #attribute(resource: TemplateResource, attribute: string, line: number): string | undefined {
    const { refuse } = this.order.template;
    const { logicalId, type } = resource;
    if (isForeign(resource)) {
      const answer = foreignAttribute(resource, attribute, this.#foreign);
      if (answer?.isMadeUp === true) this.#madeUp.add(answer.text);
      if (answer !== undefined) return answer.text;
      const name = attribute === "Ref" ? logicalId : `${logicalId}.${attribute}`;
      throw refuse(
        line,
        `Footlight does not make ${logicalId} (${type}), so nobody knows its ${attribute}: give it by --value ${name}=VALUE`,
      );
    }
    const { attributeNames = [] } = resourceKinds.get(type) ?? {};
    if (attribute !== "Ref" && !attributeNames.includes(attribute)) {
      throw refuse(
        line,
        `${logicalId} (${type}) has no attribute ${attribute}: it has ${attributeNames.join(", ")}`,
      );
    }
    this.#referred.add(logicalId);
    const attributes = this.#attributesOf(logicalId);
    const text = attributes?.[attribute];
    if (attributes === undefined || text !== undefined) return text;
    throw refuse(line, `the account does not say the ${attribute} of ${logicalId}`);
  }
}

/** What stands for a property by the resource's metadata, as AWS's SAM CLI reads it, is taken for functions' code. */
function codeFileOf(
  { asset }: TemplateResource,
  { codeProperty }: ResourceKind,
): TemplateAsset | undefined {
  return asset?.property === codeProperty ? asset : undefined;
}

/** A template need not have the code that a file stands for. */
function withCode(given: MapValue, resource: TemplateResource, kind: ResourceKind): MapValue {
  const file = codeFileOf(resource, kind);
  const { codeProperty = "" } = kind;
  if (file === undefined || given.entries.has(codeProperty)) return given;
  const { path: text, line } = file;
  return {
    ...given,
    entries: new Map(given.entries).set(codeProperty, { kind: "text", text, line }),
  };
}

function exportedBy(
  stacks: StackList["stacks"] | undefined,
  name: string,
): string | null | undefined {
  if (stacks === undefined) return null;
  const outputs = stacks.flatMap((stack) => Object.values(stack.outputs));
  return outputs.find(({ exportName }) => exportName === name)?.value;
}
