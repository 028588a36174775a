/**
 * The public keys whose signatures behaviors trust, by key group: what a signed URL or cookie names
 * by its key pair id is a key that is ready to verify with.
 *
 * A group is the same object as long as it has the same keys, so that a behavior's trust is known to
 * be valid by the object alone.
 *
 * Source: CloudFront Developer Guide, "Specify signers that can create signed URLs and signed cookies".
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import type { Resource } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";

/** By key pair id. */
export type KeyGroup = ReadonlyMap<string, KeyObject>;

type Stored = ReturnType<State["resources"]["get"]>;

interface ReadKey {
  readonly config: Resource<"public-key">["config"];
  /** Undefined for what is no key to verify signatures with. */
  readonly key: KeyObject | undefined;
}

/** Those of an account at one state: the same object where nothing of them has changed. */
export function trustedKeysOf(
  state: Pick<State, "resources">,
  previous?: TrustedKeys,
): TrustedKeys {
  return previous?.isOf(state) === true ? previous : new TrustedKeys(state, previous);
}

export class TrustedKeys {
  readonly #storedKeys: Stored;
  readonly #storedGroups: Stored;
  readonly #keys = new Map<string, ReadKey>();
  readonly #groups = new Map<string, KeyGroup>();

  /** What did not change since `previous` is taken over. */
  constructor({ resources }: Pick<State, "resources">, previous?: TrustedKeys) {
    this.#storedKeys = resources.get("public-key");
    this.#storedGroups = resources.get("key-group");
    for (const [id, { config }] of this.#storedKeys ?? []) {
      const known = previous === undefined ? undefined : previous.#keys.get(id);
      const encoded = config as ReadKey["config"];
      this.#keys.set(
        id,
        known?.config === encoded
          ? known
          : { config: encoded, key: readVerifyingKey(encoded.EncodedKey ?? "") },
      );
    }
    for (const [id, { config }] of this.#storedGroups ?? []) {
      const group = this.#groupOf((config as Resource<"key-group">["config"]).Items ?? []);
      const known = previous === undefined ? undefined : previous.#groups.get(id);
      this.#groups.set(id, known !== undefined && isSame(known, group) ? known : group);
    }
  }

  /** Whether this is what a state comes to. */
  isOf({ resources }: Pick<State, "resources">): boolean {
    return (
      this.#storedKeys === resources.get("public-key") &&
      this.#storedGroups === resources.get("key-group")
    );
  }

  find(groupId: string): KeyGroup | undefined {
    return this.#groups.get(groupId);
  }

  #groupOf(ids: readonly string[]): KeyGroup {
    const group = new Map<string, KeyObject>();
    for (const id of ids) {
      const key = this.#keys.get(id)?.key;
      if (key !== undefined) group.set(id, key);
    }
    return group;
  }
}

function isSame(one: KeyGroup, other: KeyGroup): boolean {
  return one.size === other.size && Array.from(one).every(([id, key]) => other.get(id) === key);
}

/**
 * @param pem a public key
 * @returns undefined for what is none that URLs are signed with: RSA, or ECDSA with P-256
 */
export function readVerifyingKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    const isKnown =
      key.asymmetricKeyType === "rsa" ||
      (key.asymmetricKeyType === "ec" && namedCurve === "prime256v1");
    return isKnown ? key : undefined;
  } catch {
    return undefined;
  }
}
