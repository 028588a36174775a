/**
 * Signs a call by Signature Version 4, with a key that this page can use and never read.
 *
 * Source: AWS General Reference, "Create a signed AWS API request".
 */
import { percentEncode } from "../base/percent-encode.ts";

export interface SigningKey {
  readonly accessKeyId: string;
  /** For HMAC with SHA-256, of "AWS4" and the secret; not extractable. */
  readonly key: CryptoKey;
  /** Of temporary keys. */
  readonly sessionToken?: string;
}

export interface UnsignedRequest {
  readonly method: string;
  readonly host: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Percent-encoded, in order of its names. */
  readonly search: string;
  /** By lower-case name; without Host, which the browser sends. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const algorithm = "AWS4-HMAC-SHA256";
/** A node takes any; AWS's for CloudFront. */
const region = "us-east-1";
const service = "cloudfront";

/** @returns a key that can't be read again. @throws Error, where the page is not in a secure context */
export function importSecret(secretAccessKey: string): Promise<CryptoKey> {
  return hmacKey(new TextEncoder().encode(`AWS4${secretAccessKey}`));
}

/** @returns the headers to send */
export async function signRequest(
  { method, host, path, search, headers, body }: UnsignedRequest,
  { accessKeyId, key, sessionToken }: SigningKey,
  now: Date = new Date(),
): Promise<Record<string, string>> {
  const longDate = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = longDate.slice(0, 8);
  const bodyHash = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  const sent: Record<string, string> = {
    ...headers,
    "x-amz-date": longDate,
    "x-amz-content-sha256": bodyHash,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const signed = Object.entries({ ...sent, host }).sort(([one], [other]) => (one < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    // Each part is encoded once more than it is sent, by every service but S3.
    path.split("/").map(percentEncode).join("/"),
    search,
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    "",
    names,
    bodyHash,
  ].join("\n");
  const canonicalHash = hex(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical)),
  );
  const scope = `${date}/${region}/${service}/aws4_request`;
  const signature = await sign(
    [date, region, service, "aws4_request"],
    [algorithm, longDate, scope, canonicalHash].join("\n"),
    key,
  );
  return {
    ...sent,
    authorization: `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Each part of the scope makes a key of the one before. */
async function sign(scope: readonly string[], text: string, secret: CryptoKey): Promise<string> {
  let key = secret;
  for (const part of scope) key = await hmacKey(await hmac(key, part));
  return hex(await hmac(key, text));
}

function hmac(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
}

function hmacKey(bytes: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
