/** Error codes and their HTTP statuses, read from the schemas that the AWS SDKs export. */
import * as cloudFront from "@aws-sdk/client-cloudfront";
import * as keyValueStore from "@aws-sdk/client-cloudfront-keyvaluestore";

type ExceptionIn<Sdk> = {
  [Key in keyof Sdk]: Key extends `${infer Code}$`
    ? Code extends keyof Sdk
      ? Sdk[Code] extends abstract new (...args: never[]) => Error
        ? Code
        : never
      : never
    : never;
}[keyof Sdk];

type ExceptionName = ExceptionIn<typeof cloudFront> | ExceptionIn<typeof keyValueStore>;

/** Codes that AWS answers but its models do not declare, with the status of its front end. */
const undeclared = {
  ExpectationFailed: 417,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  // Ours: clients try 503 again at once, and a full disk is not empty by then.
  InsufficientStorage: 507,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  MissingAuthenticationToken: 403,
  NotImplemented: 501,
  RequestExpired: 403,
  RequestHeadersTooLarge: 431,
  RequestTimeout: 408,
  RequestTooLarge: 413,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  UnknownOperation: 404,
} as const;

/** Every code that an API call can end in. */
export type ErrorCode = ExceptionName | keyof typeof undeclared;

interface ErrorSchema {
  readonly 3: { readonly httpError?: number };
}

const schemas = { ...keyValueStore, ...cloudFront } as unknown as Readonly<
  Record<string, ErrorSchema | undefined>
>;

/** All of them, for documents. */
export function errorCodes(): ErrorCode[] {
  const declared = Object.entries({ ...keyValueStore, ...cloudFront })
    .filter(([name]) => `${name}$` in schemas)
    .filter(([, value]) => typeof value === "function" && value.prototype instanceof Error)
    .map(([name]) => name as ErrorCode);
  return [...declared, ...(Object.keys(undeclared) as ErrorCode[])];
}

/** @returns the HTTP status of an error: 404 for NoSuchFunctionExists */
export function errorStatus(code: ErrorCode): number {
  if (code in undeclared) return undeclared[code as keyof typeof undeclared];
  return schemas[`${code}$`]?.[3].httpError ?? 400;
}
