/**
 * Computes a request's signature anew, with the signing library that the AWS clients use, and
 * compares in constant time.
 *
 * The body is hashed here, whatever `x-amz-content-sha256` says; a header that says another hash,
 * or UNSIGNED-PAYLOAD (which AWS takes for S3 only), is a mismatch. The query is signed as
 * operations read it, and the path as the router reads it: one that normalizing would change
 * (`//`, `/./`, `/../`) is a mismatch, so one signature never covers two paths.
 */
import { createECDH, createHash, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { Hash } from "@smithy/core/serde";
import { HttpRequest } from "@smithy/core/protocols";
import {
  ALGORITHM_IDENTIFIER_V4A,
  createScope,
  getCanonicalHeaders,
  getSigningKey,
  KEY_TYPE_IDENTIFIER,
  SHA256_HEADER,
  SignatureV4Base,
} from "@smithy/signature-v4";
import { SignatureV4a } from "@aws-sdk/signature-v4a";
import type { ApiRequest } from "../api-message.ts";
import { parseQuery } from "../query.ts";
import type { RequestSignature } from "./read-signature.ts";

const sha256 = Hash.bind(null, "sha256");

/**
 * Takes the same steps whatever it finds, so that its time tells nothing but the request's size.
 *
 * @param secret the secret access key of `signature.accessKeyId`
 */
export async function verifySignature(
  request: ApiRequest,
  signature: RequestSignature,
  secret: string,
): Promise<boolean> {
  const payloadHash = createHash("sha256").update(request.body).digest("hex");
  const claimedHash = request.headers[SHA256_HEADER] ?? payloadHash;
  const stringToSign = await new Canonical().stringToSign(request, signature, payloadHash);
  const isSigned =
    signature.algorithm === ALGORITHM_IDENTIFIER_V4A
      ? await verifyAsymmetric(stringToSign, signature, secret)
      : await verifySymmetric(stringToSign, signature, secret);
  return isSigned && claimedHash === payloadHash && isNormalPath(request.path);
}

/** What the library signs; its base class keeps that for the signers which derive from it. */
class Canonical extends SignatureV4Base {
  constructor() {
    const credentials = { accessKeyId: "", secretAccessKey: "" };
    super({ service: "", region: "", credentials, sha256 });
  }

  async stringToSign(
    { method, path, query, headers }: ApiRequest,
    signature: RequestSignature,
    payloadHash: string,
  ): Promise<string> {
    const { signedHeaders, longDate, algorithm } = signature;
    const signed = Object.fromEntries(signedHeaders.map((name) => [name, headers[name] ?? ""]));
    const request = new HttpRequest({
      method,
      path,
      query: Object.fromEntries(parseQuery(query)),
      headers: signed,
    });
    const canonicalHeaders = getCanonicalHeaders(request, undefined, new Set(signedHeaders));
    const canonical = this.createCanonicalRequest(request, canonicalHeaders, payloadHash);
    return this.createStringToSign(longDate, scopeOf(signature), canonical, algorithm);
  }
}

function scopeOf({ date, region, service }: RequestSignature): string {
  return region === undefined
    ? `${date}/${service}/${KEY_TYPE_IDENTIFIER}`
    : createScope(date, region, service);
}

async function verifySymmetric(
  stringToSign: string,
  { accessKeyId, date, region = "", service, signature }: RequestSignature,
  secretAccessKey: string,
): Promise<boolean> {
  const credentials = { accessKeyId, secretAccessKey };
  const key = await getSigningKey(sha256, credentials, date, region, service);
  const hash = new Hash("sha256", key);
  hash.update(Buffer.from(stringToSign));
  const expected = Buffer.from(await hash.digest());
  const given = Buffer.from(signature, "hex");
  // Both sides are hashed again, so that they have one length whatever was sent.
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

async function verifyAsymmetric(
  stringToSign: string,
  { accessKeyId, signature }: RequestSignature,
  secretAccessKey: string,
): Promise<boolean> {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(await deriveSigningKey({ accessKeyId, secretAccessKey }));
  const point = pair.getPublicKey();
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return verify("sha256", Buffer.from(stringToSign), key, Buffer.from(signature, "hex"));
}

/**
 * The library derives the private key inside of signing and exports it from nowhere; so it signs
 * something here, and its last step is taken in its place.
 */
async function deriveSigningKey(credentials: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}): Promise<Uint8Array> {
  const signer = new SignatureV4a({ service: "", region: "*", credentials, sha256 });
  let derived: Uint8Array | undefined;
  Object.defineProperty(signer, "getSignature", {
    value: async (privateKey: Uint8Array): Promise<string> => {
      derived = privateKey;
      return "";
    },
  });
  await signer.sign(new HttpRequest({ method: "GET", path: "/" }), {});
  if (derived === undefined) {
    throw new Error("The SigV4A library no longer signs with the key that getSignature() is given");
  }
  return derived;
}

function isNormalPath(path: string): boolean {
  const [, ...segments] = path.split("/");
  const last = segments.length - 1;
  return segments.every(
    (segment, index) => segment !== "." && segment !== ".." && (segment !== "" || index === last),
  );
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
