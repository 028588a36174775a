/** Who may sign URLs and cookies: trusted key groups and, the legacy way, trusted signers. */
import { behaviorsOf } from "../../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Quotas } from "../../quotas.ts";
import type { Behavior } from "./complete-behavior.ts";
import type { Draft } from "./draft.ts";

export function checkTrust({ config, quotas }: Draft): void {
  for (const behavior of behaviorsOf(config)) {
    checkSwitch(behavior, "TrustedKeyGroups");
    checkSwitch(behavior, "TrustedSigners");
    checkSigners(behavior, quotas);
    const count = behavior.TrustedKeyGroups?.Items?.length ?? 0;
    if (count > quotas.keyGroupsPerCacheBehavior) {
      throw new ApiError(
        "TooManyKeyGroupsAssociatedToDistribution",
        `A cache behavior has ${count} trusted key groups, and the limit is ${quotas.keyGroupsPerCacheBehavior}`,
      );
    }
  }
}

function checkSwitch(behavior: Behavior, name: "TrustedKeyGroups" | "TrustedSigners"): void {
  const { Enabled = false, Items = [] } = behavior[name] ?? {};
  if (Enabled === Items.length > 0) return;
  throw new InvalidArgument(
    `The parameter ${name} must have items when Enabled is true and none when it is false, got Enabled ${Enabled} and ${Items.length} items`,
  );
}

function checkSigners({ TrustedSigners }: Behavior, quotas: Quotas): void {
  const signers = TrustedSigners?.Items ?? [];
  if (signers.length > quotas.trustedSignersPerCacheBehavior) {
    throw new ApiError(
      "TooManyTrustedSigners",
      `A cache behavior has ${signers.length} trusted signers, and the limit is ${quotas.trustedSignersPerCacheBehavior}`,
    );
  }
  const wrong = signers.find((signer) => signer !== "self" && !/^\d{12}$/.test(signer));
  if (wrong === undefined) return;
  throw new ApiError(
    "TrustedSignerDoesNotExist",
    `One or more of your trusted signers don't exist. A signer is an account number of 12 digits or "self", got "${wrong}"`,
  );
}
