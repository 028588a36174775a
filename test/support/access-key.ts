/** An access key in a state of its own, and its credentials. */
import { newAccessKey } from "../../src/control/access/new-access-key.ts";
import { applyChange } from "../../src/state/apply-change.ts";
import type { Fact } from "../../src/state/change.ts";
import { emptyState, type State } from "../../src/state/state.ts";
import type { Credentials } from "./signed-request.ts";

export const testSecretKey = new Uint8Array(32).fill(7);

export function policyText(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export const allowAll = policyText({ Effect: "Allow", Action: "*", Resource: "*" });

export function withFact(state: State, fact: Fact): State {
  const cause = { operation: "Test", requestId: "", principal: "", sourceIp: "" };
  const at = "2026-01-01T00:00:00.000Z";
  return applyChange(state, { ...fact, at, cause }, state.revision + 1);
}

/** @returns the state with one key more, and what signs in its name */
export function withKey(
  state: State = emptyState("000000000000"),
  policy: string = allowAll,
  options: { readonly user?: string; readonly expires?: Date } = {},
): { readonly state: State; readonly credentials: Credentials } {
  const made = newAccessKey({ secretKey: testSecretKey, policy, ...options });
  const { accessKeyId, secretAccessKey, sessionToken } = made;
  return {
    state: withFact(state, made.fact),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  };
}
