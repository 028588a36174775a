/**
 * What has versions: functions, and connection functions, which the state keeps as resources. One thing is done to both, and each
 * has changes of its own that say so.
 */
import { buildArn, resourceArn } from "../../model/arn.ts";
import { asFunction } from "../../model/connection-function.ts";
import type { CloudFrontFunction } from "../../model/function.ts";
import type { Resource } from "../../model/resource.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { requireFunction } from "../functions/find-function.ts";
import {
  connectionFact,
  type VersionFact,
} from "../resources/connection-functions/connection-fact.ts";
import { connectionFunction as row } from "../resources/connection-functions/connection-function.ts";
import { requireResource } from "../resources/require-resource.ts";

export interface Versioned {
  readonly id: string;
  readonly fn: CloudFrontFunction;
  /** @returns the change that says it of this one */
  readonly asFact: (fact: VersionFact) => Fact;
}

/** @throws ApiError, when nothing has that name */
export type FindVersioned = (state: State, name: string) => Versioned;

export interface VersionedKind {
  readonly find: FindVersioned;
  /** @returns the ARN that a policy names it by, whether it is there or not */
  readonly resource: (name: string, state: State) => string;
}

export const functions: VersionedKind = {
  find: (state, name) => {
    const fn = requireFunction(state, name);
    return { id: name, fn, asFact: (fact) => fact };
  },
  resource: (name, { account }) => buildArn(account, "function", name),
};

/** By their id, or their name. */
export const connectionFunctions: VersionedKind = {
  find: (state, name) => {
    const resource = requireResource(row, state, { Identifier: name });
    const asFact = (fact: VersionFact): Fact => connectionFact(resource.id, fact);
    return { id: resource.id, fn: asFunction(resource), asFact };
  },
  resource: (name, state) => {
    const known = state.resources.get("connection-function")?.valueSeq() ?? [];
    const found = ([...known] as Resource<"connection-function">[]).find(
      ({ config }) => config.Name === name,
    );
    return resourceArn(state.account, "connection-function", found?.id ?? name);
  },
};
