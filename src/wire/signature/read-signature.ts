/**
 * Reads what a request says of its signature: the header `Authorization`, or the `X-Amz-…` query of
 * a presigned URL. A request has one signature: a second one is the only part of a query that no
 * signature covers, so it is refused.
 *
 * Nothing is checked here but the form, and the form strictly: what could be read in two ways is
 * refused.
 *
 * Source: AWS General Reference, "Create a signed AWS API request".
 */
import {
  ALGORITHM_IDENTIFIER,
  ALGORITHM_IDENTIFIER_V4A,
  KEY_TYPE_IDENTIFIER,
} from "@smithy/signature-v4";
import { ApiError } from "../../model/errors.ts";
import type { ApiRequest } from "../api-message.ts";
import { parseQuery } from "../query.ts";

export interface RequestSignature {
  /** Version 4, or 4A: asymmetric, and for a set of regions instead of one. */
  readonly algorithm: typeof ALGORITHM_IDENTIFIER | typeof ALGORITHM_IDENTIFIER_V4A;
  readonly accessKeyId: string;
  /** The scope's parts. A signature of version 4A has no region in its scope. */
  readonly date: string;
  readonly region: string | undefined;
  readonly service: string;
  /** When it was signed, like `20250101T000000Z`. */
  readonly longDate: string;
  /** Lower-case, sorted, each once. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hex. */
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** For how long a presigned URL is valid; absent when the header holds the signature. */
  readonly expiresS: number | undefined;
}

const oneWeekS = 7 * 24 * 60 * 60;

/**
 * @throws MissingAuthenticationToken, when the request is not signed at all
 * @throws IncompleteSignature, when a part is missing or malformed
 */
export function readSignature(request: ApiRequest): RequestSignature {
  const authorization = request.headers["authorization"];
  const query = parseQuery(request.query);
  requireOneSignature(authorization, query);
  if (authorization !== undefined) return readHeader(authorization, request);
  if (query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature")) return readQuery(query);
  throw new ApiError("MissingAuthenticationToken", "Missing Authentication Token");
}

/** The library leaves out of what is signed every `X-Amz-Signature`, in whatever case it is written. */
function requireOneSignature(
  authorization: string | undefined,
  query: ReadonlyMap<string, string>,
): void {
  const names = [...query.keys()].filter((name) => name.toLowerCase() === "x-amz-signature");
  const isOne = authorization === undefined ? names.length <= 1 : names.length === 0;
  if (isOne) return;
  throw incomplete("Only one auth mechanism allowed: the request has more than one signature");
}

function readHeader(authorization: string, { headers }: ApiRequest): RequestSignature {
  const blank = authorization.indexOf(" ");
  const algorithm = requireAlgorithm(authorization.slice(0, blank === -1 ? undefined : blank));
  const parts = new Map<string, string>();
  for (const part of authorization.slice(algorithm.length).split(",")) {
    const [, name, value] = /^ *(Credential|SignedHeaders|Signature)=([^ ]+) *$/.exec(part) ?? [];
    if (name === undefined || value === undefined || parts.has(name)) {
      throw incomplete("Authorization header requires Credential, SignedHeaders and Signature");
    }
    parts.set(name, value);
  }
  const take = (name: string): string => {
    const value = parts.get(name);
    if (value !== undefined) return value;
    throw incomplete(`Authorization header requires '${name}' parameter.`);
  };
  const date = headers["x-amz-date"] ?? headers["date"];
  if (date === undefined) {
    throw incomplete(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  requireRegionSet(algorithm, headers["x-amz-region-set"]);
  return {
    algorithm,
    ...readCredential(take("Credential"), algorithm),
    signedHeaders: readSignedHeaders(take("SignedHeaders")),
    signature: readHex(take("Signature")),
    longDate: readLongDate(date),
    sessionToken: headers["x-amz-security-token"],
    expiresS: undefined,
  };
}

function readQuery(query: ReadonlyMap<string, string>): RequestSignature {
  const take = (name: string): string => {
    const value = query.get(name);
    if (value !== undefined) return value;
    throw incomplete(`AWS query-string parameters must include '${name}'.`);
  };
  const algorithm = requireAlgorithm(take("X-Amz-Algorithm"));
  const expires = take("X-Amz-Expires");
  if (!/^[1-9]\d{0,5}$/.test(expires) || Number(expires) > oneWeekS) {
    throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${oneWeekS}`);
  }
  requireRegionSet(algorithm, query.get("X-Amz-Region-Set"));
  return {
    algorithm,
    ...readCredential(take("X-Amz-Credential"), algorithm),
    signedHeaders: readSignedHeaders(take("X-Amz-SignedHeaders")),
    signature: readHex(take("X-Amz-Signature")),
    longDate: readLongDate(take("X-Amz-Date")),
    sessionToken: query.get("X-Amz-Security-Token"),
    expiresS: Number(expires),
  };
}

function requireAlgorithm(name: string): RequestSignature["algorithm"] {
  if (name === ALGORITHM_IDENTIFIER || name === ALGORITHM_IDENTIFIER_V4A) return name;
  throw incomplete(
    `Unsupported AWS 'algorithm'. It must be ${ALGORITHM_IDENTIFIER} or ${ALGORITHM_IDENTIFIER_V4A}`,
  );
}

/** Which regions a signature of version 4A is for, like `*`; CloudFront is in all of them. */
function requireRegionSet(
  algorithm: RequestSignature["algorithm"],
  regionSet: string | undefined,
): void {
  if (algorithm === ALGORITHM_IDENTIFIER || regionSet?.trim()) return;
  throw incomplete(`${algorithm} requires 'X-Amz-Region-Set', and it must not be empty`);
}

function readCredential(
  credential: string,
  algorithm: RequestSignature["algorithm"],
): Pick<RequestSignature, "accessKeyId" | "date" | "region" | "service"> {
  const isAsymmetric = algorithm === ALGORITHM_IDENTIFIER_V4A;
  const form = isAsymmetric
    ? /^(?<id>[\w-]{1,128})\/(?<date>\d{8})\/(?<service>[\w-]+)\/(?<type>\w+)$/
    : /^(?<id>[\w-]{1,128})\/(?<date>\d{8})\/(?<region>[\w-]+)\/(?<service>[\w-]+)\/(?<type>\w+)$/;
  const { id, date, region, service, type } = form.exec(credential)?.groups ?? {};
  if (!id || !date || !service || type !== KEY_TYPE_IDENTIFIER) {
    const example = isAsymmetric ? "<YYYYMMDD>/SERVICE" : "<YYYYMMDD>/REGION/SERVICE";
    throw incomplete(
      `Credential must have the form KEYID/${example}/${KEY_TYPE_IDENTIFIER}, with nothing empty`,
    );
  }
  return { accessKeyId: id, date, region, service };
}

function readSignedHeaders(list: string): string[] {
  const names = list.split(";");
  const isSorted = names.every((name, index) => index === 0 || names[index - 1]! < name);
  if (isSorted && names.every((name) => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))) return names;
  throw incomplete("SignedHeaders must be lower-case header names, sorted, each once");
}

function readHex(signature: string): string {
  if (/^([0-9a-f]{2}){32,80}$/.test(signature)) return signature;
  throw incomplete("Signature must be lower-case hexadecimal");
}

/** `Date` may have HTTP's form, RFC 9110 §5.6.7; what is signed is the other one. */
function readLongDate(date: string): string {
  if (/^\d{8}T\d{6}Z$/.test(date)) return date;
  const time = new Date(date);
  if (!Number.isNaN(time.getTime()) && time.toUTCString() === date) {
    return time.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  }
  throw incomplete("Date must be in ISO-8601 'basic format', like 20250101T000000Z");
}

function incomplete(message: string): ApiError {
  return new ApiError("IncompleteSignature", message);
}
