/**
 * Connections as connection functions see them, on their way into the sandbox and back: as an event of a request that nobody
 * made, with the connection in a header, so that hosts, lanes and limits are those of all functions.
 */
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import {
  InvalidEventObject,
  type FunctionEvent,
  type NotRun,
  type Outcome,
} from "../function-runtime.ts";

export interface ConnectionCertificate {
  readonly serialNumber: string;
  readonly issuer: string;
  readonly subject: string;
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
  /** In base64 for URLs, padded. */
  readonly sha256Fingerprint: string;
}

/** What the code is handed, beside its methods. */
export interface FunctionConnection {
  /** Undefined where the viewer has shown none. */
  readonly certificate: ConnectionCertificate | undefined;
  readonly clientIp: string;
  readonly endpoint: string;
  readonly distributionId: string;
  readonly connectionId: string;
}

/** What a connection function came to. */
export type ConnectionDecision =
  | {
      readonly type: "decided";
      readonly isAllowed: boolean;
      /** At most 800 bytes in UTF-8. */
      readonly logData: string;
    }
  | {
      readonly type: "failed";
      readonly message: string;
      /** Of the source, from 1 on; absent where it is not known. */
      readonly line?: number;
    };

const logDataMax = 800;

/** AWS's pages have a certificate in two places, so it is in both. */
export function connectionEvent({ certificate, ...rest }: FunctionConnection): FunctionEvent {
  const connection = {
    ...(certificate && {
      clientCertificate: { certificates: { leaf: certificate } },
      clientCertInfo: certificate,
    }),
    ...rest,
  };
  return {
    eventType: "viewer-request",
    distributionDomainName: rest.endpoint,
    distributionId: rest.distributionId,
    requestId: rest.connectionId,
    viewerIp: rest.clientIp,
    request: {
      method: "GET",
      uri: "/",
      querystring: undefined,
      headers: ["x-connection", inAscii(JSON.stringify(connection))],
    },
  };
}

/**
 * @param connectionObject JSON, as TestConnectionFunction is given it
 * @returns an event for FunctionTester
 * @throws InvalidEventObject, when it is no JSON object, or nested too deep
 */
export function connectionTestEvent(connectionObject: string): string {
  try {
    const headers = { "x-connection": { value: inAscii(JSON.stringify(read(connectionObject))) } };
    const request = { method: "GET", uri: "/", headers };
    return JSON.stringify({ version: "1.0", context: { eventType: "viewer-request" }, request });
  } catch (error) {
    // JSON.parse reads any depth, and JSON.stringify does not write every depth again.
    if (error instanceof RangeError) {
      throw new InvalidEventObject("The connection object is nested too deep", { cause: error });
    }
    throw error;
  }
}

function read(connectionObject: string): object {
  let connection: unknown;
  try {
    connection = parseStrictJson(connectionObject);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new InvalidEventObject(`The connection object ${error.message}`, { cause: error });
  }
  if (typeof connection !== "object" || connection === null || Array.isArray(connection)) {
    throw new InvalidEventObject("The connection object must be a JSON object");
  }
  return connection;
}

/** Who doesn't decide has denied. */
export function decisionOf(outcome: Outcome | NotRun): ConnectionDecision {
  if (outcome.type === "response" && outcome.response.body !== undefined) {
    return readDecision(Buffer.from(outcome.response.body).toString());
  }
  if ("message" in outcome) {
    const line = outcome.type === "execution-error" ? outcome.line : undefined;
    return { type: "failed", message: outcome.message, ...(line !== undefined && { line }) };
  }
  return { type: "failed", message: `The connection function was not run: ${outcome.type}` };
}

/** The same of a test's output; undefined where the function failed. */
export function decisionOfTest(output: string): ConnectionDecision | undefined {
  if (output === "") return undefined;
  type Body = { readonly data: string } | string;
  const { response } = JSON.parse(output) as { readonly response?: { readonly body: Body } };
  if (response === undefined) return undefined;
  return readDecision(typeof response.body === "string" ? response.body : response.body.data);
}

function readDecision(body: string): ConnectionDecision {
  const [decision, logged] = JSON.parse(body) as [string, string];
  return { type: "decided", isAllowed: decision === "allow", logData: cut(logged) };
}

function cut(text: string): string {
  const bytes = Buffer.from(text.toWellFormed());
  if (bytes.length <= logDataMax) return bytes.toString();
  let end = logDataMax;
  while (((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function inAscii(json: string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
