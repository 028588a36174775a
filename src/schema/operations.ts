/**
 * The operations of the CloudFront API, and of its key value stores' data API: their names and
 * types, from the AWS SDK's commands.
 */
import type * as cloudFront from "@aws-sdk/client-cloudfront";
import type * as keyValueStore from "@aws-sdk/client-cloudfront-keyvaluestore";

type CloudFront = typeof cloudFront;
type KeyValueStore = typeof keyValueStore;

/** `PublishFunction`, `CreateDistribution` … all 167 of them. */
export type OperationName = NameIn<CloudFront>;

/** What a caller sends: path, query, header and body members in one object. */
export type InputOf<Name extends OperationName> = InputIn<CloudFront, Name>;

/** What a caller gets: header and body members in one object. */
export type OutputOf<Name extends OperationName> = OutputIn<CloudFront, Name>;

/** `GetKey`, `UpdateKeys` …: what is done with the pairs of a store. */
export type KeyValueStoreOperationName = NameIn<KeyValueStore>;

export type KeyValueStoreInputOf<Name extends KeyValueStoreOperationName> = InputIn<
  KeyValueStore,
  Name
>;

export type KeyValueStoreOutputOf<Name extends KeyValueStoreOperationName> = OutputIn<
  KeyValueStore,
  Name
>;

type NameIn<Sdk> =
  Extract<keyof Sdk, `${string}Command`> extends infer Name
    ? Name extends `${infer Operation}Command`
      ? Operation extends "" | "$"
        ? never
        : Operation
      : never
    : never;

type CommandIn<Sdk, Name extends string> = InstanceType<
  Sdk[`${Name}Command` & keyof Sdk] extends infer Constructor
    ? Constructor extends abstract new (...args: never[]) => unknown
      ? Constructor
      : never
    : never
>;

type InputIn<Sdk, Name extends string> =
  CommandIn<Sdk, Name> extends { input: infer Input } ? Input : never;

type OutputWithMetadata<Sdk, Name extends string> =
  CommandIn<Sdk, Name> extends {
    resolveMiddleware(...args: never[]): (...args: never[]) => infer Answer;
  }
    ? Awaited<Answer> extends { output: infer Output }
      ? Output
      : never
    : never;

type OutputIn<Sdk, Name extends string> = {
  [Member in Exclude<keyof OutputWithMetadata<Sdk, Name>, "$metadata">]: BlobOf<
    OutputWithMetadata<Sdk, Name>[Member]
  >;
};

/** The SDK hands out blobs with methods for reading; whoever answers one has plain bytes. */
type BlobOf<Member> =
  NonNullable<Member> extends Uint8Array ? Uint8Array | Extract<Member, undefined> : Member;
