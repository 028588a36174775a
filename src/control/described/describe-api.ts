/**
 * The description of the API, /openapi.json: AWS's operations, and the calls that are ours. It is loaded when somebody
 * asks for it; a node starts without.
 */
import type { KeyValueStoreOperationName, OperationName } from "../../schema/operations.ts";
import { buildOpenApi } from "../../wire/openapi.ts";
import {
  describedConnectionVersionCalls,
  describedVersionCalls,
} from "../function-versions/described-version-calls.ts";
import { describedRehearsalCalls } from "../rehearsal/described-rehearsal-calls.ts";
import { describedStackCalls } from "../stacks/described-stack-calls.ts";
import { describedWaveCalls } from "../waves/described-wave-calls.ts";
import { describedAccountCalls } from "./described-account-calls.ts";
import { describedCacheCalls } from "./described-cache-calls.ts";
import { describedCodeCalls } from "./described-code-calls.ts";
import { describedHealthCalls } from "./described-health-calls.ts";
import { describedLogCalls } from "./described-log-calls.ts";
import { describedNodeCalls } from "./described-node-calls.ts";
import { describedTraceCalls } from "./described-trace-calls.ts";
import type { Described } from "./described.ts";

const descriptions = {
  ...describedAccountCalls,
  ...describedCacheCalls,
  ...describedCodeCalls,
  ...describedHealthCalls,
  ...describedLogCalls,
  ...describedNodeCalls,
  ...describedRehearsalCalls,
  ...describedStackCalls,
  ...describedTraceCalls,
  ...describedVersionCalls,
  ...describedWaveCalls,
  listConnectionVersions: describedConnectionVersionCalls.listVersions,
  readConnectionVersion: describedConnectionVersionCalls.readVersion,
  publishConnection: describedConnectionVersionCalls.publish,
  rollBackConnection: describedConnectionVersionCalls.rollBack,
} satisfies Readonly<Record<string, Described>>;

/** What a call's row names its description by. */
export type DescriptionName = keyof typeof descriptions;

/** What the port takes. */
export interface ApiParts {
  readonly cloudFront: readonly OperationName[];
  readonly keyValueStores: readonly KeyValueStoreOperationName[];
  /** By method and path, like `GET /openapi.json`. */
  readonly ours: Readonly<Record<string, { readonly described: DescriptionName }>>;
}

/** @param serverUrl where the API is, without a trailing slash */
export function describeApi({ ours, ...operations }: ApiParts, serverUrl: string): object {
  const described = Object.entries(ours).map(([key, { described: name }]) => {
    const [method = "", path = ""] = key.split(" ");
    const call: Described = descriptions[name];
    return { ...call, method: method as "GET" | "POST", path };
  });
  return buildOpenApi({ ...operations, ours: described }, serverUrl);
}
