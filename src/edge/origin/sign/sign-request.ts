/**
 * Signs requests to origins that have an origin access control or identity: whether, for whom, and
 * what of a request is signed.
 *
 * The Host that is signed is the origin's, whichever is sent: an origin that gets the viewer's
 * refuses it, as on CloudFront. Each attempt is signed anew, by the time at which it goes out.
 *
 * Source: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin" and "Restrict access
 * to an AWS Lambda function URL origin".
 */
import type { Clock } from "../../../base/clock.ts";
import { forEachLine, hasName, linesThat } from "../../../base/header-lines.ts";
import type { Logger } from "../../../base/logger.ts";
import { RecentMap } from "../../../base/recent-map.ts";
import type { OriginAccess } from "../../deployment/origin-access.ts";
import type { OriginSettings } from "../../deployment/origin-settings.ts";
import type { OriginRequest } from "../origin-request.ts";
import type { FindCredentials, OriginCredentials } from "./origin-credentials.ts";
import { bucketPath, signedQuery } from "./signed-target.ts";
import { signingScope } from "./signing-scope.ts";
import type { SignatureHeaders } from "./signatures.ts";

export interface SigningParts {
  readonly findCredentials: FindCredentials;
  readonly now: Clock;
  readonly logger: Logger;
}

/** The SHA-256 of no bytes. */
const nothingHashed = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** What S3 takes in place of a hash: a body that still comes can't be hashed. */
const unhashed = "UNSIGNED-PAYLOAD";

/** Where a signature stands that leaves the viewer's Authorization its place. */
const besideAuthorization = "X-Amz-Authorization";

/** Origins that a warning was logged of; functions may name any. */
const warnedMax = 1000;

export class RequestSigner {
  readonly #parts: SigningParts;
  readonly #warned = new RecentMap<string, true>(warnedMax);

  constructor(parts: SigningParts) {
    this.#parts = parts;
  }

  /**
   * Without credentials for the origin the request goes out unsigned, for the origin to judge, and
   * the log says so once: what is signed on AWS may be open to all where it is tried out.
   */
  async sign(
    request: OriginRequest,
    origin: OriginSettings,
    access: OriginAccess,
  ): Promise<OriginRequest> {
    if (access.behavior === "no-override" && hasName(request.headers, "authorization")) {
      return request;
    }
    const { findCredentials, now } = this.#parts;
    const credentials = findCredentials([origin.domainName, ...access.names]);
    if (credentials === undefined) {
      this.#warn(origin, access);
      return {
        ...request,
        headers: linesThat(request.headers, (name) => !isReplaced(name, access)),
      };
    }
    return signedRequest(request, { origin, access, credentials, at: now() });
  }

  #warn({ domainName, id }: OriginSettings, { names }: OriginAccess): void {
    if (this.#warned.get(domainName)) return;
    this.#warned.set(domainName, true);
    this.#parts.logger.warn(
      { origin: domainName, originId: id, accessControl: names[0] },
      "requests to an origin with an origin access control are not signed, as there are no credentials for it: --origin-credentials names a file that has them",
    );
  }
}

/** Asked for once: an import costs as much as a signature, even of what is loaded. */
let signatures: Promise<typeof import("./signatures.ts")> | undefined;

interface Signing {
  readonly origin: OriginSettings;
  readonly access: OriginAccess;
  readonly credentials: OriginCredentials;
  readonly at: Date;
}

async function signedRequest(
  request: OriginRequest,
  { origin, access, credentials, at }: Signing,
): Promise<OriginRequest> {
  const { signSymmetrically, signAsymmetrically } = await (signatures ??=
    import("./signatures.ts"));
  const isBucket = access.originType === "s3";
  const [path = "", ...queries] = request.path.split("?");
  const query = signedQuery(queries.join("?"));
  const sentPath = isBucket ? bucketPath(path) : path;
  const headers = linesThat(request.headers, (name) => !isReplaced(name, access));
  const payloadHash = payloadHashOf(request, access);
  const toSign = {
    method: request.method,
    path: sentPath,
    query: query.parameters,
    headers: signedHeaders(headers, origin, payloadHash),
    encodesOnce: isBucket,
    at,
  };
  const scope = signingScope(origin.domainName, access, credentials);
  const { authorization = "", ...added }: SignatureHeaders =
    access.protocol === "sigv4a"
      ? await signAsymmetrically(toSign, scope, credentials)
      : signSymmetrically(toSign, scope, credentials);
  headers.push(
    access.behavior === "always-amz-auth" ? besideAuthorization : "Authorization",
    authorization,
    "X-Amz-Content-Sha256",
    payloadHash,
  );
  for (const [name, value] of Object.entries(added)) headers.push(titled(name), value);
  return {
    ...request,
    path: query.text === "" ? sentPath : `${sentPath}?${query.text}`,
    headers,
  };
}

/** Whether a header's place is the signature's, whoever filled it. */
function isReplaced(name: string, { behavior }: OriginAccess): boolean {
  const lower = name.toLowerCase();
  if (lower === "authorization") return behavior !== "always-amz-auth";
  return replaced.has(lower);
}

const replaced: ReadonlySet<string> = new Set([
  "x-amz-authorization",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-region-set",
  "x-amz-security-token",
]);

/**
 * A bucket takes any body by an origin access control. A function URL, and a bucket by an identity,
 * takes one whose hash the viewer sends along.
 */
function payloadHashOf(
  { body, payloadHash }: OriginRequest,
  { originType, isIdentity }: OriginAccess,
): string {
  if (body === undefined) return nothingHashed;
  if (originType === "lambda" || isIdentity) return payloadHash ?? nothingHashed;
  return unhashed;
}

/** S3 wants all its own headers signed, and what the body is. Of Host, only the origin's own opens the door. */
function signedHeaders(
  headers: readonly string[],
  { hostHeader, domainName }: OriginSettings,
  payloadHash: string,
): Record<string, string> {
  const signed: Record<string, string> = {
    host: hostHeader ?? domainName,
    "x-amz-content-sha256": payloadHash,
  };
  forEachLine(headers, (name, value) => {
    const lower = name.toLowerCase();
    if (lower.startsWith("x-amz-") || lower === "content-type" || lower === "content-md5") {
      const before = signed[lower];
      signed[lower] = before === undefined ? asText(value) : `${before},${asText(value)}`;
    }
  });
  return signed;
}

/** A signature is over bytes, which the library makes of a text as UTF-8. */
function asText(value: string): string {
  return /^[\t -~]*$/.test(value) ? value : Buffer.from(value, "latin1").toString();
}

/** `x-amz-date` → `X-Amz-Date`. */
function titled(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
