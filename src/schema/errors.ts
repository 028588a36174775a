/** Error codes and their HTTP statuses, read from the schemas that the AWS SDK exports. */
import * as sdk from "@aws-sdk/client-cloudfront";

type Exception<Name> = Name extends `${infer Code}$` ? Code : never;
type ExceptionName = {
  [Key in keyof typeof sdk]: Key extends `${infer Code}$`
    ? Code extends keyof typeof sdk
      ? (typeof sdk)[Code] extends abstract new (...args: never[]) => Error
        ? Exception<Key>
        : never
      : never
    : never;
}[keyof typeof sdk];

/** Codes that AWS answers but its model does not declare, with the status of its front end. */
const undeclared = {
  AccessDeniedException: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  MissingAuthenticationToken: 403,
  NotImplemented: 501,
  RequestExpired: 403,
  RequestTooLarge: 413,
  SignatureDoesNotMatch: 403,
  UnknownOperation: 404,
} as const;

/** Every code that an API call can end in. */
export type ErrorCode = ExceptionName | keyof typeof undeclared;

interface ErrorSchema {
  readonly 3: { readonly httpError?: number };
}

/** @returns the HTTP status of an error: 404 for NoSuchFunctionExists */
export function errorStatus(code: ErrorCode): number {
  if (code in undeclared) return undeclared[code as keyof typeof undeclared];
  const schema = (sdk as unknown as Record<string, ErrorSchema | undefined>)[`${code}$`];
  return schema?.[3].httpError ?? 400;
}
