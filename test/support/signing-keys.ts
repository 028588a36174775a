/** Key pairs that sign URLs and cookies, and the state that trusts them. */
import { generateKeyPairSync } from "node:crypto";
import { Map } from "immutable";
import type { Resource, ResourceKind } from "../../src/model/resource.ts";
import type { State } from "../../src/state/state.ts";

export interface SigningKey {
  /** The key pair id. */
  readonly id: string;
  /** Both in PEM. */
  readonly publicKey: string;
  readonly privateKey: string;
}

export function ecKey(id: string): SigningKey {
  return {
    id,
    ...generateKeyPairSync("ec", {
      namedCurve: "prime256v1",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "sec1", format: "pem" },
    }),
  };
}

/** The private key is in PKCS #1, which the AWS CLI wants. */
export function rsaKey(id: string, modulusLength = 2048): SigningKey {
  return {
    id,
    ...generateKeyPairSync("rsa", {
      modulusLength,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    }),
  };
}

/** What a behavior says of the groups that it trusts. */
export function trustedGroups(...ids: readonly string[]): {
  readonly TrustedKeyGroups: { Enabled: boolean; Quantity: number; Items: string[] };
} {
  return { TrustedKeyGroups: { Enabled: true, Quantity: ids.length, Items: [...ids] } };
}

/** The state with these keys, and with key groups of the ids of theirs. */
export function withKeyGroups(
  state: State,
  keys: readonly SigningKey[],
  groups: Readonly<Record<string, readonly string[]>>,
): State {
  const publicKeys = keys.map(({ id, publicKey }) =>
    resource("public-key", id, { CallerReference: id, Name: id, EncodedKey: publicKey }),
  );
  const keyGroups = Object.entries(groups).map(([id, items]) =>
    resource("key-group", id, { Name: id, Items: [...items] }),
  );
  return {
    ...state,
    resources: state.resources
      .set("public-key", Map(publicKeys.map((each) => [each.id, each])))
      .set("key-group", Map(keyGroups.map((each) => [each.id, each]))),
  };
}

function resource<Kind extends ResourceKind>(
  kind: Kind,
  id: string,
  config: Resource<Kind>["config"],
): Resource {
  const at = "2026-01-01T00:00:00.000Z";
  return {
    kind,
    id,
    config,
    attributes: {},
    version: 1,
    deployRevision: 1,
    createdTime: at,
    lastModifiedTime: at,
  };
}
