/** From what a function answered to what the edge does: the rules are checked and the parts put back together. */
import type { FunctionEvent, Outcome, RequestResult, ResponseResult } from "../function-runtime.ts";
import type {
  Answer,
  AnswerEntry,
  AnswerHeaders,
  RequestAnswer,
  ResponseAnswer,
} from "./decode-answer.ts";
import { splitHeaders } from "./decode-answer.ts";
import {
  type ChangedHeaders,
  cookieLine,
  mergeHeaders,
  namedValues,
  setCookieLines,
} from "./merge-headers.ts";
import { SeenLines } from "./seen-lines.ts";
import {
  checkCookies,
  checkHeaders,
  checkStatus,
  checkUri,
  InvalidAnswer,
  invalidValue,
  sentences,
} from "./validate-answer.ts";
import { wireFromText } from "./wire-text.ts";

export function buildOutcome(answer: Answer, event: FunctionEvent): Outcome {
  try {
    switch (answer.type) {
      case "same-request": {
        const uri = answer.uri ?? event.request.uri;
        requireRequestAllowed(event);
        if (answer.uri === undefined) return { type: "request", request: event.request };
        checkUri(uri, event.request.querystring);
        return { type: "request", request: { ...event.request, uri: wireFromText(uri) } };
      }
      case "request": {
        requireRequestAllowed(event);
        const request = buildRequest(answer, event);
        const { origin, certificates } = answer;
        return {
          type: "request",
          request,
          ...(origin && { origin }),
          ...(certificates && { certificates }),
        };
      }
      case "response":
        return { type: "response", response: buildResponse(answer, event) };
      case "nothing":
        return { type: "no-result", message: sentences.nothing };
      case "invalid":
        return { type: "validation-error", message: invalidValue(answer.complaint) };
      case "error":
      case "limit": {
        const { message, line } = answer;
        return { type: "execution-error", message, ...(line !== undefined && { line }) };
      }
    }
  } catch (error) {
    if (!(error instanceof InvalidAnswer)) throw error;
    const { message, reason } = error;
    return { type: "validation-error", message, ...(reason !== undefined && { reason }) };
  }
}

function requireRequestAllowed(event: FunctionEvent): void {
  if (event.eventType === "viewer-response") {
    throw new InvalidAnswer(invalidValue("the handler must return a response"));
  }
}

function buildRequest(answer: RequestAnswer, event: FunctionEvent): RequestResult {
  const { request } = event;
  if (answer.method !== request.method) {
    throw new InvalidAnswer(invalidValue("request.method is read-only"));
  }
  const querystring =
    answer.querystring === 0
      ? request.querystring
      : typeof answer.querystring === "string"
        ? answer.querystring
        : joinQuery(answer.querystring);
  checkUri(answer.uri, answer.querystring === 0 ? undefined : querystring);
  const seen = new SeenLines(request.headers, "cookie");
  const changed = changedHeaders(answer.headers, seen);
  if (changed !== 0) {
    const before = { seen, kept: changed.kept };
    checkHeaders(changed.entries, before, "viewer-request", "request.headers");
  }
  if (answer.cookies !== 0) checkCookies(answer.cookies, "request.cookies");
  const cookies = answer.cookies === 0 ? undefined : cookieLine(answer.cookies);
  return {
    uri: wireFromText(answer.uri),
    querystring:
      answer.querystring === 0 || querystring === undefined
        ? querystring
        : wireFromText(querystring),
    headers: mergeHeaders(seen, changed, "cookie", cookies),
  };
}

/** @returns undefined when no parameter is left, so that the request has no "?" */
function joinQuery(entries: readonly AnswerEntry[]): string | undefined {
  const pairs = namedValues(entries);
  return pairs.length === 0 ? undefined : pairs.join("&");
}

function buildResponse(answer: ResponseAnswer, event: FunctionEvent): ResponseResult {
  const before = event.response;
  const seen = new SeenLines(before?.headers ?? [], "set-cookie");
  checkStatus(answer.statusCode, answer.statusDescription);
  const changed = changedHeaders(answer.headers, seen);
  if (changed !== 0) {
    const known = { seen, kept: changed.kept };
    checkHeaders(changed.entries, known, "viewer-response", "response.headers");
  }
  if (answer.cookies !== 0) checkCookies(answer.cookies, "response.cookies");
  const cookies = answer.cookies === 0 ? undefined : setCookieLines(answer.cookies);
  const head = {
    statusCode: answer.statusCode,
    statusDescription: answer.statusDescription ?? "",
    headers: mergeHeaders(seen, changed, "set-cookie", cookies),
  };
  return answer.body === undefined ? head : { ...head, body: decodeBody(answer.body) };
}

/** What a function did to the headers; 0 when it left them alone. */
function changedHeaders(answered: 0 | AnswerHeaders, seen: SeenLines): ChangedHeaders | 0 {
  if (answered === 0) return 0;
  const { kept, entries } = splitHeaders(answered);
  return { kept: kept === "all" ? "all" : seen.firstNames(kept), entries };
}

function decodeBody(body: { encoding: "text" | "base64"; data: string }): Uint8Array {
  if (body.encoding === "text") return Buffer.from(body.data, "utf8");
  const isBase64 =
    /^[A-Za-z0-9+/]*={0,2}$/.test(body.data) && body.data.replace(/=+$/, "").length % 4 !== 1;
  if (!isBase64) {
    throw new InvalidAnswer(invalidValue("response.body must have data that is valid base64"));
  }
  return Buffer.from(body.data, "base64");
}
