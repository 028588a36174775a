/**
 * Signs with the library that AWS's clients sign with: versions 4 and 4A.
 *
 * What is intricate is the library's: the canonical request, and for 4A the key. Hashing, and 4A's
 * elliptic curve, are OpenSSL's, and a key of version 4 is derived once a day: by the library
 * alone one signature takes five to ten times as long.
 *
 * Loaded when the first request is signed; a node without signed origins never does.
 */
import {
  createECDH,
  createHmac,
  createPrivateKey,
  createSecretKey,
  hash,
  sign,
  type KeyObject,
} from "node:crypto";
import { Hash } from "@smithy/core/serde";
import { HttpRequest } from "@smithy/core/protocols";
import {
  ALGORITHM_IDENTIFIER,
  createScope,
  getCanonicalHeaders,
  KEY_TYPE_IDENTIFIER,
  SignatureV4Base,
} from "@smithy/signature-v4";
import { SignatureV4a } from "@aws-sdk/signature-v4a";
import { RecentMap } from "../../../base/recent-map.ts";
import type { OriginCredentials } from "./origin-credentials.ts";
import type { SigningScope } from "./signing-scope.ts";

/** What is signed of a request. */
export interface ToSign {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  /** By names in lower case, all of them signed: `x-amz-content-sha256` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the path is encoded once, as a bucket's is, or once more for what is signed. */
  readonly encodesOnce: boolean;
  readonly at: Date;
}

/** What a signature adds to a request: names in lower case, with the values. */
export type SignatureHeaders = Readonly<Record<string, string>>;

const sha256 = Hash.bind(null, "sha256");

/** Days, regions and services that credentials have keys for; functions may name any region. */
const keysMax = 50;

/** Version 4, with a shared secret. */
export function signSymmetrically(
  toSign: ToSign,
  { service, region }: SigningScope,
  credentials: OriginCredentials,
): SignatureHeaders {
  const longDate = longDateOf(toSign.at);
  const date = longDate.slice(0, 8);
  const scope = createScope(date, region, service);
  const added = { "x-amz-date": longDate, ...tokenOf(credentials) };
  const headers = { ...toSign.headers, ...added };
  const canonical = (toSign.encodesOnce ? encodedOnce : encodedTwice).request({
    ...toSign,
    headers,
  });
  const text = `${ALGORITHM_IDENTIFIER}\n${longDate}\n${scope}\n${hash("sha256", canonical)}`;
  const key = signingKey(credentials, date, region, service);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const names = Object.keys(headers).sort().join(";");
  const authorization = `${ALGORITHM_IDENTIFIER} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...added, authorization };
}

/** Version 4A, with a key pair that is derived from the secret: for a set of regions. */
export async function signAsymmetrically(
  toSign: ToSign,
  { service, region }: SigningScope,
  credentials: OriginCredentials,
): Promise<SignatureHeaders> {
  const { method, path, query, headers, encodesOnce, at } = toSign;
  const signer = new SignatureV4a({
    service,
    region,
    credentials,
    sha256,
    uriEscapePath: !encodesOnce,
  });
  // The library's own way is written in JavaScript, and takes most of a millisecond.
  Object.defineProperty(signer, "getSignature", {
    value: (privateKey: Uint8Array, text: string) =>
      sign("sha256", Buffer.from(text), keyPairOf(credentials, privateKey)).toString("hex"),
  });
  const request = new HttpRequest({ method, path, query: { ...query }, headers: { ...headers } });
  const signed = (await signer.sign(request, { signingDate: at })) as HttpRequest;
  return {
    "x-amz-date": longDateOf(at),
    "x-amz-region-set": region,
    ...tokenOf(credentials),
    authorization: signed.headers["authorization"] ?? "",
  };
}

/** The library keeps the canonical request for the signers that derive from its base class. */
class Canonical extends SignatureV4Base {
  constructor(encodesOnce: boolean) {
    const credentials = { accessKeyId: "", secretAccessKey: "" };
    super({ service: "", region: "", credentials, sha256, uriEscapePath: !encodesOnce });
  }

  request({ method, path, query, headers }: Omit<ToSign, "encodesOnce" | "at">): string {
    const request = new HttpRequest({ method, path, query: { ...query }, headers: { ...headers } });
    const payloadHash = headers["x-amz-content-sha256"] ?? "";
    return this.createCanonicalRequest(request, getCanonicalHeaders(request), payloadHash);
  }
}

const encodedOnce = new Canonical(true);
const encodedTwice = new Canonical(false);

const symmetricKeys = new WeakMap<OriginCredentials, RecentMap<string, KeyObject>>();

function signingKey(
  credentials: OriginCredentials,
  date: string,
  region: string,
  service: string,
): KeyObject {
  let keys = symmetricKeys.get(credentials);
  if (keys === undefined) {
    keys = new RecentMap(keysMax);
    symmetricKeys.set(credentials, keys);
  }
  const name = `${date}/${region}/${service}`;
  let key = keys.get(name);
  if (key === undefined) {
    let bytes: Uint8Array = Buffer.from(`AWS4${credentials.secretAccessKey}`);
    for (const part of [date, region, service, KEY_TYPE_IDENTIFIER]) {
      bytes = createHmac("sha256", bytes).update(part).digest();
    }
    key = createSecretKey(bytes);
    keys.set(name, key);
  }
  return key;
}

const keyPairs = new WeakMap<OriginCredentials, KeyObject>();

function keyPairOf(credentials: OriginCredentials, privateKey: Uint8Array): KeyObject {
  let pair = keyPairs.get(credentials);
  if (pair === undefined) {
    const curve = createECDH("prime256v1");
    curve.setPrivateKey(privateKey);
    const point = curve.getPublicKey();
    const jwk = {
      kty: "EC",
      crv: "P-256",
      d: Buffer.from(privateKey).toString("base64url"),
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    };
    pair = createPrivateKey({ key: jwk, format: "jwk" });
    keyPairs.set(credentials, pair);
  }
  return pair;
}

function tokenOf({ sessionToken }: OriginCredentials): SignatureHeaders {
  return sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken };
}

/** @returns like `20250101T000000Z` */
function longDateOf(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}
