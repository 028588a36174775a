/** Calls of a node's API, by the names and members of the operations, whatever carries them. */
import {
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationSchema,
} from "../../schema/operation-table.ts";
import type { KeyValueStoreOperationName, OperationName } from "../../schema/operations.ts";
import type { Member, Shape } from "../../schema/shape.ts";
import { flattened, listedMember, membersOf } from "../../wire/body-layout.ts";
import { snakeCase } from "../../wire/json/json-names.ts";

export type Members = Readonly<Record<string, unknown>>;

export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With its labels encoded, without a query. */
  readonly path: string;
  /** Not yet encoded. */
  readonly query: Readonly<Record<string, string>>;
  /** JSON; empty where there is none. */
  readonly body: string;
  readonly ifMatch?: string | undefined;
}

/** What an answer says was wrong. */
export class RefusedCall extends Error {
  override readonly name = "RefusedCall";
  /** Like NO_SUCH_DISTRIBUTION. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(`${code}: ${message}`);
    this.code = code;
    this.status = status;
  }
}

/**
 * Sends a call and reads its answer.
 *
 * @returns `data` of the JSON face
 * @throws RefusedCall, when the API answers an error; Error, when it can't be reached
 */
export type SendCall = (call: ApiCall) => Promise<unknown>;

export class Api {
  readonly send: SendCall;

  constructor(send: SendCall) {
    this.send = send;
  }

  /** @returns the output's members, those of its payload among them; a list's entries as `Items` */
  perform(name: OperationName, input: Members): Promise<Members> {
    return this.#perform(cloudFrontOperations.get(name)!, input);
  }

  /** Of the key value stores' data API. */
  performOnKeys(name: KeyValueStoreOperationName, input: Members): Promise<Members> {
    return this.#perform(keyValueStoreOperations.get(name)!, input);
  }

  /** @returns the output; undefined, when there is no such thing */
  async find(name: OperationName, input: Members): Promise<Members | undefined> {
    try {
      return await this.perform(name, input);
    } catch (error) {
      if (error instanceof RefusedCall && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @returns the entries of all pages */
  async list(name: OperationName): Promise<readonly Members[]> {
    const entries: Members[] = [];
    let marker: string | undefined;
    do {
      const page = await this.perform(name, marker === undefined ? {} : { Marker: marker });
      entries.push(...((page["Items"] ?? []) as readonly Members[]));
      marker = page["NextMarker"] as string | undefined;
    } while (marker !== undefined && marker !== "");
    return entries;
  }

  async #perform(operation: OperationSchema, input: Members): Promise<Members> {
    const data = await this.send(buildCall(operation, input));
    return readOutput(operation, (data ?? {}) as Members);
  }
}

function buildCall(
  { method, path, literalQuery, input: shape }: OperationSchema,
  input: Members,
): ApiCall {
  const query: Record<string, string> = Object.fromEntries(literalQuery);
  const body: Record<string, unknown> = {};
  let filled = path;
  let ifMatch: string | undefined;
  for (const { name, binding } of membersOf(shape)) {
    const value = input[name];
    if (value === undefined) continue;
    if (binding?.in === "label") {
      filled = filled.replace(`{${name}}`, encodeURIComponent(textOf(value)));
    } else if (binding?.in === "query") query[binding.name] = textOf(value);
    else if (binding?.in === "header" && binding.name === "If-Match") ifMatch = textOf(value);
    else body[name] = value;
  }
  return {
    method: method as ApiCall["method"],
    path: filled,
    query,
    body: Object.keys(body).length === 0 ? "" : JSON.stringify(body),
    ifMatch,
  };
}

function readOutput(operation: OperationSchema, data: Members): Members {
  const listed = listedMember(operation);
  const members = flattened(operation).filter((member) => member !== listed);
  const etag = data["etag"];
  return {
    ...readMembers(members, data),
    ...(etag !== undefined && { ETag: etag }),
    ...(listed !== undefined && { Items: readValue(data["items"] ?? [], listed.shape) }),
  };
}

function readMembers(members: Iterable<Member>, data: Members): Members {
  const known = [...members].filter(({ name }) => data[snakeCase(name)] !== undefined);
  return Object.fromEntries(
    known.map(({ name, shape }) => [name, readValue(data[snakeCase(name)], shape)]),
  );
}

function readValue(value: unknown, shape: Shape): unknown {
  if (shape.kind === "structure") return readMembers(shape.members.values(), value as Members);
  if (shape.kind === "list") {
    return (value as readonly unknown[]).map((item) => readValue(item, shape.entry.shape));
  }
  return value;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
