/** Requests as the AWS SDK signs them, caught before a network, for tests that look at signatures. */
import { CloudFrontClient, type CloudFrontClientConfig } from "@aws-sdk/client-cloudfront";
import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import "@aws-sdk/signature-v4a";
import type { ApiRequest } from "../../src/wire/api-message.ts";
import { requestHandler, type Answer } from "./request-handler.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A client of the CloudFront API that signs with version 4 and calls `answer`. */
export function cloudFrontClient(credentials: Credentials, answer: Answer): CloudFrontClient {
  return new CloudFrontClient({
    ...common(credentials, answer),
    endpoint: "http://localhost:4580",
  });
}

/** A client of the key value stores that signs with version 4A and calls `answer`. */
export function keyValueStoreClient(
  credentials: Credentials,
  answer: Answer,
): CloudFrontKeyValueStoreClient {
  return new CloudFrontKeyValueStoreClient({
    ...common(credentials, answer),
    endpoint: "http://localhost:4580",
  });
}

function common(
  credentials: Credentials,
  answer: Answer,
): Pick<CloudFrontClientConfig, "credentials" | "region" | "maxAttempts" | "requestHandler"> {
  return {
    credentials,
    region: "eu-west-1",
    maxAttempts: 1,
    requestHandler: requestHandler(answer),
  };
}

/** Catches the request that a client sends for a command. */
export async function catchRequest(
  send: (answer: Answer) => Promise<unknown>,
): Promise<ApiRequest> {
  let caught: ApiRequest | undefined;
  await send((request) => {
    caught = request;
    return { status: 500, headers: {}, body: "" };
  }).catch(() => {});
  if (caught === undefined) throw new Error("The client sent nothing");
  return caught;
}
