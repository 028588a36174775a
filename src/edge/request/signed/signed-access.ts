/**
 * Refuses requests that a behavior serves to signed URLs and cookies only.
 *
 * The key is looked for first, then the policy is read, then the signature verified, and then it counts
 * what the policy says: what fails first is what the viewer is told. Each is bounded: a policy's length,
 * and the number of spellings of the URL that a canned policy may have been made for.
 *
 * Source: CloudFront Developer Guide, "Use signed URLs" and "Use signed cookies"; captured responses.
 */
import { verify, type KeyObject } from "node:crypto";
import type { Clock } from "../../../base/clock.ts";
import { RecentMap } from "../../../base/recent-map.ts";
import { refusals, type Refusal } from "../../answer/refusals.ts";
import type { Trust } from "../../deployment/trust.ts";
import type { ViewerRequest } from "../../viewer-request.ts";
import { credentialOf, type Credential } from "./credential.ts";
import {
  allows,
  cannedPolicy,
  isDuring,
  readCustomPolicy,
  readExpires,
  type CustomPolicy,
} from "./policy.ts";
import type { AskedUrl } from "./resource-pattern.ts";
import type { SignerKeys } from "./signer-keys.ts";
import { decodeUrlSafeBase64 } from "./url-safe-base64.ts";

/** What is asked of a viewer's request. */
export type SignedRequest = Pick<
  ViewerRequest,
  "scheme" | "hostHeader" | "path" | "querystring" | "headers" | "ip" | "isWebSocket"
>;

/** Characters of a policy in base64: a URL is no longer than that, and no browser's cookie. */
const policyMax = 8192;

/** Custom policies that were verified lately, which pages send with each of their requests; a generation, by key. */
const rememberedPolicies = 256;

export class SignedAccess {
  readonly #signerKeys: SignerKeys;
  readonly #now: Clock;
  /** By what was sent: only what verified, so that nobody can fill it who can't sign. */
  readonly #verified = new WeakMap<KeyObject, RecentMap<string, CustomPolicy>>();

  constructor(signerKeys: SignerKeys, now: Clock) {
    this.#signerKeys = signerKeys;
    this.#now = now;
  }

  /** @returns undefined when the request is validly signed */
  refuse(trust: Trust, viewer: SignedRequest): Refusal | undefined {
    const credential = credentialOf(viewer);
    const { values } = credential;
    const id = values.get("Key-Pair-Id") ?? "";
    if (!/^[A-Z0-9]{1,128}$/.test(id)) return refusals.missingKey;
    const key = this.#findKey(trust, id);
    if (key === undefined) return refusals.unknownKey;
    if (credential.isAmbiguous) return refusals.notSigned;
    return values.has("Policy")
      ? this.#refuseCustom(key, credential, viewer)
      : this.#refuseCanned(key, credential, viewer);
  }

  #findKey({ groups, signers }: Trust, id: string): KeyObject | undefined {
    for (const group of groups) {
      const key = group.get(id);
      if (key !== undefined) return key;
    }
    for (const signer of signers) {
      const key = this.#signerKeys.get(signer)?.get(id);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  #refuseCustom(
    key: KeyObject,
    credential: Credential,
    viewer: SignedRequest,
  ): Refusal | undefined {
    const { values } = credential;
    const sent = values.get("Policy") ?? "";
    if (sent.length > policyMax) return refusals.malformedPolicy;
    const all = `${values.get("Hash-Algorithm") ?? ""} ${values.get("Signature") ?? ""} ${sent}`;
    let policy = this.#verified.get(key)?.get(all);
    if (policy === undefined) {
      const bytes = decodeUrlSafeBase64(sent);
      policy = bytes && readCustomPolicy(bytes);
      if (bytes === undefined || policy === undefined) return refusals.malformedPolicy;
      const refusal = refuseSignature(key, credential, [bytes]);
      if (refusal !== undefined) return refusal;
      this.#remember(key, all, policy);
    }
    const isAllowed = allows(policy, askedUrl(viewer, credential), viewer.ip, this.#now());
    return isAllowed ? undefined : refusals.notSigned;
  }

  #refuseCanned(
    key: KeyObject,
    credential: Credential,
    viewer: SignedRequest,
  ): Refusal | undefined {
    const expires = credential.values.get("Expires");
    if (expires === undefined) return refusals.notSigned;
    const until = readExpires(expires);
    if (until === undefined) return refusals.malformedPolicy;
    if (!isDuring({ until, after: undefined }, this.#now())) return refusals.notSigned;
    const urls = spellingsOf(askedUrl(viewer, credential));
    const policies = urls.map((url) => Buffer.from(cannedPolicy(url, expires), "latin1"));
    return refuseSignature(key, credential, policies);
  }

  #remember(key: KeyObject, sent: string, policy: CustomPolicy): void {
    let ofKey = this.#verified.get(key);
    if (ofKey === undefined) {
      ofKey = new RecentMap<string, CustomPolicy>(rememberedPolicies);
      this.#verified.set(key, ofKey);
    }
    ofKey.set(sent, policy);
  }
}

/** @returns undefined when one of the policies is what was signed */
function refuseSignature(
  key: KeyObject,
  { values }: Credential,
  policies: readonly Buffer[],
): Refusal | undefined {
  const hash = hashes.get(values.get("Hash-Algorithm") ?? "SHA1");
  const sent = values.get("Signature") ?? "";
  if (hash === undefined || sent === "") return refusals.notSigned;
  const signature = decodeUrlSafeBase64(sent);
  if (signature === undefined) return refusals.malformedSignature;
  const isSigned = policies.some((policy) => verify(hash, policy, key, signature));
  return isSigned ? undefined : refusals.notSigned;
}

const hashes: ReadonlyMap<string, string> = new Map([
  ["SHA1", "sha1"],
  ["SHA256", "sha256"],
]);

function askedUrl(viewer: SignedRequest, { querystring }: Credential): AskedUrl {
  const { scheme, hostHeader = "", path, isWebSocket } = viewer;
  const host = hostHeader.replace(/:\d*$/, "");
  return {
    schemes: isWebSocket ? [scheme, scheme.replace("http", "ws")] : [scheme],
    hosts: host === hostHeader ? [host] : [hostHeader, host],
    path,
    querystring,
  };
}

/** A URL may have been signed without the port that this edge happens to listen on. */
function spellingsOf({ schemes, hosts, path, querystring }: AskedUrl): string[] {
  const rest = querystring === undefined ? path : `${path}?${querystring}`;
  return schemes.flatMap((scheme) => hosts.map((host) => `${scheme}://${host}${rest}`));
}
