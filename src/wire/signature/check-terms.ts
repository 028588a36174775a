/**
 * What a signature must say before it is worth computing: that it is of now, for us, and of
 * everything that matters. None of it depends on a key, so a refusal tells nothing about one.
 *
 * A request's signature holds for five minutes to either side, as CloudFront's does, and a presigned
 * URL's from five minutes before its date until it expires.
 */
import { ApiError } from "../../model/errors.ts";
import type { ApiRequest } from "../api-message.ts";
import type { RequestSignature } from "./read-signature.ts";

const skewMinutes = 5;
const skewMs = skewMinutes * 60_000;
const services: readonly string[] = ["cloudfront", "cloudfront-keyvaluestore"];

/**
 * @throws RequestExpired, when it was signed too long ago, or is not valid yet
 * @throws SignatureDoesNotMatch, when the scope is another service's, or a header that must be
 *   signed is not, or the body's hash is not given as one
 */
export function checkTerms(request: ApiRequest, signature: RequestSignature, now: Date): void {
  checkScope(signature);
  checkDate(signature, now);
  checkSignedHeaders(request, signature);
  checkPayloadForm(request);
}

function checkScope({ service, date, longDate }: RequestSignature): void {
  if (!services.includes(service)) {
    throw mismatch(`Credential should be scoped to correct service: 'cloudfront'.`);
  }
  if (!longDate.startsWith(date)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${longDate.slice(0, 8)}', from '${longDate}'.`,
    );
  }
}

function checkDate({ longDate, expiresS }: RequestSignature, now: Date): void {
  const signed = Date.parse(
    longDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  const time = now.getTime();
  if (Number.isNaN(signed)) throw mismatch(`There is no such date as ${longDate}`);
  if (signed > time + skewMs) {
    const limit = `${basic(time + skewMs)} (${basic(time)} + ${skewMinutes} min.)`;
    throw expired(`Signature not yet current: ${longDate} is still later than ${limit}`);
  }
  if (expiresS !== undefined) {
    if (time > signed + expiresS * 1000) throw expired("Request has expired.");
    return;
  }
  if (signed < time - skewMs) {
    const limit = `${basic(time - skewMs)} (${basic(time)} - ${skewMinutes} min.)`;
    throw expired(`Signature expired: ${longDate} is now earlier than ${limit}`);
  }
}

/**
 * Host and whatever starts with `x-amz-` must be signed, as AWS demands; and If-Match, since an
 * operation goes by it and every client signs it; and Date, where it says when. Content-Type may be unsigned: some clients leave
 * it out, and the body that it speaks of is signed.
 */
function checkSignedHeaders(
  { headers }: ApiRequest,
  { signedHeaders, expiresS }: RequestSignature,
): void {
  const date =
    expiresS === undefined && headers["x-amz-date"] === undefined ? "date" : "x-amz-date";
  const counts = ["host", "if-match", date];
  const needed = Object.keys(headers).filter(
    (name) => headers[name] !== undefined && (counts.includes(name) || name.startsWith("x-amz-")),
  );
  const unsigned = [...needed, "host"].find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) {
    throw mismatch(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  // Own properties only: a header may be called "constructor".
  const absent = signedHeaders.find(
    (name) => !Object.hasOwn(headers, name) || headers[name] === undefined,
  );
  if (absent !== undefined) throw mismatch(`The signed header '${absent}' is not in the request.`);
}

/** `UNSIGNED-PAYLOAD` and the `STREAMING-…` forms are for other services, S3 above all. */
function checkPayloadForm({ headers }: ApiRequest): void {
  const hash = headers["x-amz-content-sha256"];
  if (hash === undefined || /^[0-9a-f]{64}$/.test(hash)) return;
  throw mismatch(
    `The provided 'x-amz-content-sha256' header must be a valid SHA256 of the body, in lower-case hex, got '${hash.slice(0, 100)}'`,
  );
}

function basic(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function mismatch(message: string): ApiError {
  return new ApiError("SignatureDoesNotMatch", message);
}

function expired(message: string): ApiError {
  return new ApiError("RequestExpired", message);
}
