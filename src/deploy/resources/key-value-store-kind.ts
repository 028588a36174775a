/**
 * Key value stores: the pairs of an ImportSource come from the asset's file where there is one, by the data API; otherwise the
 * node reads the source, by its own --import-sources.
 *
 * Pairs that a store has and its source has not are left: functions' operators write pairs too, and which are whose nobody knows.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import { cloudFrontOperations } from "../../schema/operation-table.ts";
import type { Api, Members } from "../api/api.ts";
import { convertProperties } from "../shapes/convert-properties.ts";
import { memberAt } from "./member-path.ts";
import type { AssetFiles, Found, Making, ResourceKind } from "./resource-kind.ts";
import { setTags } from "./set-tags.ts";

/** Of one call of the data API. */
const pairsInCall = 50;
const pairsInPage = 50;

export const keyValueStoreKind: ResourceKind = {
  type: "AWS::CloudFront::KeyValueStore",
  attributeNames: ["Arn", "Id", "Status"],
  convert: (properties, conversion) => ({
    Comment: "",
    ...convertProperties(
      properties,
      cloudFrontOperations.get("CreateKeyValueStore")!.input!,
      conversion,
    ),
  }),
  identity: ({ Name }) => Name,
  fileHash,
  caveat,
  read,
  create: async (asked, making) => {
    const { Tags: tags, ImportSource: source, ...input } = asked;
    const file = fileOf(asked, making.assets);
    const isImported = source !== undefined && file === undefined;
    const { api } = making;
    const output = await api.perform("CreateKeyValueStore", {
      ...input,
      ...(isImported && { ImportSource: source }),
    });
    const arn = String(output["ARN"]);
    making.onCreated(String(output["Name"]));
    if (file !== undefined) await putPairs(arn, readPairs(file), making);
    if (tags !== undefined) await setTags(arn, tags, api);
    return String(output["Name"]);
  },
  update: async (id, asked, found, making) => {
    const { api } = making;
    const arn = found.attributes["Arn"] ?? "";
    if (asked["Comment"] !== found.config["Comment"]) {
      const { Comment } = asked;
      await api.perform("UpdateKeyValueStore", { Name: id, Comment, IfMatch: found.etag });
    }
    const file = fileOf(asked, making.assets);
    if (file !== undefined) await putPairs(arn, readPairs(file), making);
    await setTags(arn, asked["Tags"], api);
  },
  delete: async (id, found, { api }) => {
    await api.perform("DeleteKeyValueStore", { Name: id, IfMatch: found.etag });
  },
  nameOf: ({ Name }) => String(Name),
  find: async (name, { api }) => {
    const there = await api.find("DescribeKeyValueStore", { Name: name });
    return there === undefined ? undefined : name;
  },
};

async function read(id: string, api: Api): Promise<Found | undefined> {
  const output = await api.find("DescribeKeyValueStore", { Name: id });
  if (output === undefined) return undefined;
  const { Name, Comment = "", ARN, Id, Status, ETag } = output;
  return {
    etag: ETag as string | undefined,
    config: { Name, Comment },
    attributes: {
      ...{ Ref: String(Name), Arn: String(ARN), Id: String(Id), Status: String(Status) },
    },
  };
}

function fileOf(asked: Members, assets: AssetFiles): string | undefined {
  const arn = memberAt(asked, "ImportSource.SourceARN");
  return typeof arn === "string" ? assets.fileOf(arn) : undefined;
}

function caveat(asked: Members, assets: AssetFiles): string | undefined {
  const arn = memberAt(asked, "ImportSource.SourceARN");
  if (typeof arn !== "string" || assets.fileOf(arn) !== undefined) return undefined;
  return `the node reads ${arn} by its --import-sources, and not again when it changes`;
}

function fileHash(asked: Members, assets: AssetFiles): string | undefined {
  const file = fileOf(asked, assets);
  if (file === undefined) return undefined;
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

export interface Pair {
  readonly Key: string;
  readonly Value: string;
}

/** @throws Error, when the file is none that CreateKeyValueStore imports */
function readPairs(file: string): readonly Pair[] {
  const { data } = readJson(file) as { readonly data?: unknown };
  if (!Array.isArray(data)) {
    throw new Error(
      `${file} is no import of a key value store: {"data": [{"key": …, "value": …}]}`,
    );
  }
  return data.map((pair: { readonly key?: unknown; readonly value?: unknown } | null) => {
    const { key, value: text } = pair ?? {};
    if (typeof key === "string" && typeof text === "string") return { Key: key, Value: text };
    throw new Error(`${file} has a pair whose key or value is no text`);
  });
}

function readJson(file: string): object {
  try {
    const value = parseStrictJson(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    // oxlint-disable-next-line preserve-caught-error -- it tells what stands in the file
    if (error instanceof JsonRefusal) throw new Error(`${file} ${error.withoutContent}`);
    throw error;
  }
}

/** @returns all pairs of a store, in the order of their keys */
export async function listPairs(arn: string, api: Api): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let token: unknown;
  do {
    const page = await api.performOnKeys("ListKeys", {
      KvsARN: arn,
      MaxResults: pairsInPage,
      NextToken: token,
    });
    pairs.push(...((page["Items"] ?? []) as readonly Pair[]));
    token = page["NextToken"];
  } while (token !== undefined);
  return pairs;
}

async function putPairs(arn: string, pairs: readonly Pair[], { api }: Making): Promise<void> {
  const there = new Map((await listPairs(arn, api)).map(({ Key, Value }) => [Key, Value]));
  const other = pairs.filter(({ Key, Value }) => there.get(Key) !== Value);
  let { ETag: etag } = await api.performOnKeys("DescribeKeyValueStore", { KvsARN: arn });
  for (let index = 0; index < other.length; index += pairsInCall) {
    const Puts = other.slice(index, index + pairsInCall);
    const output = await api.performOnKeys("UpdateKeys", { KvsARN: arn, IfMatch: etag, Puts });
    etag = output["ETag"];
  }
}
