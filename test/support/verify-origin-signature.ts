/**
 * Stands in for an S3, or another service of AWS's, that checks signatures: by the published library
 * alone, which signs what was received once more. What servers are known to read in different ways
 * is read in each of them, and all must agree.
 */
import { createECDH, createHash, createPublicKey, verify } from "node:crypto";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { getCanonicalHeaders, SignatureV4, SignatureV4Base } from "@smithy/signature-v4";
import { SignatureV4a } from "@aws-sdk/signature-v4a";
import type { Asked } from "../edge/viewer-scene.ts";

export interface Secrets {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Verified {
  readonly algorithm: string;
  readonly service: string;
  /** "" for version 4A, which has none in its scope. */
  readonly region: string;
  readonly signedHeaders: readonly string[];
}

const sha256 = Hash.bind(null, "sha256");

/**
 * @param header where the signature stands
 * @throws Error that says what a server would refuse
 */
export async function verifyOriginSignature(
  asked: Asked,
  credentials: Secrets,
  header = "authorization",
): Promise<Verified> {
  const { method, url, headers, body } = asked;
  const text = String(headers[header] ?? "");
  const [, algorithm = "", credential = "", names = "", signature = ""] =
    /^(AWS4-\S+) Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]+)$/.exec(text) ?? [];
  if (signature === "") throw new Error(`There is no signature in ${header}: "${text}"`);
  const scope = credential.split("/");
  const service = scope.at(-2) ?? "";
  const region = algorithm === "AWS4-HMAC-SHA256" ? (scope[2] ?? "") : "";
  if (scope[0] !== credentials.accessKeyId) throw new Error(`The key id is ${scope[0]}`);

  const signedHeaders = names.split(";");
  for (const name of Object.keys(headers)) {
    const mustBe = name === "host" || name === "content-md5" || name.startsWith("x-amz-");
    if (mustBe && name !== header && !signedHeaders.includes(name)) {
      throw new Error(`There were headers present in the request which were not signed: ${name}`);
    }
  }
  if (headers["x-amz-security-token"] !== credentials.sessionToken) throw new Error("Wrong token");
  const payloadHash = String(headers["x-amz-content-sha256"]);
  const bodyHash = createHash("sha256").update(body, "utf8").digest("hex");
  if (payloadHash !== "UNSIGNED-PAYLOAD" && payloadHash !== bodyHash) {
    throw new Error("The provided x-amz-content-sha256 does not match what was computed");
  }

  const longDate = String(headers["x-amz-date"]);
  const at = new Date(
    longDate.replace(/^(....)(..)(..T..)(..)(..Z)$/, (_, year, month, day, minute, second) =>
      [year, month, `${day}:${minute}:${second}`].join("-"),
    ),
  );
  const signed = Object.fromEntries(signedHeaders.map((name) => [name, String(headers[name])]));
  const [rawPath = "", rawQuery = ""] = url.split(/\?(.*)/s);
  const isBucket = service.startsWith("s3");
  const readings = pathReadings(rawPath, isBucket).flatMap((path) =>
    queryReadings(rawQuery).map((query) => ({ path, query })),
  );
  for (const { path, query } of readings) {
    const request = new HttpRequest({ method, path, query, headers: { ...signed } });
    const uriEscapePath = !isBucket;
    const agrees =
      algorithm === "AWS4-HMAC-SHA256"
        ? await isSymmetric(request, text, header, {
            service,
            region,
            credentials,
            at,
            uriEscapePath,
          })
        : await isAsymmetric(request, { signature, longDate, service, credentials, uriEscapePath });
    if (!agrees) throw new Error(`SignatureDoesNotMatch: ${method} ${url}, read as ${path}`);
  }
  return { algorithm, service, region, signedHeaders };
}

interface SymmetricInput {
  readonly service: string;
  readonly region: string;
  readonly credentials: Secrets;
  readonly at: Date;
  readonly uriEscapePath: boolean;
}

async function isSymmetric(
  request: HttpRequest,
  text: string,
  header: string,
  { at, ...input }: SymmetricInput,
): Promise<boolean> {
  if (header !== "authorization") delete request.headers[header];
  const signer = new SignatureV4({ ...input, sha256 });
  const again = await signer.sign(request, { signingDate: at });
  return again.headers["authorization"] === text;
}

interface AsymmetricInput {
  readonly signature: string;
  readonly longDate: string;
  readonly service: string;
  readonly credentials: Secrets;
  readonly uriEscapePath: boolean;
}

/** Signatures of elliptic curves differ each time, so this one is verified as such. */
async function isAsymmetric(request: HttpRequest, input: AsymmetricInput): Promise<boolean> {
  const { signature, longDate, service, credentials, uriEscapePath } = input;
  const base = new StringToSign(service, credentials, uriEscapePath);
  const text = await base.of(request, longDate, service);
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(await privateKeyOf(credentials));
  const point = curve.getPublicKey();
  const key = createPublicKey({
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
    format: "jwk",
  });
  return verify("sha256", Buffer.from(text), key, Buffer.from(signature, "hex"));
}

class StringToSign extends SignatureV4Base {
  constructor(service: string, credentials: Secrets, uriEscapePath: boolean) {
    super({ service, region: "*", credentials, sha256, uriEscapePath });
  }

  of(request: HttpRequest, longDate: string, service: string): Promise<string> {
    const payloadHash = request.headers["x-amz-content-sha256"] ?? "";
    const canonical = this.createCanonicalRequest(
      request,
      getCanonicalHeaders(request),
      payloadHash,
    );
    const scope = `${longDate.slice(0, 8)}/${service}/aws4_request`;
    return this.createStringToSign(longDate, scope, canonical, "AWS4-ECDSA-P256-SHA256");
  }
}

/** The library derives the key inside of signing; so something is signed, and the key caught there. */
async function privateKeyOf(credentials: Secrets): Promise<Uint8Array> {
  const signer = new SignatureV4a({ service: "s3", region: "*", credentials, sha256 });
  let caught = new Uint8Array();
  Object.defineProperty(signer, "getSignature", {
    value: async (key: Uint8Array<ArrayBuffer>) => ((caught = key), ""),
  });
  await signer.sign(new HttpRequest({ method: "GET", path: "/" }), {});
  return caught;
}

/** A bucket's server signs the path as it came, or the key that it found in it. */
function pathReadings(path: string, isBucket: boolean): string[] {
  if (!isBucket) return [path];
  const key = Buffer.from(
    path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    "latin1",
  );
  const encodedKey = Array.from(key, (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.~/-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
  return [path, encodedKey];
}

/** `+` is a space to some and itself to others. */
function queryReadings(query: string): Record<string, string[]>[] {
  const read = (text: string): Record<string, string[]> => {
    const values: Record<string, string[]> = {};
    for (const [name, value] of new URLSearchParams(text)) (values[name] ??= []).push(value);
    return values;
  };
  return [read(query), read(query.replaceAll("+", "%2B"))];
}
