/**
 * CopyDistribution: a staging distribution that starts as its primary is, to try changes on.
 *
 * Viewers reach it by the primary's names, so it has no alternate domain names.
 */
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { Operation } from "../operation.ts";
import { requireDistribution, requireDistributionEtag } from "./find-distribution.ts";
import { createOn } from "./new-distribution.ts";

/**
 * @throws NoSuchDistribution, when there is no such primary distribution
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 * @throws InvalidArgument, when Staging is not true: copies are for staging alone
 * @throws every error of CreateDistribution
 */
export const copyDistribution: Operation<"CopyDistribution"> = async (input, context) =>
  createOn(
    (current) => {
      const primary = requireDistribution(current, input.PrimaryDistributionId);
      requireDistributionEtag(primary, input.IfMatch);
      if (input.Staging !== true) {
        throw new InvalidArgument("The parameter Staging must be true to copy a distribution");
      }
      const { config } = primary;
      if (config.Staging || config.ConnectionMode === "tenant-only") {
        const kind = config.Staging ? "a staging distribution" : "a multi-tenant distribution";
        throw new ApiError("InvalidArgument", `${primary.id} is ${kind}, which cannot be copied`);
      }
      return {
        ...config,
        CallerReference: input.CallerReference,
        Aliases: { Quantity: 0 },
        ContinuousDeploymentPolicyId: "",
        Staging: true,
        Enabled: input.Enabled ?? true,
      };
    },
    [],
    context,
  );
