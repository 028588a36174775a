/**
 * What stands in an event that does not belong there: what makes it none, and what CloudFront does not read.
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure" and "Test functions".
 */
import { isObject, kindOf, type JsonObject } from "./read-json-file.ts";

const eventMembers = ["version", "context", "viewer", "request", "response"];

/** @returns why it is no event, as a clause about the file; undefined when it may be one */
export function whyNoEvent(event: JsonObject): string | undefined {
  if ("Records" in event) {
    return "is an event of Lambda@Edge, with Records: a function of CloudFront's gets version, context, viewer and request";
  }
  if ("EventObject" in event) {
    return "is a call of TestFunction: keep the event itself in the file, which is what its EventObject holds in base64";
  }
  if ("TestResult" in event || "FunctionOutput" in event) {
    return "is what TestFunction answered, and no event: keep what it was asked with";
  }
  if ("clientCertificate" in event || "connectionId" in event) {
    return "is a connection object, and no event: connection functions are tested with TestConnectionFunction";
  }
  const unknown = Object.keys(event).find((name) => !eventMembers.includes(name));
  if (unknown !== undefined) {
    return `has an unknown member ${unknown}: an event has ${eventMembers.join(", ")}, and Footlight's own are expect and given`;
  }
  const { context } = event;
  if (context === undefined) {
    return 'is no event: it has no context. Write "context": {"eventType": "viewer-request"}, or viewer-response';
  }
  const eventType = isObject(context) ? context["eventType"] : undefined;
  if (eventType === "origin-request" || eventType === "origin-response") {
    return `is wrong: context.eventType is ${eventType}, which is Lambda@Edge's; functions of CloudFront's run for viewer-request and viewer-response`;
  }
  if (eventType === "viewer-response" && event["response"] === undefined) {
    return "is wrong: context.eventType is viewer-response, and there is no response. Write one, with statusCode and headers, or viewer-request";
  }
  return undefined;
}

const known: Readonly<Record<string, readonly string[]>> = {
  context: ["distributionDomainName", "endpoint", "distributionId", "eventType", "requestId"],
  viewer: ["ip"],
  request: ["method", "uri", "querystring", "headers", "cookies"],
  response: ["statusCode", "statusDescription", "headers", "cookies"],
};

/** What TestFunction takes at most, in bytes. */
const eventBytesMax = 40_960;

/** @returns what CloudFront would not read, or not take, a sentence each */
export function remarksOn(event: JsonObject): string[] {
  const remarks: string[] = [];
  const { version, context, response } = event;
  if (version !== "1.0")
    remarks.push(`version is ${kindOf(version)}: CloudFront's events say "1.0"`);
  if (response !== undefined && isObject(context) && context["eventType"] === "viewer-request") {
    remarks.push("response is not read: the event is a viewer-request");
  }
  for (const [part, names] of Object.entries(known)) {
    const members = event[part];
    if (!isObject(members)) continue;
    const unknown = Object.keys(members).filter((name) => !names.includes(name));
    remarks.push(...unknown.map((name) => `${part}.${name} is not read: there is no such member`));
    remarks.push(...remarksOnMaps(part, members));
  }
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > eventBytesMax) {
    remarks.push(`it is ${bytes} bytes: TestFunction of CloudFront's takes ${eventBytesMax}`);
  }
  return remarks;
}

function remarksOnMaps(part: string, members: JsonObject): string[] {
  const remarks: string[] = [];
  for (const map of ["querystring", "headers", "cookies"]) {
    const entries = members[map];
    if (!isObject(entries)) continue;
    for (const [name, entry] of Object.entries(entries)) {
      const at = `${part}.${map}["${name}"]`;
      if (map === "headers" && name !== name.toLowerCase()) {
        remarks.push(`${at} is not how a function finds it: names of headers are in lower case`);
      }
      if (isObject(entry) && "multivalue" in entry) {
        remarks.push(`${at}.multivalue is not read: it is spelled multiValue`);
      }
    }
  }
  return remarks;
}
