/** Makes access keys. What is secret about one leaves here once, for its owner, and is sealed. */
import { createHash } from "node:crypto";
import { randomBytes, randomText } from "../../base/random-pool.ts";
import { parsePolicy } from "../../model/access-policy.ts";
import type { Fact } from "../../state/change.ts";
import { sealSecret } from "./sealed-secret.ts";

export interface NewAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only for a temporary key. */
  readonly sessionToken?: string;
  readonly fact: Extract<Fact, { readonly type: "access-key-created" }>;
}

export interface NewAccessKeyInput {
  /** 32 bytes. */
  readonly secretKey: Uint8Array;
  /** Whom it is for; by default the key's id. */
  readonly user?: string;
  /** A policy document: JSON in IAM's form. */
  readonly policy: string;
  /** When it ends. It is a temporary key then, with a session token. */
  readonly expires?: Date;
}

/** The alphabets of AWS's own keys. */
const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const secretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @throws PolicyError, when the policy is not one that Footlight honors whole */
export function newAccessKey(input: NewAccessKeyInput): NewAccessKey {
  parsePolicy(input.policy);
  const { expires, secretKey, policy } = input;
  const id = `${expires ? "ASIA" : "AKIA"}${randomText(16, idAlphabet)}`;
  const secretAccessKey = randomText(40, secretAlphabet);
  const sessionToken = expires && randomBytes(96).toString("base64");
  const session = sessionToken && {
    tokenHash: createHash("sha256").update(sessionToken).digest("hex"),
    expiresTime: expires.toISOString(),
  };
  return {
    accessKeyId: id,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    fact: {
      type: "access-key-created",
      id,
      user: input.user ?? id,
      sealedSecret: sealSecret(secretKey, id, secretAccessKey),
      policy,
      ...(session && { session }),
    },
  };
}
