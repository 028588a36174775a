/** What deploying a template would change, in the order in which it would be done. Changes nothing. */
import type { StackResource } from "../../model/stack.ts";
import type { Api } from "../api/api.ts";
import { resourceKinds } from "../resources/resource-kinds.ts";
import type { Found } from "../resources/resource-kind.ts";
import type { TemplateResource } from "../template/template.ts";
import { changesOf, type Difference } from "../resources/differences.ts";
import { isForeign } from "./foreign-resources.ts";
import { canonical, hashOf } from "./hash-of.ts";
import { originsOf, type StackOrigin } from "./stack-origins.ts";
import type { StackList, StackRecord } from "./stack-record.ts";
import { StackView, type Asked, type Attributes, type DeployOrder } from "./stack-view.ts";

export type Action = "create" | "update" | "replace" | "keep";

export interface Step {
  readonly resource: TemplateResource;
  readonly action: Action;
  readonly asked: Asked;
  /** What the account has; undefined where nothing. */
  readonly found: Found | undefined;
  readonly differences: readonly Difference[];
  /** What there is to say beside the differences. */
  readonly remark: string | undefined;
}

/** What the stack has and the template has not, or has another of. */
export interface Removal {
  /** As the record names it. */
  readonly logicalId: string;
  readonly type: string;
  readonly id: string;
  /** Whether it leaves the stack, and stays where it is. */
  readonly isRetained: boolean;
}

export interface Plan {
  readonly order: DeployOrder;
  readonly list: StackList;
  readonly record: StackRecord;
  /** Each after those that it refers to. */
  readonly steps: readonly Step[];
  /** Each before those that it refers to. What replacing leaves over comes on top. */
  readonly removals: readonly Removal[];
  readonly changesOutputs: boolean;
  readonly notices: readonly string[];
  /** What is not to be shown. */
  readonly secrets: readonly string[];
  readonly origins: readonly StackOrigin[];
}

/** @returns whether there is nothing to do */
export function isEmpty({ steps, removals, changesOutputs }: Plan): boolean {
  return removals.length === 0 && !changesOutputs && steps.every(({ action }) => action === "keep");
}

/**
 * @throws TemplateError, for what Footlight can't do
 * @throws RefusedCall, for what the caller may not read
 */
export async function planStack(
  order: DeployOrder,
  {
    api,
    list,
    record,
  }: { readonly api: Api; readonly list: StackList; readonly record: StackRecord },
): Promise<Plan> {
  const found = await readFound(record, api);
  const planner = new Planner(order, list, record, found);
  return planner.plan();
}

/** What the account has of all that the record names. */
async function readFound(
  { resources }: StackRecord,
  api: Api,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const [logicalId, { type, id, state }] of Object.entries(resources)) {
    const one = state === "made" ? await resourceKinds.get(type)?.read(id, api) : undefined;
    if (one !== undefined) found.set(logicalId, one);
  }
  return found;
}

class Planner {
  readonly #order: DeployOrder;
  readonly #list: StackList;
  readonly #record: StackRecord;
  readonly #found: ReadonlyMap<string, Found>;
  readonly #view: StackView;
  readonly #steps = new Map<string, Step>();
  /** Those that are being planned, each for the one before. */
  readonly #open: string[] = [];

  constructor(
    order: DeployOrder,
    list: StackList,
    record: StackRecord,
    found: ReadonlyMap<string, Found>,
  ) {
    this.#order = order;
    this.#list = list;
    this.#record = record;
    this.#found = found;
    this.#view = new StackView(order, list, (logicalId) => this.#attributesOf(logicalId));
  }

  plan(): Plan {
    const { template } = this.#order;
    const foreign: TemplateResource[] = [];
    for (const resource of template.resources.values()) {
      if (!this.#view.isThere(resource)) continue;
      if (isForeign(resource)) foreign.push(resource);
      else this.#step(resource);
    }
    const { outputs, notices } = this.#view.outputs();
    const steps = [...this.#steps.values()];
    return {
      ...{ order: this.#order, list: this.#list, record: this.#record, steps },
      removals: removalsOf(this.#record.resources, new Set(this.#steps.keys())),
      changesOutputs: canonical(outputs) !== canonical(this.#record.outputs),
      notices: [...template.notices, ...foreignNotices(foreign), ...notices],
      secrets: this.#view.secrets,
      origins: originsOf(
        steps.map(({ asked }) => asked.config),
        this.#view,
      ),
    };
  }

  #step(resource: TemplateResource): Step {
    const { logicalId, line } = resource;
    const planned = this.#steps.get(logicalId);
    if (planned !== undefined) return planned;
    if (this.#open.includes(logicalId)) {
      const circle = [...this.#open.slice(this.#open.indexOf(logicalId)), logicalId];
      throw this.#order.template.refuse(
        line,
        `the resources refer to each other in a circle: ${circle.join(" → ")}`,
      );
    }
    this.#open.push(logicalId);
    const asked = this.#view.ask(resource);
    this.#open.pop();
    const step = this.#compare(resource, asked);
    this.#steps.set(logicalId, step);
    return step;
  }

  #compare(resource: TemplateResource, asked: Asked): Step {
    const { logicalId, type } = resource;
    const recorded = this.#record.resources[logicalId];
    const found = this.#found.get(logicalId);
    const { kind, config } = asked;
    const remarks = [...asked.remarks, kind.caveat?.(config, this.#order.assembly) ?? []].flat();
    const caveat = remarks.length === 0 ? undefined : remarks.join("; ");
    const step = { resource, asked, found, differences: [], remark: caveat };
    if (recorded === undefined || recorded.state === "making") return { ...step, action: "create" };
    if (found === undefined) {
      return { ...step, action: "create", remark: `${recorded.id} is gone, and made again` };
    }
    if (recorded.type !== type) {
      return { ...step, action: "replace", remark: `it was of the type ${recorded.type}` };
    }
    const differences = changesOf(found.config, config);
    if (canonical(kind.identity(config)) !== canonical(kind.identity(found.config))) {
      return { ...step, action: "replace", differences };
    }
    const isTouched = hashOf(found.config) !== recorded.found;
    if (!isTouched && askedHash(asked, this.#order) === recorded.asked) {
      return { ...step, action: "keep" };
    }
    const remark = isTouched
      ? "it was changed otherwise since it was deployed, and becomes what the template says"
      : differences.length === 0
        ? "what can't be read back is set again: tags, or pairs of a store"
        : caveat;
    return { ...step, action: "update", differences, remark };
  }

  /** Of what is planned already: what it refers to is planned first. */
  #attributesOf(logicalId: string): Attributes | undefined {
    const { action, found } = this.#step(this.#order.template.resources.get(logicalId)!);
    return action === "keep" || action === "update" ? found?.attributes : undefined;
  }
}

/** @returns the hash by which a later deployment knows that the same is asked for */
export function askedHash({ kind, config }: Asked, { assembly }: DeployOrder): string {
  return hashOf(config, kind.fileHash?.(config, assembly));
}

/** @param kept the names of those that stay in the record */
export function removalsOf(
  resources: Readonly<Record<string, StackResource>>,
  kept: ReadonlySet<string>,
): readonly Removal[] {
  const left = new Map(Object.entries(resources).filter(([logicalId]) => !kept.has(logicalId)));
  const removals: Removal[] = [];
  while (left.size > 0) {
    const isUsed = (logicalId: string): boolean =>
      [...left].some(
        ([other, { dependsOn }]) =>
          other !== logicalId && dependsOn.includes(logicalId.replace(/\..*/, "")),
      );
    // There is no circle in a record that was made in order; one that is there all the same ends here.
    const next = [...left.keys()].find((logicalId) => !isUsed(logicalId)) ?? [...left.keys()][0]!;
    const { type, id, isRetained } = left.get(next)!;
    removals.push({ logicalId: next, type, id, isRetained });
    left.delete(next);
  }
  return removals;
}

/** A line a type, with where each is. */
function foreignNotices(resources: readonly TemplateResource[]): readonly string[] {
  const byType = Map.groupBy(
    resources.filter(({ type }) => type !== "AWS::CDK::Metadata"),
    ({ type }) => type,
  );
  return [...byType].map(([type, ofType]) => {
    const places = ofType.map(({ logicalId, line }) => `${logicalId} (line ${line})`).join(", ");
    return type === "AWS::CloudFormation::Stack"
      ? `left out, as nested stacks are: ${places}; deploy their templates on their own where they have something of CloudFront's`
      : `left out, as it is not CloudFront's: ${type} ${places}`;
  });
}
