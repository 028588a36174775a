/**
 * Describes the JSON face of the supported operations as OpenAPI 3.1, from the same tables that
 * decode and encode its calls; so the description cannot say anything else than the server does.
 *
 * OpenAPI knows a path and a method only once. Operations that share both and differ by a query
 * key (`?WithTags`) become one entry, with that key as a parameter and both bodies; and labels of
 * one place in a path get one name.
 */
import {
  apiVersion,
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationSchema,
} from "../schema/operation-table.ts";
import type { KeyValueStoreOperationName, OperationName } from "../schema/operations.ts";
import type { Member } from "../schema/shape.ts";
import { bodyLayout, flattened, listedMember, membersOf } from "./body-layout.ts";
import { creationMembers } from "./json/json-data.ts";
import { describeParameters } from "./openapi/openapi-parameters.ts";
import { OpenApiSchemas, type JsonSchema } from "./openapi/openapi-schemas.ts";
import { publishExamples } from "./openapi/openapi-examples.ts";

/** What the description is of. */
export interface DescribedApi {
  readonly cloudFront: readonly OperationName[];
  readonly keyValueStores: readonly KeyValueStoreOperationName[];
  /** Calls that no model has. */
  readonly ours: readonly DescribedCall[];
}

export interface DescribedCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Of the path's labels, like `{name}`; absent where it has none. */
  readonly labels?: Readonly<Record<string, JsonSchema>>;
  readonly query?: Readonly<Record<string, JsonSchema>>;
  /** What If-Match must be; absent where none is wanted. */
  readonly ifMatch?: string;
  /** Of the JSON body; absent where none is read. */
  readonly body?: JsonSchema;
  /** Of `data`; absent where the answer has no envelope. */
  readonly data?: JsonSchema;
  /** Whether it goes on with a line of the same form whenever there is something to tell. */
  readonly isLive?: true;
}

/** @param serverUrl where the API is, without a trailing slash */
export function buildOpenApi(
  { cloudFront, keyValueStores, ours }: DescribedApi,
  serverUrl: string,
): object {
  const schemas = new OpenApiSchemas();
  const paths: Record<string, Record<string, object>> = {};
  const operations = [
    ...cloudFront.map((name) => cloudFrontOperations.get(name)!),
    ...keyValueStores.map((name) => keyValueStoreOperations.get(name)!),
  ];
  for (const [path, methods] of groupByPath(operations)) {
    paths[path] = {};
    for (const [method, group] of methods) {
      paths[path][method.toLowerCase()] = describe(group, path, schemas);
    }
  }
  for (const call of ours) {
    paths[call.path] = { ...paths[call.path], [call.method.toLowerCase()]: describeCall(call) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Footlight",
      version: apiVersion,
      description:
        "The CloudFront API, as JSON. Ask for it with `Accept: application/json`, or send a JSON body " +
        "(under /key-value-stores/, AWS's clients send one too: there only `Accept` counts). " +
        "Members of bodies may also be given in PascalCase, as in the AWS documentation.",
    },
    servers: [{ url: serverUrl }],
    paths,
    components: { schemas: { ...schemas.components, Error: errorSchema } },
  };
}

/** Path (one spelling for each) → method → its operations, those without query keys first. */
function groupByPath(
  operations: readonly OperationSchema[],
): ReadonlyMap<string, ReadonlyMap<string, readonly OperationSchema[]>> {
  const sorted = operations.toSorted(
    (a, b) => compare(a.path, b.path) || a.literalQuery.size - b.literalQuery.size,
  );
  const spellings = new Map<string, string>();
  const paths = new Map<string, Map<string, OperationSchema[]>>();
  for (const operation of sorted) {
    const place = operation.path.replaceAll(/\{\w+\}/g, "{}");
    const path = spellings.get(place) ?? operation.path;
    spellings.set(place, path);
    const methods = paths.get(path) ?? new Map<string, OperationSchema[]>();
    paths.set(path, methods);
    methods.set(operation.method, [...(methods.get(operation.method) ?? []), operation]);
  }
  return paths;
}

function describe(
  operations: readonly OperationSchema[],
  path: string,
  schemas: OpenApiSchemas,
): object {
  const [first] = operations as [OperationSchema];
  const body = describeBody(operations, schemas);
  const isData = first.service === "cloudfront-keyvaluestore";
  return {
    // Both services have a DescribeKeyValueStore, and ids must differ.
    operationId: isData ? `KeyValueStore${first.name}` : first.name,
    summary: operations.map(({ name }) => name).join(", "),
    tags: [path.split("/")[isData ? 1 : 2]],
    parameters: describeParameters(operations, path, schemas),
    ...(body && { requestBody: body }),
    responses: {
      [first.status === 204 ? 200 : first.status]: {
        description: "Done",
        content: json(
          envelope(anyOf(operations.map((operation) => describeData(operation, schemas)))),
          publishExamples[first.name]?.done,
        ),
      },
      default: {
        description: "Refused, or failed",
        content: json({ $ref: "#/components/schemas/Error" }, publishExamples[first.name]?.refused),
      },
    },
  };
}

function describeCall(call: DescribedCall): object {
  const { operationId, summary, labels = {}, query = {}, ifMatch, body, data, isLive } = call;
  const answer = data ? envelope(data) : { type: "object" };
  const inPath = Object.entries(labels).map(([name, schema]) => {
    return { name, in: "path", required: true, schema };
  });
  const header = { type: "string", description: ifMatch };
  const inHeader = { name: "If-Match", in: "header", required: true, schema: header };
  return {
    operationId,
    summary,
    tags: ["footlight"],
    parameters: [
      ...inPath,
      ...Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema })),
      ...(ifMatch === undefined ? [] : [inHeader]),
    ],
    ...(body && { requestBody: { required: true, content: json(body) } }),
    responses: {
      200: isLive
        ? { description: liveDescription, content: { "application/x-ndjson": { schema: answer } } }
        : { description: "Done", content: json(answer) },
      default: {
        description: "Refused, or failed",
        content: json({ $ref: "#/components/schemas/Error" }),
      },
    },
  };
}

const liveDescription =
  "A line of this form at once, and another whenever there is something to tell, for as long as it is read; without news every five seconds. Where it is refused later its last line is an Error";

function envelope(data: JsonSchema): JsonSchema {
  return {
    type: "object",
    required: ["success", "data"],
    properties: { success: { const: true }, data },
  };
}

function describeBody(
  operations: readonly OperationSchema[],
  schemas: OpenApiSchemas,
): object | undefined {
  const bodies = operations.flatMap(({ input }) => {
    const { payload, inBody } = bodyLayout(input);
    const ifMatch = membersOf(input).filter((member) => isIfMatch(member));
    const members = payload ? [payload] : inBody;
    if (members.length + ifMatch.length === 0) return [];
    return [
      schemas.objectOf([...members, ...ifMatch.map((member) => ({ ...member, required: false }))]),
    ];
  });
  if (bodies.length === 0) return undefined;
  const required = operations.some(({ input }) => {
    const { payload, inBody } = bodyLayout(input);
    return payload?.required || inBody.some((member) => member.required);
  });
  return { required, content: json(anyOf(bodies)) };
}

function isIfMatch({ binding }: Member): boolean {
  return binding?.in === "header" && binding.name === "If-Match";
}

function describeData(operation: OperationSchema, schemas: OpenApiSchemas): JsonSchema {
  const listed = listedMember(operation);
  const members = flattened(operation).map((member) =>
    member === listed ? { ...member, name: "Items", required: true } : member,
  );
  const { required = [], properties = {} } = schemas.objectOf(members, "answer");
  const hasTime = hasCreationTime(members);
  return {
    type: "object",
    required: ["id", ...required.filter((name) => name !== "id" && name !== "etag")],
    properties: {
      id: { type: "string", description: "The resource's id or name" },
      ...(hasTime && {
        created_at: { type: "string", format: "date-time", description: "UTC, whole seconds" },
      }),
      etag: { type: "string", description: "The resource's version, for If-Match" },
      ...properties,
    },
  };
}

function hasCreationTime(members: readonly Member[]): boolean {
  return members.some(
    ({ name, shape }) =>
      creationMembers.includes(name) ||
      (shape.kind === "structure" && hasCreationTime(membersOf(shape))),
  );
}

const errorSchema = {
  type: "object",
  required: ["success", "error"],
  properties: {
    success: { const: false },
    error: {
      type: "object",
      required: ["code", "message", "request_id"],
      properties: {
        code: {
          type: "string",
          description: "VALIDATION_ERROR, or AWS's code like NO_SUCH_FUNCTION_EXISTS",
        },
        message: { type: "string" },
        request_id: { type: "string" },
      },
    },
  },
};

function json(schema: JsonSchema | object, example?: object): object {
  return { "application/json": { schema, ...(example && { example }) } };
}

/** Operations that share a path often answer the same; each description stands once. */
function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return distinct.length === 1 ? distinct[0]! : { anyOf: distinct };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
