/**
 * Functions and connection functions: made in DEVELOPMENT, and published where the template says AutoPublish.
 *
 * Nothing takes a published version back: AutoPublish that is not there any more leaves LIVE as it is.
 */
import { isDeepStrictEqual } from "node:util";
import { cloudFrontOperations } from "../../schema/operation-table.ts";
import type { OperationName } from "../../schema/operations.ts";
import type { Api, Members } from "../api/api.ts";
import { convertProperties, type Conversion } from "../shapes/convert-properties.ts";
import type { MapValue, Value } from "../template/value.ts";
import { memberAt } from "./member-path.ts";
import type { CodeReading, Found, ResourceKind } from "./resource-kind.ts";
import { setTags } from "./set-tags.ts";

export interface FunctionRow {
  readonly type: string;
  readonly operations: Readonly<
    Record<"create" | "describe" | "get" | "update" | "publish" | "delete" | "list", OperationName>
  >;
  /** The member that operations name it by. */
  readonly key: "Name" | "Id";
  readonly config: string;
  readonly code: string;
  readonly arn: string;
  /** What Fn::GetAtt answers beside Ref, by name: the output's member. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Which of them Ref answers. */
  readonly reference: string;
}

export const functionRow: FunctionRow = {
  type: "AWS::CloudFront::Function",
  operations: {
    ...{ create: "CreateFunction", describe: "DescribeFunction", get: "GetFunction" },
    ...{ update: "UpdateFunction", publish: "PublishFunction", delete: "DeleteFunction" },
    list: "ListFunctions",
  },
  ...{ key: "Name", config: "FunctionConfig", code: "FunctionCode", reference: "FunctionARN" },
  arn: "FunctionMetadata.FunctionARN",
  attributes: {
    FunctionARN: "FunctionMetadata.FunctionARN",
    "FunctionMetadata.FunctionARN": "FunctionMetadata.FunctionARN",
    Stage: "FunctionMetadata.Stage",
  },
};

export const connectionFunctionRow: FunctionRow = {
  type: "AWS::CloudFront::ConnectionFunction",
  operations: {
    ...{ create: "CreateConnectionFunction", describe: "DescribeConnectionFunction" },
    ...{ get: "GetConnectionFunction", update: "UpdateConnectionFunction" },
    ...{ publish: "PublishConnectionFunction", delete: "DeleteConnectionFunction" },
    list: "ListConnectionFunctions",
  },
  ...{ key: "Id", config: "ConnectionFunctionConfig", code: "ConnectionFunctionCode" },
  ...{ arn: "ConnectionFunctionArn", reference: "Id" },
  attributes: {
    ...{ Id: "Id", ConnectionFunctionArn: "ConnectionFunctionArn", Status: "Status" },
    ...{ Stage: "Stage", CreatedTime: "CreatedTime", LastModifiedTime: "LastModifiedTime" },
  },
};

export function functionKind(row: FunctionRow): ResourceKind {
  const { operations } = row;
  return {
    type: row.type,
    attributeNames: Object.keys(row.attributes),
    codeProperty: row.code,
    convert: (properties, conversion, reading) => convert(row, properties, conversion, reading),
    identity: ({ Name }) => Name,
    read: (id, api) => read(row, id, api),
    create: async (asked, { api, onCreated }) => {
      const { Tags: tags, AutoPublish: isPublished, ...input } = asked;
      const output = await api.perform(operations.create, input);
      const id = String(output[row.key]);
      onCreated(id);
      if (isPublished === true) await publish(row, id, output["ETag"], api);
      if (tags !== undefined) await setTags(String(memberAt(output, row.arn)), tags, api);
      return id;
    },
    update: async (id, asked, found, { api }) => {
      const { Tags: tags, AutoPublish: isPublished, Name: _, ...rest } = asked;
      const same = [row.config, row.code].every((member) =>
        isDeepStrictEqual(rest[member], found.config[member]),
      );
      let { etag } = found;
      if (!same) {
        const input = { ...rest, ...naming(operations.update, id), IfMatch: etag };
        const output = await api.perform(operations.update, input);
        etag = output["ETag"] as string | undefined;
      }
      if (isPublished === true && !(same && found.config["AutoPublish"] === true)) {
        await publish(row, id, etag, api);
      }
      await setTags(found.attributes[row.arn] ?? found.attributes[row.reference] ?? "", tags, api);
    },
    delete: async (id, found, { api }) => {
      await api.perform(operations.delete, {
        ...naming(operations.delete, id),
        IfMatch: found.etag,
      });
    },
    nameOf: ({ Name }) => String(Name),
    find: async (name, { api }) => {
      const entry = (await api.list(operations.list)).find((one) => one["Name"] === name);
      return entry === undefined ? undefined : String(entry[row.key]);
    },
  };
}

/** AutoPublish is CloudFormation's alone. */
function convert(
  row: FunctionRow,
  properties: MapValue,
  conversion: Conversion,
  reading: CodeReading,
): Members {
  const { AutoPublish: flag, ...rest } = Object.fromEntries(properties.entries);
  const shape = cloudFrontOperations.get(row.operations.create)!.input!;
  const given = { ...properties, entries: new Map<string, Value>(Object.entries(rest)) };
  const asked = convertProperties(given, shape, conversion);
  const isPublished = flag?.kind === "text" ? flag.text.toLowerCase() : "false";
  if (flag !== undefined && !/^(true|false)$/.test(isPublished)) {
    throw conversion.refuse(flag.line, `${conversion.path}.AutoPublish must be true or false`);
  }
  const runtime = memberAt(asked, `${row.config}.Runtime`);
  const code = readCode(properties.entries.get(row.code), String(runtime), {
    ...conversion,
    ...reading,
    path: `${conversion.path}.${row.code}`,
  });
  return { ...asked, ...(code && { [row.code]: code }), AutoPublish: isPublished === "true" };
}

/** @returns what is given to CloudFront, in base64; undefined where it is not known yet */
function readCode(
  value: Value | undefined,
  runtime: string,
  { codeOf, codeIn, file, remark: tell, refuse, path }: Conversion & CodeReading,
): string | undefined {
  const text = value?.kind === "text" ? value : undefined;
  const { line } = file ?? text ?? {};
  if (line === undefined) return undefined;
  try {
    const { code, remark } = file ? codeIn(file.path, runtime) : codeOf(text!.text, runtime);
    if (remark !== undefined) tell(remark);
    return Buffer.from(code).toString("base64");
  } catch (error) {
    throw refuse(line, `${path} can't be deployed:\n  ${(error as Error).message}`);
  }
}

async function read(row: FunctionRow, id: string, api: Api): Promise<Found | undefined> {
  const { operations } = row;
  const [development, live] = await Promise.all([
    readStage(row, id, "DEVELOPMENT", api),
    readStage(row, id, "LIVE", api),
  ]);
  if (development === undefined) return undefined;
  const { output, copy } = development;
  const attributes = Object.entries({ Ref: row.attributes[row.reference]!, ...row.attributes })
    .map(([name, member]) => [name, memberAt(output, member)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)] as const);
  return {
    etag: output["ETag"] as string | undefined,
    config: {
      Name: output["Name"] ?? naming(operations.get, id)["Name"],
      ...copy,
      AutoPublish: isDeepStrictEqual(live?.copy, copy),
    },
    attributes: Object.fromEntries(attributes),
  };
}

async function readStage(
  row: FunctionRow,
  id: string,
  stage: "DEVELOPMENT" | "LIVE",
  api: Api,
): Promise<{ readonly output: Members; readonly copy: Members } | undefined> {
  const { describe, get } = row.operations;
  const output = await api.find(describe, { ...naming(describe, id), Stage: stage });
  if (output === undefined) return undefined;
  const whole = await api.find(get, { ...naming(get, id), Stage: stage });
  const config = {
    KeyValueStoreAssociations: { Quantity: 0 },
    ...(output[row.config] as Members),
  };
  return { output, copy: { [row.config]: config, [row.code]: whole?.[row.code] } };
}

async function publish(row: FunctionRow, id: string, etag: unknown, api: Api): Promise<void> {
  const { publish: operation } = row.operations;
  await api.perform(operation, { ...naming(operation, id), IfMatch: etag });
}

function naming(operation: OperationName, id: string): Members {
  const { input } = cloudFrontOperations.get(operation)!;
  const label = [...input!.members.values()].find(({ binding }) => binding?.in === "label");
  return { [label!.name]: id };
}

/** What a template would say of a function: what viewers get where it was published, DEVELOPMENT where it was not. */
export interface ExportedFunction {
  readonly found: Found;
  readonly config: Members;
  readonly isLive: boolean;
  /** Whether DEVELOPMENT holds another than what was published. */
  readonly hasOther: boolean;
}

/** @returns what operations name each of the account's functions by */
export async function listFunctions(row: FunctionRow, api: Api): Promise<readonly string[]> {
  const entries = await api.list(row.operations.list);
  return [...new Set(entries.map((entry) => String(entry[row.key])))];
}

/** @returns undefined, when there is none any more */
export async function readFunction(
  row: FunctionRow,
  id: string,
  api: Api,
): Promise<ExportedFunction | undefined> {
  const found = await read(row, id, api);
  const live = await readStage(row, id, "LIVE", api);
  if (found === undefined) return undefined;
  const { AutoPublish: isSame, ...config } = found.config;
  return {
    found,
    config: { ...config, ...live?.copy },
    isLive: live !== undefined,
    hasOther: live !== undefined && isSame !== true,
  };
}
