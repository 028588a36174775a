/** Requests as the AWS SDK signs them, caught before a network, for tests that look at signatures. */
import { Readable } from "node:stream";
import { CloudFrontClient, type CloudFrontClientConfig } from "@aws-sdk/client-cloudfront";
import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import "@aws-sdk/signature-v4a";
import { HttpResponse, type HttpRequest } from "@smithy/core/protocols";
import type { ApiRequest, ApiResponse } from "../../src/wire/api-message.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type Answer = (request: ApiRequest) => ApiResponse | Promise<ApiResponse>;

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
  const handle = async (request: HttpRequest): Promise<{ readonly response: HttpResponse }> => {
    const { status, headers, body } = await answer(apiRequestOf(request));
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const response = new HttpResponse({
      statusCode: status,
      headers: Object.fromEntries(lowerCase) as Record<string, string>,
      body: Readable.from([Buffer.from(body)]),
    });
    return { response };
  };
  return { credentials, region: "eu-west-1", maxAttempts: 1, requestHandler: { handle } };
}

/** What our listener would make of a request, had it come over a socket. */
export function apiRequestOf(request: HttpRequest): ApiRequest {
  const { method, path, query, headers } = request;
  const body = request.body as string | Uint8Array | undefined;
  const pairs = Object.entries(query).map(
    ([name, value]) => `${escape(name)}=${escape(typeof value === "string" ? value : "")}`,
  );
  return {
    method,
    path,
    query: pairs.join("&"),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(body ?? ""),
    sourceIp: "127.0.0.1",
  };
}

function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
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
