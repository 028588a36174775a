/**
 * The permissions that a call needs: an action, like `cloudfront:PublishFunction`, on a resource.
 *
 * A resource has one ARN here, however the caller named it (by name, in another case, by an
 * alias), so that a policy which denies it cannot be walked around.
 */
import { buildArn, resourceArn, type ArnKind } from "../../model/arn.ts";
import { keyValueStoreArn, keyValueStoreIdOfArn } from "../../model/key-value-store.ts";
import type { Resource, ResourceKind } from "../../model/resource.ts";
import type { KeyValueStoreOperationName, OperationName } from "../../schema/operations.ts";
import { ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import { aliasKey } from "../distributions/config/check-aliases.ts";
import { resourcesOfMove } from "./moved-domain.ts";
import { keyValueStoreOperationResources, operationResources } from "./operation-resources.ts";

export interface Permission {
  readonly action: string;
  /** An ARN, or "*" when the action is about no resource in particular. */
  readonly resource: string;
}

/** What needs a permission: a decoded call of either service. */
export type ServiceCall =
  | {
      readonly service?: "cloudfront";
      readonly operation: OperationName;
      readonly input: unknown;
    }
  | {
      readonly service: "cloudfront-keyvaluestore";
      readonly operation: KeyValueStoreOperationName;
      readonly input: unknown;
    };

/** Operations that AWS asks for other permissions than the one with their own name. */
const otherActions: Partial<Record<OperationName, readonly string[]>> = {
  CopyDistribution: ["CopyDistribution", "GetDistribution", "CreateDistribution"],
  CreateDistributionWithTags: ["CreateDistribution"],
  CreateStreamingDistributionWithTags: ["CreateStreamingDistribution"],
  UpdateDistributionWithStagingConfig: ["UpdateDistribution", "GetDistribution"],
};

/** The actions of Footlight's own API, under `/footlight/`. */
export const footlightActions = {
  breakGlass: "footlight:BreakGlass",
  changeStack: "footlight:ChangeStack",
  changeWaves: "footlight:ChangeWaves",
  checkSource: "footlight:CheckSource",
  holdGroup: "footlight:HoldGroup",
  judgeFunction: "footlight:JudgeFunction",
  judgeSource: "footlight:JudgeSource",
  listFunctionVersions: "footlight:ListFunctionVersions",
  publishFunction: "footlight:PublishFunction",
  openRecordedRuns: "footlight:OpenRecordedRuns",
  readBackup: "footlight:ReadBackup",
  readCache: "footlight:ReadCache",
  readCachedObjects: "footlight:ReadCachedObjects",
  readChanges: "footlight:ReadChanges",
  readFunctionLogs: "footlight:ReadFunctionLogs",
  readFunctionVersion: "footlight:ReadFunctionVersion",
  readHealth: "footlight:ReadHealth",
  readMetrics: "footlight:ReadMetrics",
  readNodes: "footlight:ReadNodes",
  readOpenApi: "footlight:ReadOpenApi",
  readRecordedRuns: "footlight:ReadRecordedRuns",
  readStacks: "footlight:ReadStacks",
  noteRehearsal: "footlight:NoteRehearsal",
  rehearseFunction: "footlight:RehearseFunction",
  readTraces: "footlight:ReadTraces",
  readWaves: "footlight:ReadWaves",
  reset: "footlight:Reset",
  rollBackFunction: "footlight:RollBackFunction",
  sendRequest: "footlight:SendRequest",
} as const;

/** Those of them that are asked for on a function's or a stack's ARN. */
export const footlightActionsOnResources: readonly string[] = [
  footlightActions.breakGlass,
  footlightActions.changeStack,
  footlightActions.changeWaves,
  footlightActions.judgeSource,
  footlightActions.listFunctionVersions,
  footlightActions.noteRehearsal,
  footlightActions.openRecordedRuns,
  footlightActions.publishFunction,
  footlightActions.readFunctionVersion,
  footlightActions.readRecordedRuns,
  footlightActions.readStacks,
  footlightActions.readWaves,
  footlightActions.rehearseFunction,
  footlightActions.rollBackFunction,
];

/** Every action that some call needs. */
export const allActions: readonly string[] = [
  ...(Object.keys(operationResources) as OperationName[]).flatMap((name) =>
    (otherActions[name] ?? [name]).map((action) => `cloudfront:${action}`),
  ),
  ...Object.keys(keyValueStoreOperationResources).map((name) => `cloudfront-keyvaluestore:${name}`),
  ...Object.values(footlightActions),
];

/** @returns all that the caller must be allowed, at least one */
export function permissionsOf(call: ServiceCall, state: State): readonly Permission[] {
  const input = call.input as Readonly<Record<string, unknown>>;
  if (call.service === "cloudfront-keyvaluestore") {
    const resources = resourcesOf(keyValueStoreOperationResources[call.operation], input, state);
    const action = `cloudfront-keyvaluestore:${call.operation}`;
    return resources.map((resource) => ({ action, resource }));
  }
  const { operation } = call;
  const names = [...(otherActions[operation] ?? [operation])];
  if (operation.startsWith("Create") && carriesTags(input)) names.push("TagResource");
  const moved = resourcesOfMove(operation, input, state);
  const named = resourcesOf(operationResources[operation], input, state);
  const resources =
    moved.length > 0 ? new Set([...named.filter((arn) => arn !== "*"), ...moved]) : named;
  return names.flatMap((name) =>
    [...resources].map((resource) => ({ action: `cloudfront:${name}`, resource })),
  );
}

/** Expands a row of the table. A member that is absent names nothing. */
function resourcesOf(
  row: string,
  input: Readonly<Record<string, unknown>>,
  state: State,
): readonly string[] {
  if (row === "*") return ["*"];
  const [kind, rest] = row.startsWith("{") ? ["", row] : splitOnce(row);
  if (rest === "*") return [buildArn(state.account, kind as ArnKind, "*")];
  const members = Array.from(rest.matchAll(/\{(\w+)\}/g), ([, member = ""]) => member);
  const arns = members.flatMap((member) => {
    const value = input[member];
    if (typeof value !== "string") return [];
    if (kind === "") return canonicalArn(value, state.account);
    return findArns(kind as ArnKind, { member, value }, state);
  });
  return arns.length > 0 ? arns : ["*"];
}

/** What an input says of a resource: `Identifier` may be its id, its name or its ARN. */
interface Named {
  readonly member: string;
  readonly value: string;
}

/** @returns the ARN of each resource that is called so: one's name may be another's id */
function findArns(kind: ArnKind, { member, value }: Named, state: State): readonly string[] {
  const { account } = state;
  if (kind === "function" || kind === "distribution") return [buildArn(account, kind, value)];
  if (kind === "key-value-store") {
    const store = state.keyValueStores.find(({ name }) => name === value);
    return [buildArn(account, kind, store?.id ?? value)];
  }
  const resourceKind: ResourceKind = kind === "vpcorigin" ? "vpc-origin" : kind;
  const prefix = resourceArn(account, resourceKind, "");
  const plain = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  const called = isCalled[member];
  const meant = called
    ? ownResources(state, resourceKind).filter((resource) => called(resource, plain))
    : [];
  const ids = meant.length > 0 ? meant.map(({ id }) => id) : [plain];
  return ids.map((id) => resourceArn(account, resourceKind, id));
}

/** The members that name a resource in other ways than by its id; domains compare without case. */
const isCalled: Readonly<Record<string, (resource: Resource, name: string) => boolean>> = {
  Identifier: ({ id, config }, name) => id === name || ("Name" in config && config.Name === name),
  Domain: ({ config }, name) =>
    "Domains" in config &&
    (config.Domains ?? []).some(({ Domain = "" }) => aliasKey(Domain) === aliasKey(name)),
  RoutingEndpoint: ({ attributes }, name) =>
    aliasKey(attributes["RoutingEndpoint"] ?? "") === aliasKey(name),
};

/** The ids of key value stores are read without regard to case. */
function canonicalArn(arn: string, account: string): string {
  const id = keyValueStoreIdOfArn(arn, account);
  return id === undefined ? arn : keyValueStoreArn(account, id);
}

function splitOnce(row: string): [string, string] {
  const slash = row.indexOf("/");
  return [row.slice(0, slash), row.slice(slash + 1)];
}

/** Tags stand in the input itself, or in the one structure that is its body. */
function carriesTags(input: Readonly<Record<string, unknown>>): boolean {
  return [input, ...Object.values(input)].some(
    (holder) =>
      typeof holder === "object" && holder !== null && "Tags" in holder && holder.Tags != null,
  );
}
