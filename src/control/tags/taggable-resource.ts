/** Which resource an ARN names, and whether CloudFront keeps tags for it. */
import type { ArnKind } from "../../model/arn.ts";
import { ApiError } from "../../model/errors.ts";
import type { State } from "../../state/state.ts";

/** The kinds that take tags, as ARNs spell them, and whether one exists. */
const taggable: Partial<Record<ArnKind, (state: State, id: string) => boolean>> = {
  distribution: (state, id) => state.distributions.has(id),
  function: (state, name) => state.functions.has(name),
  "key-value-store": (state, id) => state.keyValueStores.has(id),
  "streaming-distribution": (state, id) => has(state, "streaming-distribution", id),
  vpcorigin: (state, id) => has(state, "vpc-origin", id),
  "anycast-ip-list": (state, id) => has(state, "anycast-ip-list", id),
  "distribution-tenant": (state, id) => has(state, "distribution-tenant", id),
  "connection-group": (state, id) => has(state, "connection-group", id),
  "trust-store": (state, id) => has(state, "trust-store", id),
  "connection-function": (state, id) => has(state, "connection-function", id),
};

type Kind = Parameters<State["resources"]["get"]>[0];

function has(state: State, kind: Kind, id: string): boolean {
  return state.resources.get(kind)?.has(id) ?? false;
}

/**
 * @throws InvalidArgument, when it is no ARN of this account, or of a kind that takes no tags
 * @throws NoSuchResource, when nothing has that ARN
 */
export function requireTaggable(state: State, arn: string | undefined): string {
  const [, partition, account, kind = "", id = ""] =
    /^arn:(aws|aws-cn):cloudfront::(\d+):([a-z-]+)\/(.+)$/.exec(arn ?? "") ?? [];
  const exists = Object.hasOwn(taggable, kind) ? taggable[kind as ArnKind] : undefined;
  if (arn === undefined || exists === undefined) {
    const kinds = Object.keys(taggable).join(", ");
    throw new ApiError(
      "InvalidArgument",
      `"${arn}" is no ARN of something that takes tags; those are of the form ` +
        `arn:aws:cloudfront::${state.account}:KIND/ID, KIND being one of ${kinds}`,
    );
  }
  if (partition !== "aws" || account !== state.account || !exists(state, id)) {
    throw new ApiError("NoSuchResource", `The specified resource does not exist. ARN: ${arn}`);
  }
  return arn;
}
