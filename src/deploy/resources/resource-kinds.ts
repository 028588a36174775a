/** All types of CloudFront's resources that can be deployed. */
import { connectionFunctionRow, functionKind, functionRow } from "./function-kind.ts";
import { keyValueStoreKind } from "./key-value-store-kind.ts";
import { plainKind } from "./plain-kind.ts";
import { plainRows } from "./plain-rows.ts";
import type { ResourceKind } from "./resource-kind.ts";

export const resourceKinds: ReadonlyMap<string, ResourceKind> = new Map(
  [
    ...plainRows.map(plainKind),
    functionKind(functionRow),
    functionKind(connectionFunctionRow),
    keyValueStoreKind,
  ].map((kind) => [kind.type, kind]),
);
