import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudFrontOperations, keyValueStoreOperations } from "../schema/operation-table.ts";
import type { KeyValueStoreOperationName, OperationName } from "../schema/operations.ts";
import { encodeOutput } from "./encode-output.ts";
import { buildOpenApi, type DescribedApi } from "./openapi.ts";

interface Described {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
}
interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
type Content = Readonly<
  Record<string, { readonly schema: Schema; readonly example?: { readonly data: object } }>
>;

const all = [...cloudFrontOperations.keys()] as OperationName[];

const allOfStores = [...keyValueStoreOperations.keys()] as KeyValueStoreOperationName[];

function describe(...cloudFront: OperationName[]): Described {
  return describeApi({ cloudFront });
}

function describeApi(api: Partial<DescribedApi>): Described {
  const nothing = { cloudFront: [], keyValueStores: [], ours: [] };
  return buildOpenApi({ ...nothing, ...api }, "http://127.0.0.1:4580") as Described;
}

test("buildOpenApi() describes the supported operations and no others", () => {
  const described = describe("PublishFunction", "GetFunction");
  assert.equal(described.openapi, "3.1.0");
  assert.equal(described.servers[0]?.url, "http://127.0.0.1:4580");
  assert.deepEqual(Object.keys(described.paths), [
    "/2020-05-31/function/{Name}",
    "/2020-05-31/function/{Name}/publish",
  ]);
});

test("buildOpenApi() has an entry for each operation of the model, and for its labels", () => {
  const { paths } = describe(...all);
  const summaries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map(({ summary, parameters }) => {
      const labels = [...path.matchAll(/\{(\w+)\}/g)].map(([, label = ""]) => label);
      const described = parameters.filter((parameter) => parameter.in === "path");
      assert.deepEqual(described.map(({ name }) => name).sort(), labels.sort(), path);
      return summary;
    }),
  );
  assert.deepEqual(summaries.join(", ").split(", ").sort(), all.toSorted());
  const places = Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, "{}"));
  assert.equal(new Set(places).size, places.length);
});

test("buildOpenApi() refers only to components that it holds", () => {
  const described = describe(...all);
  const references = [...JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
  assert.ok(references.length > 100);
  for (const [, name] of references) assert.ok(described.components.schemas[name!], name);
});

test("buildOpenApi() describes the data API of the key value stores, under ids of its own", () => {
  const { paths } = describeApi({ cloudFront: all, keyValueStores: allOfStores });
  const put = paths["/key-value-stores/{KvsARN}/keys/{Key}"]?.["put"];
  assert.equal(put?.summary, "PutKey");
  const schema = put.requestBody?.content["application/json"]?.schema;
  assert.deepEqual(Object.keys(schema?.properties ?? {}), ["value", "if_match"]);
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test("buildOpenApi() describes calls of ours, with the envelope where they have it", () => {
  const get = { method: "GET", query: { limit: { type: "integer" } } } as const;
  const { paths } = describeApi({
    ours: [
      { ...get, path: "/a", operationId: "A", summary: "a", data: { type: "object" } },
      { ...get, path: "/b", operationId: "B", summary: "b" },
    ],
  });
  const schemaOf = (path: string): Schema | undefined =>
    paths[path]?.["get"]?.responses["200"]?.content["application/json"]?.schema;
  assert.deepEqual(schemaOf("/a")?.required, ["success", "data"]);
  assert.deepEqual(schemaOf("/b"), { type: "object" });
  assert.equal(paths["/a"]?.["get"]?.parameters[0]?.name, "limit");
});

test("buildOpenApi() gives bodies in snake_case, with what is required and what is allowed", () => {
  const { paths } = describe("CreateFunction");
  const body = paths["/2020-05-31/function"]?.["post"]?.requestBody;
  const schema = body?.content["application/json"]?.schema;
  assert.equal(body?.required, true);
  assert.deepEqual(schema?.required, ["name", "function_config", "function_code"]);
  assert.deepEqual(schema?.properties?.["name"], {
    type: "string",
    minLength: 1,
    maxLength: 64,
    pattern: "^(?:[a-zA-Z0-9-_]{1,64})$",
  });
});

test("buildOpenApi() gives only patterns that every reader of JSON Schema understands", () => {
  const patterns: string[] = [];
  JSON.stringify(describe(...all), (key, value: unknown) => {
    if (key === "pattern" && typeof value === "string") patterns.push(value);
    return value;
  });
  assert.ok(patterns.length > 20);
  for (const pattern of patterns) assert.doesNotMatch(pattern, /\\p\{/i);
});

test("buildOpenApi() shows publishing by an example that has the answer's own members", () => {
  const { paths } = describe("PublishFunction");
  const publish = paths["/2020-05-31/function/{Name}/publish"]?.["post"];
  const content = publish?.responses["200"]?.content["application/json"];
  const time = new Date();
  const answer = encodeOutput(
    { operation: "PublishFunction", face: "json", input: {} },
    {
      FunctionSummary: {
        Name: "my-function",
        Status: "UNASSOCIATED",
        FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
        FunctionMetadata: {
          FunctionARN: "",
          Stage: "LIVE",
          CreatedTime: time,
          LastModifiedTime: time,
        },
      },
      ETag: "E1",
    },
    "request-1",
  );
  const { data } = JSON.parse(String(answer.body)) as { readonly data: object };
  assert.deepEqual(Object.keys(content?.example?.data ?? {}), Object.keys(data));
  const described = content?.schema.properties?.["data"]?.properties ?? {};
  for (const name of Object.keys(data)) assert.ok(described[name], name);
});
