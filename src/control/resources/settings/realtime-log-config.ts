/** Real-time log configurations: which fields of which share of requests go to a Kinesis stream. */
import { resourceArn } from "../../../model/arn.ts";
import { InvalidArgument } from "../../../model/errors.ts";
import type { State } from "../../../state/state.ts";
import type { Input, ResourceRow } from "../resource-row.ts";

export const realtimeLogConfig: ResourceRow<"realtime-log-config"> = {
  kind: "realtime-log-config",
  label: "real-time log configuration",
  operations: {
    create: "CreateRealtimeLogConfig",
    get: "GetRealtimeLogConfig",
    update: "UpdateRealtimeLogConfig",
    delete: "DeleteRealtimeLogConfig",
    list: "ListRealtimeLogConfigs",
  },
  errors: {
    missing: "NoSuchRealtimeLogConfig",
    exists: "RealtimeLogConfigAlreadyExists",
    inUse: "RealtimeLogConfigInUse",
    tooMany: "TooManyRealtimeLogConfigs",
  },
  quota: "realtimeLogConfigsPerAccount",
  enforced: { edge: "yes" },
  newId: ({ Name }) => String(Name),
  keyOf: nameOf,
  check: ({ Name = "", SamplingRate = 0, EndPoints = [], Fields = [] }) => {
    if (!/^[\w-]{1,64}$/.test(Name)) {
      throw new InvalidArgument(
        `The parameter Name must be 1 to 64 letters, digits, "-" and "_", got "${Name}"`,
      );
    }
    if (SamplingRate < 1 || SamplingRate > 100) {
      throw new InvalidArgument(
        `The parameter SamplingRate must be from 1 to 100 percent, got ${SamplingRate}`,
      );
    }
    if (EndPoints.length !== 1 || EndPoints[0]?.StreamType !== "Kinesis") {
      throw new InvalidArgument("The parameter EndPoints must have one, of StreamType Kinesis");
    }
    if (Fields.length === 0) {
      throw new InvalidArgument("The parameter Fields must name at least one field");
    }
  },
};

/**
 * Of a name and an ARN the name counts. The name is the id, and the end of the ARN; an ARN of another
 * account is no name here.
 */
function nameOf(input: Input, { account }: State): string {
  const { Name, ARN } = input as { readonly Name?: string; readonly ARN?: string };
  const prefix = resourceArn(account, "realtime-log-config", "");
  const name = Name || (ARN?.startsWith(prefix) ? ARN.slice(prefix.length) : ARN);
  if (!name) {
    throw new InvalidArgument("A real-time log configuration needs its Name or its ARN");
  }
  return name;
}
