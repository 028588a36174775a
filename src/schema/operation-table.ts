/**
 * The operations at run time: how each is called over HTTP, and what it takes and answers. Read
 * from the operation schemas that the AWS SDK packages export, all of them at once.
 */
import * as cloudFront from "@aws-sdk/client-cloudfront";
import * as keyValueStore from "@aws-sdk/client-cloudfront-keyvaluestore";
import { NormalizedSchema } from "@smithy/core/schema";
import type { ServiceConstraints } from "./constraint.ts";
import { cloudFrontConstraints, keyValueStoreConstraints } from "./constraints.ts";
import { cloudFrontMemberOrder } from "./member-order.ts";
import { SchemaReorderer, type MemberOrder, type SchemaPart } from "./model-order.ts";
import { ShapeBuilder, type StructureShape } from "./shape.ts";

/** The CloudFront API, and the data API of its key value stores. */
export type ServiceName = "cloudfront" | "cloudfront-keyvaluestore";

export interface OperationSchema {
  readonly service: ServiceName;
  readonly name: string;
  readonly method: string;
  /** The path with its labels, like `/2020-05-31/function/{Name}/publish`; without a query. */
  readonly path: string;
  /** Query keys that tell the operation from others of its path, like `WithTags` (value ""). */
  readonly literalQuery: ReadonlyMap<string, string>;
  /** The status of success. */
  readonly status: number;
  /** Absent when the operation takes, or answers, nothing. */
  readonly input: StructureShape | undefined;
  readonly output: StructureShape | undefined;
  readonly inputSchema: NormalizedSchema;
  /** With its members in the model's order, for writers. */
  readonly outputSchema: NormalizedSchema;
}

export type OperationTable = ReadonlyMap<string, OperationSchema>;

/** What `<Name>$` holds for an operation; other schemas begin with another number. */
type StaticOperationSchema = readonly [
  9,
  string,
  string,
  { readonly http: readonly [string, string, number] },
  unknown,
  unknown,
];

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

function buildTable(
  service: ServiceName,
  sdk: Readonly<Record<string, unknown>>,
  constraints: ServiceConstraints,
  order: MemberOrder,
): OperationTable {
  const shapes = new ShapeBuilder(constraints, order);
  const reorderer = new SchemaReorderer(order);
  const operations = Object.values(sdk).filter(isOperationSchema);
  return new Map(
    operations.map(([, , name, { http }, input, output]) => {
      const [method, template, status] = http;
      const [path, query] = template.split("?") as [string, string | undefined];
      const inputSchema = NormalizedSchema.of(input as SchemaRef);
      const outputSchema = NormalizedSchema.of(reorderer.copy(output as SchemaPart) as SchemaRef);
      const schema: OperationSchema = {
        service,
        name,
        method,
        path,
        literalQuery: new Map(new URLSearchParams(query)),
        status,
        input: shapes.structure(inputSchema),
        output: shapes.structure(NormalizedSchema.of(output as SchemaRef)),
        inputSchema,
        outputSchema,
      };
      return [name, schema];
    }),
  );
}

function isOperationSchema(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

export const cloudFrontOperations: OperationTable = buildTable(
  "cloudfront",
  cloudFront,
  cloudFrontConstraints,
  cloudFrontMemberOrder,
);

export const keyValueStoreOperations: OperationTable = buildTable(
  "cloudfront-keyvaluestore",
  keyValueStore,
  keyValueStoreConstraints,
  {},
);

/** The version of the CloudFront API, with which its paths begin. */
export const apiVersion = "2020-05-31";

/** The XML namespace of the CloudFront API. */
export const xmlNamespace: string = `http://cloudfront.amazonaws.com/doc/${apiVersion}/`;
