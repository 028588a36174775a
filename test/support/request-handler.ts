/** The AWS SDK's clients on a function instead of a network: they write requests and read answers as ever. */
import { Readable } from "node:stream";
import { HttpResponse, type HttpRequest } from "@smithy/core/protocols";
import type { ApiRequest, ApiResponse } from "../../src/wire/api-message.ts";

export type Answer = (request: ApiRequest) => ApiResponse | Promise<ApiResponse>;

export interface RequestHandler {
  readonly handle: (request: HttpRequest) => Promise<{ readonly response: HttpResponse }>;
}

/** What a client takes as its `requestHandler`. */
export function requestHandler(answer: Answer): RequestHandler {
  return {
    handle: async (request) => {
      const { status, headers, body } = await answer(apiRequestOf(request));
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const response = new HttpResponse({
        statusCode: status,
        headers: Object.fromEntries(lowerCase) as Record<string, string>,
        body: Readable.from([Buffer.from(body)]),
      });
      return { response };
    },
  };
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
