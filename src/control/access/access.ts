/**
 * Who calls, and what they may do: the first steps of an API call.
 *
 * A node started without `--auth` takes everyone for "anonymous", who may do everything; only web
 * pages of other sites may not. With `--auth sigv4` each request is signed by an access key, and may
 * do what the key's policy allows.
 *
 * An unknown key goes the same way as a known one, with a decoy for its secret, and is refused at
 * the end; so the time an answer takes tells nothing about which keys there are.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { decideAccess, parsePolicy, type AccessPolicy } from "../../model/access-policy.ts";
import { userArn, type AccessKey } from "../../model/access-key.ts";
import { ApiError } from "../../model/errors.ts";
import type { State } from "../../state/state.ts";
import type { ApiRequest } from "../../wire/api-message.ts";
import { checkTerms } from "../../wire/signature/check-terms.ts";
import { readSignature } from "../../wire/signature/read-signature.ts";
import { verifySignature } from "../../wire/signature/verify-signature.ts";
import { refuseForeignChange, refuseForeignPage } from "./foreign-page.ts";
import type { Permission } from "./permissions.ts";
import { openSecret, sealSecret } from "./sealed-secret.ts";

export interface Caller {
  /** The access key id, or "anonymous": who did it, in the audit. */
  readonly principal: string;
  /** @throws AccessDenied, unless every one of them is allowed */
  readonly require: (permissions: readonly Permission[]) => void;
  /** @throws AccessDenied, to a page of another site, which may change nothing: called before anything is kept of a call that only reads */
  readonly requireChange: () => void;
  /** For what goes on after the call was let in. @throws ApiError, once the key is deleted or has ended */
  readonly requireStanding: () => void;
}

/** @throws ApiError, when the request is not signed as it must be */
export type Authenticate = (request: ApiRequest) => Promise<Caller>;

/** For a node that asks for no signatures. @throws AccessDenied, to a page of another site */
export const trustEveryone: Authenticate = async (request) => {
  refuseForeignPage(request);
  return {
    principal: "anonymous",
    require: () => {},
    requireChange: () => refuseForeignChange(request),
    requireStanding: () => {},
  };
};

export interface SignedAccess {
  readonly state: () => State;
  readonly now: () => Date;
  /** 32 bytes, under which the secrets of the state's access keys are encrypted. */
  readonly secretKey: Uint8Array;
}

/** For a node that takes signed requests only. */
export function requireSignatures({ state, now, secretKey }: SignedAccess): Authenticate {
  const decoyId = "AKIADECOY";
  const decoy: AccessKey = {
    id: decoyId,
    user: "",
    sealedSecret: sealSecret(secretKey, decoyId, "d".repeat(40)),
    policy: "",
    createdTime: "",
  };
  return async (request) => {
    const signature = readSignature(request);
    checkTerms(request, signature, now());

    const known = state().accessKeys.get(signature.accessKeyId);
    const key = known ?? decoy;
    const secret = openSecret(secretKey, key.id, key.sealedSecret);
    const isSigned = await verifySignature(request, signature, secret);
    const isSession = tokenMatches(key, signature.sessionToken);

    if (known === undefined || !isSession) throw invalidToken();
    if (!isSigned) {
      throw new ApiError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      );
    }
    requireUnexpired(known, now());
    return callerWith(known, state().account, () => {
      if (!state().accessKeys.has(known.id)) throw invalidToken();
      requireUnexpired(known, now());
    });
  };
}

function invalidToken(): ApiError {
  return new ApiError(
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
  );
}

function requireUnexpired({ session }: AccessKey, now: Date): void {
  if (session && Date.parse(session.expiresTime) <= now.getTime()) {
    throw new ApiError("ExpiredToken", "The security token included in the request is expired");
  }
}

/** A permanent key takes no session token, and a temporary one needs its own. */
function tokenMatches({ session }: AccessKey, token: string | undefined): boolean {
  const given = createHash("sha256")
    .update(token ?? "")
    .digest();
  const expected = session
    ? Buffer.from(session.tokenHash, "hex")
    : createHash("sha256").update("").digest();
  const isSame = timingSafeEqual(given, expected);
  return isSame && (session === undefined) === (token === undefined);
}

function callerWith(key: AccessKey, account: string, requireStanding: () => void): Caller {
  const policy = policyOf(key);
  const require = (permissions: readonly Permission[]): void => {
    for (const { action, resource } of permissions) {
      const verdict = decideAccess(policy, action, resource);
      if (verdict === "allowed") continue;
      const on = resource === "*" ? "" : ` on resource: ${resource}`;
      const why =
        verdict === "denied"
          ? "with an explicit deny in an identity-based policy"
          : `because no identity-based policy allows the ${action} action`;
      const who = userArn(account, key);
      throw new ApiError(
        "AccessDenied",
        `User: ${who} is not authorized to perform: ${action}${on} ${why}`,
      );
    }
  };
  // No page can sign.
  return { principal: key.id, require, requireChange: () => {}, requireStanding };
}

/** A key never changes, so its policy is read once. */
const policies = new WeakMap<AccessKey, AccessPolicy>();

function policyOf(key: AccessKey): AccessPolicy {
  const read = policies.get(key) ?? parsePolicy(key.policy);
  policies.set(key, read);
  return read;
}
