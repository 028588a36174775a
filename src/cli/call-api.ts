/**
 * A call of a node's API from the command line: JSON face, signed with the AWS credentials of the
 * environment when there are any, as the AWS CLI does.
 */
import { Hash } from "@smithy/core/serde";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { OptionError } from "../node/option-table.ts";
import { askApi, type ApiAddress } from "./ask-api.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the API refused, in its own words. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  /** Of the error, like NO_SUCH_FUNCTION_EXISTS. */
  readonly code: string;
  /** Of the answer. */
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(`${code}: ${message}`);
    this.code = code;
    this.status = status;
  }
}

/**
 * @param query names and values, not yet encoded
 * @returns the member `data` of the answer
 * @throws CallRefused, when the API answers an error
 * @throws OptionError, when the address is no URL, or names a file that can't be read
 * @throws Error, when nothing answers there, or something else does, or who does is not to be trusted
 */
export function getFromApi(
  address: ApiAddress,
  path: string,
  query: Readonly<Record<string, string>>,
  environment: Environment,
): Promise<unknown> {
  return call(address, { method: "GET", path, query, body: "" }, environment);
}

/**
 * @param ifMatch the ETag that the call is for, where it wants one
 * @returns and throws as {@link getFromApi} does
 */
export function postToApi(
  address: ApiAddress,
  path: string,
  body: object,
  environment: Environment,
  ifMatch?: string,
): Promise<unknown> {
  return call(
    address,
    { method: "POST", path, query: {}, body: JSON.stringify(body), ifMatch },
    environment,
  );
}

/** Any call of the API. */
export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Its labels encoded, without a query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** JSON; empty where there is none. */
  readonly body: string;
  readonly ifMatch?: string | undefined;
}

/** @returns and throws as {@link getFromApi} does */
export function callApi(
  address: ApiAddress,
  order: Call,
  environment: Environment,
): Promise<unknown> {
  return call(address, order, environment);
}

async function call(
  { api, ca }: ApiAddress,
  { method, path, query, body, ifMatch }: Call,
  environment: Environment,
): Promise<unknown> {
  const url = urlBelow(api, path);
  // Encoded as it is signed: a space as %20.
  url.search = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const unsigned = new HttpRequest({
    method,
    path: url.pathname,
    query: { ...query },
    headers: {
      ...{ host: url.host, accept: "application/json" },
      ...(body !== "" && { "content-type": "application/json" }),
      ...(ifMatch !== undefined && { "if-match": ifMatch }),
    },
    ...(body !== "" && { body }),
  });
  const { headers } = await sign(unsigned, environment);
  const { status, body: text } = await askApi(url, { method, headers, body }, ca, environment);
  const answer = readAnswer(text);
  if (answer === undefined) {
    throw new Error(`${url.origin} is no control plane of Footlight. --api says where it listens`);
  }
  if (answer.error) {
    const { code, message } = answer.error;
    throw new CallRefused(code, message, status);
  }
  return answer.data;
}

interface Answer {
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

function urlBelow(api: string, path: string): URL {
  if (!/^https?:$/.test(URL.parse(api)?.protocol ?? "")) {
    throw new OptionError(`--api must be a URL like http://127.0.0.1:4580, got "${api}"`);
  }
  return new URL(path, api);
}

/** @returns undefined when it is nothing that Footlight says */
function readAnswer(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null && "success" in answer
      ? (answer as Answer)
      : undefined;
  } catch {
    return undefined;
  }
}

async function sign(
  request: HttpRequest,
  environment: Environment,
): Promise<Pick<HttpRequest, "headers">> {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey) return request;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    region: environment["AWS_REGION"] ?? "us-east-1",
    service: "cloudfront",
    sha256: Hash.bind(null, "sha256"),
  });
  return signer.sign(request);
}
