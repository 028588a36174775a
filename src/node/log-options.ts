/** The options about access logs, read: what they say is checked before a node starts. */
import { readFileSync } from "node:fs";
import type { NetConnectOpts } from "node:net";
import { parseStrictJson } from "../base/strict-json.ts";
import {
  accessFormat,
  type AccessForm,
  type AccessFormat,
} from "../edge/record/access/access-format.ts";
import { chosenFields, plainFields, standardFields } from "../edge/record/access/access-fields.ts";
import {
  connectionFields,
  connectionFieldTable,
  type LoggedConnection,
} from "../edge/record/connection/connection-fields.ts";
import { OptionError } from "./option-table.ts";
import type { OptionsOf } from "./options.ts";

/** Logs of the second version, which AWS sets up outside of CloudFront's API. */
export interface LogDelivery {
  /** Undefined for all distributions. */
  readonly distributionId: string | undefined;
  readonly bucket: string;
  /** Of the files, below `AWSLogs/ACCOUNT/CloudFront/`, with AWS's variables. */
  readonly suffixPath: string;
  /** What it tells of. */
  readonly lines:
    | { readonly type: "ACCESS_LOGS"; readonly format: AccessFormat }
    | { readonly type: "CONNECTION_LOGS"; readonly format: AccessFormat<LoggedConnection> };
}

/** Where what is meant for a Kinesis stream goes. */
export type StreamTarget = { readonly file: string } | { readonly socket: NetConnectOpts };

export interface LogOptions {
  readonly deliveries: readonly LogDelivery[];
  /** By the stream's ARN. */
  readonly streams: ReadonlyMap<string, StreamTarget>;
}

/** What a row of the table of streams may look like; rows are separated by commas. */
export const logStreamsPattern = /^$|^arn:[^=,]+=[^,]+(,arn:[^=,]+=[^,]+)*$/;

export const fieldTable = { plain: plainFields, chosen: chosenFields };

/** @throws OptionError, naming the option and what is wrong with it */
export function readLogOptions({
  accessLog,
  accessLogDeliveries,
  logStreams,
}: Pick<OptionsOf<"edge">, "accessLog" | "accessLogDeliveries" | "logStreams">): LogOptions {
  if (accessLogDeliveries !== "" && accessLog === "") {
    throw new OptionError("--access-log-deliveries needs --access-log, the folder of the buckets");
  }
  return { deliveries: readDeliveries(accessLogDeliveries), streams: readStreams(logStreams) };
}

function readStreams(table: string): ReadonlyMap<string, StreamTarget> {
  const streams = new Map<string, StreamTarget>();
  for (const row of table === "" ? [] : table.split(",")) {
    const equals = row.indexOf("=");
    const arn = row.slice(0, equals);
    if (streams.has(arn)) throw new OptionError(`--log-streams has ${arn} twice`);
    streams.set(arn, targetOf(row.slice(equals + 1)));
  }
  return streams;
}

function targetOf(text: string): StreamTarget {
  if (text.startsWith("unix:")) return { socket: { path: text.slice("unix:".length) } };
  if (!text.startsWith("tcp:")) return { file: text };
  const [, host = "", port = ""] = /^tcp:(?:\/\/)?\[?([^\]]+?)\]?:(\d+)$/.exec(text) ?? [];
  if (host === "" || Number(port) < 1 || Number(port) > 65_535) {
    throw new OptionError(`--log-streams: a TCP socket is written tcp:HOST:PORT, got "${text}"`);
  }
  return { socket: { host, port: Number(port) } };
}

function readDeliveries(file: string): readonly LogDelivery[] {
  if (file === "") return [];
  try {
    const value: unknown = parseStrictJson(readFileSync(file, "utf8"));
    if (!Array.isArray(value)) throw new Error("it must hold a list in JSON");
    return value.map((entry: unknown, index) => {
      try {
        return deliveryOf(entry);
      } catch (error) {
        throw new Error(`entry ${index + 1}: ${(error as Error).message}`, { cause: error });
      }
    });
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot use --access-log-deliveries ${file}: ${message}`, {
      cause: error,
    });
  }
}

const members = [
  "logType",
  "distributionId",
  "bucket",
  "suffixPath",
  "outputFormat",
  "recordFields",
  "fieldDelimiter",
];
const forms: readonly string[] = ["json", "plain", "w3c"] satisfies AccessForm[];
const bucketName = /^[a-z0-9][a-z0-9.-]{2,62}$/;
const variables = /\{[^}]*\}/g;
const knownVariables = /^\{(account-id|DistributionId|distributionid|yyyy|MM|dd|HH)\}$/;

/** @throws Error, saying what is wrong */
function deliveryOf(entry: unknown): LogDelivery {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw new Error("it must be an object");
  }
  const unknown = Object.keys(entry).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw new Error(`there is no member "${unknown}": it takes ${members.join(", ")}`);
  }
  const given = entry as Record<string, unknown>;
  const text = (name: string, fallback: string): string => {
    const value = given[name] ?? fallback;
    if (typeof value !== "string") throw new Error(`${name} must be a text`);
    return value;
  };
  const bucket = text("bucket", "");
  if (!bucketName.test(bucket)) {
    throw new Error(`bucket must be the name of an S3 bucket, got "${bucket}"`);
  }
  const form = text("outputFormat", "w3c");
  if (!forms.includes(form)) {
    throw new Error(`outputFormat must be json, plain or w3c, got "${form}"`);
  }
  const suffixPath = text("suffixPath", "");
  const variable = suffixPath.match(variables)?.find((found) => !knownVariables.test(found));
  if (variable !== undefined) {
    throw new Error(
      `suffixPath takes {account-id}, {DistributionId}, {yyyy}, {MM}, {dd} and {HH}, got ${variable}`,
    );
  }
  const delimiter = text("fieldDelimiter", "\t");
  if (delimiter === "" || /[\n\r%A-Za-z0-9]/.test(delimiter)) {
    throw new Error("fieldDelimiter must be characters other than letters, digits and %");
  }
  const distributionId = text("distributionId", "");
  return {
    distributionId: distributionId === "" ? undefined : distributionId,
    bucket,
    suffixPath,
    lines: linesOf(text("logType", "ACCESS_LOGS"), {
      form: form as AccessForm,
      fields: fieldsOf(given["recordFields"]),
      delimiter,
    }),
  };
}

interface ChosenForm {
  readonly form: AccessForm;
  /** Undefined for all that are usual. */
  readonly fields: readonly string[] | undefined;
  readonly delimiter: string;
}

/** @param type as AWS's delivery sources are told apart */
function linesOf(type: string, { fields, ...form }: ChosenForm): LogDelivery["lines"] {
  switch (type) {
    case "ACCESS_LOGS": {
      const chosen = { ...form, fields: fields ?? standardFields, table: fieldTable };
      return { type, format: accessFormat(chosen) };
    }
    case "CONNECTION_LOGS": {
      const chosen = { ...form, fields: fields ?? connectionFields, table: connectionFieldTable };
      return { type, format: accessFormat(chosen) };
    }
    default:
      throw new Error(`logType must be ACCESS_LOGS or CONNECTION_LOGS, got "${type}"`);
  }
}

function fieldsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0) {
    throw new Error("recordFields must be a list of fields' names");
  }
  return value.map(String);
}
