/** The operations of the CloudFront API: their names and types, from the AWS SDK's commands. */
import type * as sdk from "@aws-sdk/client-cloudfront";

type CommandName = Extract<keyof typeof sdk, `${string}Command`>;

/** `PublishFunction`, `CreateDistribution` … all 167 of them. */
export type OperationName = CommandName extends infer Name
  ? Name extends `${infer Operation}Command`
    ? Operation extends "" | "$"
      ? never
      : Operation
    : never
  : never;

type CommandOf<Name extends OperationName> = InstanceType<
  (typeof sdk)[`${Name}Command` & keyof typeof sdk] extends infer Constructor
    ? Constructor extends abstract new (...args: never[]) => unknown
      ? Constructor
      : never
    : never
>;

/** What a caller sends: path, query, header and body members in one object. */
export type InputOf<Name extends OperationName> =
  CommandOf<Name> extends { input: infer Input } ? Input : never;

type OutputWithMetadata<Name extends OperationName> =
  CommandOf<Name> extends {
    resolveMiddleware(...args: never[]): (...args: never[]) => infer Answer;
  }
    ? Awaited<Answer> extends { output: infer Output }
      ? Output
      : never
    : never;

/** What a caller gets: header and body members in one object. */
export type OutputOf<Name extends OperationName> = {
  [Member in Exclude<keyof OutputWithMetadata<Name>, "$metadata">]: BlobOf<
    OutputWithMetadata<Name>[Member]
  >;
};

/** The SDK hands out blobs with methods for reading; whoever answers one has plain bytes. */
type BlobOf<Member> =
  NonNullable<Member> extends Uint8Array ? Uint8Array | Extract<Member, undefined> : Member;
