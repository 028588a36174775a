/**
 * Connection functions: code that decides on viewers' TLS connections. Like functions they have a
 * DEVELOPMENT and a LIVE copy.
 */
import { resourceArn } from "../../../model/arn.ts";
import { ApiError } from "../../../model/errors.ts";
import type { Resource, ResourceConfigs } from "../../../model/resource.ts";
import type { FunctionConfig } from "../../../schema/shapes.ts";
import type { State } from "../../../state/state.ts";
import { checkFunctionConfig } from "../../functions/check-function.ts";
import { requireAssociated } from "../../key-value-stores/check-association.ts";
import { newPrefixedId } from "../resource-id.ts";
import type { Input, ResourceRow } from "../resource-row.ts";
import { distributionsNaming } from "../resource-users.ts";

type Config = ResourceConfigs["connection-function"];

export const connectionFunction: ResourceRow<"connection-function"> = {
  kind: "connection-function",
  label: "connection function",
  operations: {
    create: "CreateConnectionFunction",
    update: "UpdateConnectionFunction",
    delete: "DeleteConnectionFunction",
  },
  collection: "connection-function",
  errors: {
    missing: "EntityNotFound",
    exists: "EntityAlreadyExists",
    inUse: "CannotDeleteEntityWhileInUse",
    tooMany: "EntityLimitExceeded",
  },
  quota: "connectionFunctionsPerAccount",
  unique: ["Name"],
  enforced: { edge: "yes" },
  newId: () => newPrefixedId("cf"),
  readConfig,
  check: ({ Name, ConnectionFunctionConfig, ConnectionFunctionCode }, { state, quotas }) => {
    requireAssociated(ConnectionFunctionConfig ?? {}, `connection function "${Name}"`, state);
    const bytes = Buffer.byteLength(ConnectionFunctionCode, "base64");
    if (bytes <= quotas.connectionFunctionCodeBytes) return;
    throw new ApiError(
      "EntitySizeLimitExceeded",
      `The code is ${bytes} bytes long, and the limit is ${quotas.connectionFunctionCodeBytes}`,
    );
  },
  describe: (resource, state) => describeStage(resource, "DEVELOPMENT", state),
};

/** An update has no name, and keeps the one that is there. */
function readConfig(input: Input): Config {
  const { Name, ConnectionFunctionConfig, ConnectionFunctionCode } = input as {
    readonly Name?: string;
    readonly ConnectionFunctionConfig: FunctionConfig;
    readonly ConnectionFunctionCode: Uint8Array;
  };
  const ConnectionFunctionCodeText = Buffer.from(ConnectionFunctionCode).toString("base64");
  return {
    ...(Name !== undefined && { Name }),
    ConnectionFunctionConfig: checkFunctionConfig(ConnectionFunctionConfig),
    ConnectionFunctionCode: ConnectionFunctionCodeText,
  } as Config;
}

/** What a summary says of one copy. */
export function describeStage(
  { id, version, live }: Resource<"connection-function">,
  stage: "DEVELOPMENT" | "LIVE",
  state: State,
): Readonly<Record<string, unknown>> {
  const isAhead = stage === "DEVELOPMENT" && live?.version !== version;
  const users = distributionsNaming(state, "connection-function", id);
  return {
    ConnectionFunctionArn: resourceArn(state.account, "connection-function", id),
    Stage: stage,
    Status: isAhead ? "UNPUBLISHED" : users.length > 0 ? "DEPLOYED" : "UNASSOCIATED",
  };
}
