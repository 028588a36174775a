/**
 * What an account has of CloudFront as a CloudFormation template, which deploys to an equal account: ids are references, where
 * what they name is in the template too.
 */
import { cloudFrontOperations } from "../../schema/operation-table.ts";
import type { OperationName } from "../../schema/operations.ts";
import { RefusedCall, type Api, type Members } from "../api/api.ts";
import {
  connectionFunctionRow,
  functionRow,
  listFunctions,
  readFunction,
} from "../resources/function-kind.ts";
import { listPairs, type Pair } from "../resources/key-value-store-kind.ts";
import { memberAt } from "../resources/member-path.ts";
import { listPlain, plainShape, type PlainRow } from "../resources/plain-kind.ts";
import { plainRows } from "../resources/plain-rows.ts";
import { resourceKinds } from "../resources/resource-kinds.ts";
import type { Found } from "../resources/resource-kind.ts";
import { propertiesOf } from "./properties-of.ts";
import { withReferences, type Exported } from "./references.ts";

export interface AccountExport {
  readonly template: Members;
  /** The pairs of key value stores, by the store's name; only of those that have any. */
  readonly pairs: ReadonlyMap<string, readonly Pair[]>;
  /** What is not in the template, and why. */
  readonly notices: readonly string[];
}

/** The bucket that the pairs of stores are said to be in. */
export const exportBucket = "footlight-export";

/** Kinds that CloudFormation has not, or Footlight does not deploy. */
const unknownKinds: readonly (readonly [what: string, list: OperationName])[] = [
  ["field-level encryption configurations", "ListFieldLevelEncryptionConfigs"],
  ["field-level encryption profiles", "ListFieldLevelEncryptionProfiles"],
  ["streaming distributions", "ListStreamingDistributions"],
  ["Anycast IP lists", "ListAnycastIpLists"],
];

/** @throws RefusedCall, when the caller may not read something */
export async function exportAccount(api: Api): Promise<AccountExport> {
  const notices: string[] = [];
  const exported: Exported[] = [];
  for (const row of plainRows) exported.push(...(await exportPlain(row, api, notices)));
  exported.push(...(await exportFunctions(api, notices)));
  const stores = await exportStores(api);
  exported.push(...stores.exported);
  exported.push(...(await exportSubscriptions(exported, api)));
  for (const [what, list] of unknownKinds) {
    const { length } = await api.list(list);
    if (length > 0) notices.push(`${length} ${what} are left out: no template has them`);
  }
  return { template: templateOf(exported), pairs: stores.pairs, notices };
}

async function exportPlain(row: PlainRow, api: Api, notices: string[]): Promise<Exported[]> {
  const kind = resourceKinds.get(row.type)!;
  const exported: Exported[] = [];
  for (const id of await listPlain(row, api)) {
    const found = await kind.read(id, api);
    if (found === undefined || found.attributes["IsDefault"] === "true") continue;
    if (row.type === "AWS::CloudFront::TrustStore") {
      notices.push(`the trust store ${id} is left out: the API does not say where its bundle is`);
      continue;
    }
    const properties = propertiesOf(found.config, plainShape(row));
    exported.push(await one(row.type, found, { ...properties }, api));
  }
  return exported;
}

async function exportFunctions(api: Api, notices: string[]): Promise<Exported[]> {
  const exported: Exported[] = [];
  for (const row of [functionRow, connectionFunctionRow]) {
    const shape = cloudFrontOperations.get(row.operations.create)!.input!;
    for (const id of await listFunctions(row, api)) {
      const told = await readFunction(row, id, api);
      if (told === undefined) continue;
      const { found, config, isLive, hasOther } = told;
      if (hasOther) {
        notices.push(`${id}: what is in DEVELOPMENT and was not published is left out`);
      }
      const properties = { ...propertiesOf(config, shape), ...(isLive && { AutoPublish: true }) };
      exported.push(await one(row.type, found, properties, api));
    }
  }
  return exported;
}

async function exportStores(api: Api): Promise<{
  readonly exported: Exported[];
  readonly pairs: ReadonlyMap<string, readonly Pair[]>;
}> {
  const type = "AWS::CloudFront::KeyValueStore";
  const pairs = new Map<string, readonly Pair[]>();
  const exported: Exported[] = [];
  for (const { Name } of await api.list("ListKeyValueStores")) {
    const name = String(Name);
    const found = await resourceKinds.get(type)!.read(name, api);
    if (found === undefined) continue;
    const held = await listPairs(found.attributes["Arn"] ?? "", api);
    if (held.length > 0) pairs.set(name, held);
    const { Comment } = found.config;
    const source = {
      SourceType: "S3",
      SourceArn: `arn:aws:s3:::${exportBucket}/${name}.json`,
    };
    const properties = {
      Name: name,
      ...(Comment !== "" && { Comment }),
      ...(held.length > 0 && { ImportSource: source }),
    };
    exported.push(await one(type, found, properties, api));
  }
  return { exported, pairs };
}

/** One at most belongs to a distribution, and there is no list of them. */
async function exportSubscriptions(exported: readonly Exported[], api: Api): Promise<Exported[]> {
  const type = "AWS::CloudFront::MonitoringSubscription";
  const subscriptions: Exported[] = [];
  for (const { type: owner, found } of exported) {
    if (owner !== "AWS::CloudFront::Distribution") continue;
    const there = await resourceKinds.get(type)!.read(found.attributes["Id"] ?? "", api);
    if (there !== undefined) subscriptions.push(await one(type, there, there.config, api));
  }
  return subscriptions;
}

async function one(type: string, found: Found, properties: Members, api: Api): Promise<Exported> {
  const { Tags: _, ...rest } = properties;
  const arn = ["Arn", "FunctionARN", "ConnectionFunctionArn"]
    .map((name) => found.attributes[name])
    .find((value) => value !== undefined);
  const tags = arn === undefined ? [] : await tagsOf(arn, api);
  return { type, found, properties: { ...rest, ...(tags.length > 0 && { Tags: tags }) } };
}

async function tagsOf(arn: string, api: Api): Promise<readonly unknown[]> {
  try {
    const output = await api.perform("ListTagsForResource", { Resource: arn });
    return (memberAt(output, "Tags.Items") ?? output["Items"] ?? []) as readonly unknown[];
  } catch (error) {
    // A kind that takes none.
    if (error instanceof RefusedCall && error.status === 400) return [];
    throw error;
  }
}

function templateOf(exported: readonly Exported[]): Members {
  const { resources, outputs } = withReferences(exported);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: resources,
    ...(Object.keys(outputs).length > 0 && { Outputs: outputs }),
  };
}
