/** Clients of the key value stores' data API for tests: they reach the node whatever it is called. */
import { lookup } from "node:dns";
import { CreateKeyValueStoreCommand, type CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import type { Credentials } from "./signed-request.ts";

const anyCredentials: Credentials = { accessKeyId: "any", secretAccessKey: "any" };

interface ClientOptions {
  /** Signing with SigV4A takes some 5 ms of processor time a call; false leaves it out. */
  readonly signs?: boolean;
  readonly credentials?: Credentials;
}

/** A test that signs imports `@aws-sdk/signature-v4a` as well. */
export function keyValueClientFor(
  api: string,
  { signs = true, credentials = anyCredentials }: ClientOptions = {},
): CloudFrontKeyValueStoreClient {
  return new CloudFrontKeyValueStoreClient({
    endpoint: `http://localhost:${new URL(api).port}`,
    region: "us-east-1",
    credentials,
    requestHandler: {
      httpAgent: { lookup: (_name, options, done) => lookup("127.0.0.1", options, done) },
    },
    maxAttempts: 1,
    ...(!signs && { signer: { sign: async (request) => request } }),
  });
}

/** @returns the new store's ARN */
export async function createStore(client: CloudFrontClient, Name: string): Promise<string> {
  const { KeyValueStore } = await client.send(new CreateKeyValueStoreCommand({ Name }));
  return KeyValueStore!.ARN!;
}
