/**
 * Who may sign URLs and cookies for a cache behavior, which nobody may ask without a signature then.
 *
 * A group that is not there, or has no key, lets nobody in: it never opens what it closes.
 *
 * Source: CloudFront Developer Guide, "Specify signers that can create signed URLs and signed cookies".
 */
import type { BehaviorConfig } from "./forward-selection.ts";
import type { Policies } from "./policies.ts";
import type { KeyGroup } from "./trusted-keys.ts";

/** Whoever has a key of any of them. */
export interface Trust {
  readonly groups: readonly KeyGroup[];
  /** The legacy way: account numbers, or "self". Their keys are the node's to know (signer-keys.ts). */
  readonly signers: readonly string[];
}

/** Whether only signed URLs and cookies get what the behavior serves. */
export function isRestricted({
  TrustedKeyGroups,
  TrustedSigners,
}: Pick<BehaviorConfig, "TrustedKeyGroups" | "TrustedSigners">): boolean {
  return TrustedKeyGroups?.Enabled === true || TrustedSigners?.Enabled === true;
}

/** @returns undefined where anybody may ask */
export function trustOf(
  behavior: BehaviorConfig,
  policies: Pick<Policies, "findKeyGroup">,
): Trust | undefined {
  if (!isRestricted(behavior)) return undefined;
  const { TrustedKeyGroups, TrustedSigners } = behavior;
  const ids = TrustedKeyGroups?.Enabled === true ? (TrustedKeyGroups.Items ?? []) : [];
  const groups = ids.map((id) => policies.findKeyGroup(id)).filter((group) => group !== undefined);
  const signers = TrustedSigners?.Enabled === true ? (TrustedSigners.Items ?? []) : [];
  return { groups, signers };
}

export function trustsTheSame(one: Trust | undefined, other: Trust | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const areSame = (some: readonly unknown[], others: readonly unknown[]) =>
    some.length === others.length && some.every((each, index) => each === others[index]);
  return areSame(one.groups, other.groups) && areSame(one.signers, other.signers);
}
