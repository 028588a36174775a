/**
 * Does what a plan says, a resource at a time, and records each: what was done stays done where the next fails, and the
 * same deployment again goes on from there.
 *
 * That a resource is about to be made is recorded first. Who is stopped between making and recording finds it by its name or its
 * caller reference the next time, and makes no second one.
 */
import { randomUUID } from "node:crypto";
import type { StackResource } from "../../model/stack.ts";
import { RefusedCall, type Api } from "../api/api.ts";
import { resourceKinds } from "../resources/resource-kinds.ts";
import type { AssetFiles, Found, Making } from "../resources/resource-kind.ts";
import { hashOf } from "./hash-of.ts";
import { askedHash, removalsOf, type Plan, type Removal, type Step } from "./plan-stack.ts";
import type { StackRecord } from "./stack-record.ts";
import { StackView, type Asked } from "./stack-view.ts";

/** What was done to what. */
export interface Done {
  readonly verb: "created" | "updated" | "deleted" | "retained";
  readonly logicalId: string;
  readonly type: string;
  readonly id: string;
}

export interface Applying {
  readonly api: Api;
  readonly pause: (ms: number) => Promise<void>;
  /** Called after each. */
  readonly tell: (done: Done) => void;
}

/** Where a deployment stopped. */
export class ApplyError extends Error {
  override readonly name = "ApplyError";
  /** What is still to be done, like `create Site`; that which could not be is the first. */
  readonly left: readonly string[];

  constructor(what: string, cause: unknown, left: readonly string[]) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.left = left;
  }
}

/** @throws ApplyError, naming the resource that could not be made what it should be */
export async function applyPlan(plan: Plan, applying: Applying): Promise<void> {
  const { order, record, steps } = plan;
  const view = new StackView(order, plan.list, (name) => record.resources[name]?.attributes);
  const afterwards = plan.removals.map(removalText);
  for (const [index, step] of steps.entries()) {
    const { logicalId, type } = step.resource;
    const left = (): string[] => [...steps.slice(index).flatMap(stepText), ...afterwards];
    await orSay(`${logicalId} (${type})`, left, () => applyStep(step, plan, view, applying));
  }
  const kept = new Set(steps.map(({ resource }) => resource.logicalId));
  await remove(removalsOf(record.resources, kept), record, { ...applying, assets: order.assembly });
  const { outputs } = view.outputs();
  if (hashOf(outputs) !== hashOf(record.outputs)) await record.setOutputs(outputs);
}

function stepText({ action, resource: { logicalId } }: Step): string[] {
  return action === "keep" ? [] : [`${action} ${logicalId}`];
}

function removalText({ logicalId, isRetained }: Removal): string {
  return `${isRetained ? "leave" : "delete"} ${logicalId}`;
}

/** Deletes all that a stack has, and its record. @throws ApplyError */
export async function destroyStack(record: StackRecord, applying: Applying): Promise<void> {
  const assets: AssetFiles = { fileOf: () => undefined };
  await remove(removalsOf(record.resources, new Set()), record, { ...applying, assets });
  await record.delete();
}

async function applyStep(
  { resource, action, found }: Step,
  { order, record }: Plan,
  view: StackView,
  applying: Applying,
): Promise<void> {
  const { logicalId, type } = resource;
  const asked = view.ask(resource);
  const isRetained = resource.deletionPolicy === "Retain";
  const recorded = record.resources[logicalId];
  const { dependsOn } = asked;
  if (action === "keep") {
    const isSame =
      hashOf([dependsOn, isRetained]) === hashOf([recorded!.dependsOn, recorded!.isRetained]);
    if (!isSame) {
      await record.setResources({ [logicalId]: { ...recorded!, dependsOn, isRetained } });
    }
    return;
  }
  const making: Making = {
    ...{ api: applying.api, pause: applying.pause, assets: order.assembly },
    onCreated: () => {},
    reference: recorded?.attributes["CallerReference"] ?? randomUUID(),
  };
  const entry = { type, dependsOn, isRetained, asked: askedHash(asked, order) };
  let id = recorded?.id ?? "";
  if (action === "update") {
    const now = await readAsPlanned(id, asked, found!, applying.api);
    await asked.kind.update(id, asked.config, now, making);
  } else {
    id = await make({
      step: { resource, asked },
      entry,
      record,
      making,
      isReplaced: action === "replace",
    });
  }
  await recordMade(logicalId, { ...entry, id }, asked, { record, api: applying.api });
  const verb = action === "update" ? "updated" : "created";
  applying.tell({ verb, logicalId, type, id });
}

/**
 * @returns what is found now: a distribution's ETag is another one after each publish of a function that it uses
 * @throws Error, when its configuration is not the one that the plan was made on
 */
async function readAsPlanned(
  id: string,
  { kind }: Asked,
  planned: Found,
  api: Api,
): Promise<Found> {
  const now = await kind.read(id, api);
  if (now !== undefined && hashOf(now.config) === hashOf(planned.config)) return now;
  throw new Error(`${id} was changed by somebody else since this was planned`);
}

type Entry = Pick<StackResource, "type" | "dependsOn" | "isRetained" | "asked">;

async function recordMade(
  logicalId: string,
  entry: Entry & Pick<StackResource, "id">,
  { kind }: Asked,
  { record, api }: { readonly record: StackRecord; readonly api: Api },
): Promise<void> {
  const now = await kind.read(entry.id, api);
  if (now === undefined) throw new Error(`${entry.id} was made, and is gone already`);
  const { attributes, config } = now;
  await record.setResources({
    [logicalId]: { ...entry, state: "made", attributes, found: hashOf(config) },
  });
}

interface Creation {
  readonly step: Pick<Step, "resource" | "asked">;
  readonly entry: Entry;
  readonly record: StackRecord;
  readonly making: Omit<Making, "onCreated">;
  readonly isReplaced: boolean;
}

/** @returns what operations name it by */
async function make({ step, entry, record, making, isReplaced }: Creation): Promise<string> {
  const { kind, config } = step.asked;
  const { logicalId, replacePolicy } = step.resource;
  const before = record.resources[logicalId];
  if (before?.state === "making") {
    const id = await goOn(before, step.asked, making);
    if (id !== undefined) return id;
  }
  const old = isReplaced ? leftOver(record, logicalId) : undefined;
  const name = kind.nameOf(config);
  const begun: StackResource = {
    ...entry,
    ...{ state: "making", id: "", found: "" },
    attributes: { CallerReference: making.reference, Name: name },
  };
  await record.setResources({
    [logicalId]: begun,
    ...(old !== undefined && { [old]: { ...before!, isRetained: replacePolicy === "Retain" } }),
  });
  let created: string | undefined;
  const onCreated = (id: string): void => {
    created = id;
  };
  try {
    return await kind.create(config, { ...making, onCreated });
  } catch (error) {
    if (created !== undefined) {
      await record.setResources({ [logicalId]: { ...begun, id: created } });
    } else if (error instanceof RefusedCall) {
      // Who was killed may have asked for it just then: it was made after it was looked for.
      const late = before?.state === "making" ? await goOn(before, step.asked, making) : undefined;
      if (late !== undefined) return late;
      // What the API refuses was not made, and what was there before still is.
      const restored = old === undefined ? null : before!;
      await record.setResources({
        [logicalId]: restored,
        ...(old !== undefined && { [old]: null }),
      });
    }
    throw error;
  }
}

/** @returns what a creation that was broken off has made, as it should be; undefined where it made nothing */
async function goOn(
  { id: known, attributes }: StackResource,
  { kind, config }: Asked,
  made: Omit<Making, "onCreated">,
): Promise<string | undefined> {
  const making: Making = { ...made, onCreated: () => {} };
  const id = known === "" ? await kind.find(attributes["Name"] ?? "", making) : known;
  const found = id === undefined ? undefined : await kind.read(id, making.api);
  if (found === undefined) return undefined;
  await kind.update(id!, config, found, making);
  return id;
}

/** @returns a name for what is replaced, until it is deleted */
function leftOver({ resources }: StackRecord, logicalId: string): string {
  for (let count = 1; ; count++) {
    const name = `${logicalId}.${count}`;
    if (resources[name] === undefined) return name;
  }
}

async function remove(
  removals: readonly Removal[],
  record: StackRecord,
  { api, pause, tell, assets }: Applying & { readonly assets: AssetFiles },
): Promise<void> {
  for (const [index, { logicalId, type, id, isRetained }] of removals.entries()) {
    const left = (): string[] => removals.slice(index).map(removalText);
    await orSay(`${logicalId} (${type})`, left, async () => {
      const { attributes } = record.resources[logicalId]!;
      const reference = attributes["CallerReference"] ?? "";
      const making: Making = { api, pause, assets, reference, onCreated: () => {} };
      const kind = resourceKinds.get(type);
      const known = id === "" ? await kind?.find(attributes["Name"] ?? "", making) : id;
      const found = known === undefined ? undefined : await kind?.read(known, api);
      if (found !== undefined && !isRetained) await kind!.delete(known!, found, making);
      await record.setResources({ [logicalId]: null });
      if (found === undefined) return;
      tell({ verb: isRetained ? "retained" : "deleted", logicalId, type, id: known! });
    });
  }
}

async function orSay(
  what: string,
  left: () => readonly string[],
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new ApplyError(what, error, left());
  }
}
