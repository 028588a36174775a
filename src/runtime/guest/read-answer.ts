/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Reads what a handler returned into text for the host (event/decode-answer.ts).
 *
 * Returned objects are the customer's: a property may be a getter that throws, loops or answers
 * differently the second time, so each is read where it is used, and what was read is what
 * counts. What a function left alone is written as 0, headers say how many of the first names were
 * left alone ("all" when every one was), and a request with nothing changed is the one character "=".
 *
 * A map of which not all names were sent can be told to be unchanged, or a header to be added to it.
 * For anything else `needsWhole` is thrown: the run is then repeated with all its names.
 */
import type { BuiltEvent } from "./build-event.ts";
import type { GuestCompareMaps } from "./compare-maps.ts";
import type { EntryMap, GuestEventMaps, Original } from "./event-maps.ts";
import type { GuestEventOrder } from "./event-order.ts";
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestReadAnswer(
  kit: GuestKit,
  maps: GuestEventMaps,
  compare: GuestCompareMaps,
  order: GuestEventOrder,
) {
  "use strict";
  const { keysOf, isArray, meter } = kit;
  const { placeOf } = maps;
  const { isSameMap, isSameAttributes, countKept } = compare;

  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null;

  /**
   * JSON text of a string; its length is charged, since one long string may be returned many times.
   * In JSON a control character is six: the host reads what is written.
   */
  const quote = (text: string): string => {
    meter.allocate(text.length);
    const quoted = kit.quote(text);
    const more = quoted.length - text.length;
    if (more > text.length + 64) meter.allocate(more);
    return quoted;
  };

  /** A response cookie that had no attributes. */
  const noAttributes: (string | undefined)[] = [];

  /** What is thrown to end the reading of an answer that has no readable form; known by identity. */
  const unreadable = { complaint: "" };
  const invalid = (complaint: string): never => {
    // The host tells the first 1,024 characters; names may be as long as a function can make them.
    unreadable.complaint = kit.slice(complaint, 0, 1025);
    throw unreadable;
  };

  /** What is thrown when the answer depends on names that were not sent. */
  const needsWhole = { part: "" };
  const askForWhole = (part: string): never => {
    needsWhole.part = part;
    throw needsWhole;
  };

  const quoteItem = (value: unknown, attributes: unknown, path: string): string => {
    if (typeof value !== "string") invalid(`${path} must have a value that is a string`);
    if (attributes === undefined) return quote(value as string);
    if (typeof attributes !== "string") invalid(`${path} must have attributes that are a string`);
    return `[${quote(value as string)},${quote(attributes as string)}]`;
  };

  /**
   * One name's values: multiValue where it was changed, else value for the first of what was there.
   *
   * @param hadAttributes a response cookie's attributes as they were; undefined for all that has none
   */
  const writeEntry = (
    entry: unknown,
    before: string | string[] | undefined,
    path: string,
    hadAttributes: (string | undefined)[] | undefined,
  ): string => {
    if (!isObject(entry)) return invalid(`${path} must be an object with a value`);
    const list = entry["multiValue"];
    const attributes = hadAttributes === undefined ? undefined : entry["attributes"];
    if (list === undefined) return quoteItem(entry["value"], attributes, path);
    if (!isArray(list)) return invalid(`${path} must have a multiValue that is an array`);

    const count = list.length;
    let changed = typeof before !== "object" || before.length !== count;
    let text = "";
    let rest = "";
    for (let i = 0; i < count; i += 1) {
      meter.spend(20);
      const item = list[i] as unknown;
      if (!isObject(item)) return invalid(`${path} must have a multiValue of objects with a value`);
      const value = item["value"];
      const itemAttributes = hadAttributes === undefined ? undefined : item["attributes"];
      const written = quoteItem(value, itemAttributes, path);
      if (typeof before === "object" && before[i] !== value) changed = true;
      if (hadAttributes !== undefined && hadAttributes[i] !== itemAttributes) changed = true;
      text += `,${written}`;
      if (i > 0) rest += `,${written}`;
    }
    const { value } = entry;
    const isFirstSame =
      typeof before === "object" && value === before[0] && attributes === hadAttributes?.[0];
    if (!changed && !isFirstSame) {
      return `${quoteItem(value, attributes, path)}${rest}`;
    }
    return text === "" ? "" : kit.slice(text, 1);
  };

  /** A new name that V8 lists before those that were there. */
  const startsWithDigit = (name: string): boolean => {
    const code = kit.charCodeAt(name, 0);
    return code >= 48 && code <= 57;
  };

  const writeMap = (
    map: unknown,
    original: Original | undefined,
    path: string,
    withAttributes: boolean,
    keep: boolean,
  ): string => {
    if (map === undefined) return "[]";
    if (!isObject(map) || isArray(map)) return invalid(`${path} must be an object`);
    const listed = keysOf(map);
    // Headers keep the places of their lines, which the host knows.
    const names =
      keep || original === undefined ? listed : order.inEventOrder(map, listed, original);
    const lacksNames = original !== undefined && original.lacksNames;
    let kept = 0;
    let front = "";
    if (lacksNames && (!keep || map !== original.map)) askForWhole(path);
    if (keep && original !== undefined) {
      kept = countKept(map as EntryMap, names, original);
      const all = kept === original.names.length;
      if (lacksNames && !all) askForWhole(path);
      // The host knows the names in the order they came in.
      if (original.reordered && !all) kept = 0;
      else front = `{"kept":${all ? '"all"' : kit.toText(kept)},"entries":`;
    }
    let text = "";
    let place = kept - 1;
    for (let i = kept; i < names.length; i += 1) {
      meter.spend(40);
      const name = names[i] as string;
      if (lacksNames && startsWithDigit(name)) askForWhole(path);
      // A name's place is that of the one before it and one, unless the function moved names.
      const at: number = original === undefined ? -1 : placeOf(original, name, place + 1);
      if (at >= 0) place = at;
      const before = at < 0 ? undefined : original?.values[at];
      const had = withAttributes ? (original?.attributes?.[at] ?? noAttributes) : undefined;
      const entry = writeEntry(map[name], before, `${path}['${name}']`, had);
      // An empty multiValue removes the name.
      if (entry !== "") text += `${text === "" ? "" : ","}[${quote(name)},${entry}]`;
    }
    return front === "" ? `[${text}]` : `${front}[${text}]}`;
  };

  /** Lambda@Edge's `status` and `clientIp`, a request's `body`: each is a mistake that CloudFront tells. */
  const refuseOtherFields = (
    result: Record<string, unknown>,
    fields: object,
    what: "request" | "response",
  ): void => {
    const names = keysOf(result);
    meter.spend(8 * names.length);
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      if (!kit.hasOwn(fields, name) && result[name] !== undefined) {
        invalid(`the ${what} object has an unexpected field`);
      }
    }
  };

  const readRequest = (
    result: Record<string, unknown>,
    built: BuiltEvent,
    full: boolean,
  ): string => {
    const method = result["method"];
    const uri = result["uri"];
    const querystring = result["querystring"];
    const headers = result["headers"];
    const cookies = result["cookies"];
    if (typeof method !== "string") invalid("request.method must be a string");
    if (typeof uri !== "string") invalid("request.uri must be a string");
    refuseOtherFields(result, built.requestFields, "request");

    const sameQuery = !full && isSameMap(querystring, built.querystring);
    const sameHeaders = !full && isSameMap(headers, built.headers);
    const sameCookies = !full && isSameMap(cookies, built.cookies);
    if (sameQuery && sameHeaders && sameCookies && method === built.method) {
      if (uri === built.uri) return "=";
      return `u${kit.asText(uri as string)}`;
    }
    let query = "0";
    if (!sameQuery) {
      query =
        typeof querystring === "string"
          ? quote(querystring)
          : writeMap(querystring, built.querystring, "request.querystring", false, false);
    }
    const writtenHeaders = sameHeaders
      ? "0"
      : writeMap(headers, built.headers, "request.headers", false, !full);
    const writtenCookies = sameCookies
      ? "0"
      : writeMap(cookies, built.cookies, "request.cookies", false, false);
    return `{"type":"request","method":${quote(method as string)},"uri":${quote(uri as string)},"querystring":${query},"headers":${writtenHeaders},"cookies":${writtenCookies}`;
  };

  const writeBody = (body: unknown): string => {
    if (body === undefined) return "";
    if (typeof body === "string") return `,"body":{"encoding":"text","data":${quote(body)}}`;
    if (!isObject(body)) return invalid("response.body must be a string or an object");
    const encoding = body["encoding"];
    const data = body["data"];
    if (typeof data !== "string") return invalid("response.body must have data that is a string");
    if (encoding !== "text" && encoding !== "base64") {
      return invalid("response.body must have the encoding text or base64");
    }
    return `,"body":{"encoding":"${encoding}","data":${quote(data)}}`;
  };

  const readResponse = (
    result: Record<string, unknown>,
    built: BuiltEvent,
    full: boolean,
  ): string => {
    const statusCode = result["statusCode"];
    const statusDescription = result["statusDescription"];
    const headers = result["headers"];
    const cookies = result["cookies"];
    const body = writeBody(result["body"]);
    if (typeof statusCode !== "number" || !kit.isInteger(statusCode)) {
      invalid("response.statusCode must be an integer");
    }
    if (statusDescription !== undefined && typeof statusDescription !== "string") {
      invalid("response.statusDescription must be a string");
    }
    refuseOtherFields(result, built.responseFields, "response");
    const before = built.responseHeaders;
    const cookiesBefore = built.responseCookies;
    const sameHeaders = !full && before !== undefined && isSameMap(headers, before);
    const sameCookies =
      !full &&
      cookiesBefore !== undefined &&
      isSameMap(cookies, cookiesBefore) &&
      isSameAttributes(cookiesBefore);
    const writtenHeaders = sameHeaders
      ? "0"
      : writeMap(headers, before, "response.headers", false, !full);
    const writtenCookies = sameCookies
      ? "0"
      : writeMap(cookies, cookiesBefore, "response.cookies", true, false);
    const description =
      statusDescription === undefined
        ? ""
        : `,"statusDescription":${quote(statusDescription as string)}`;
    return `{"type":"response","statusCode":${kit.toText(statusCode)}${description},"headers":${writtenHeaders},"cookies":${writtenCookies}${body}`;
  };

  /**
   * @param full whether to write everything, changed or not, as TestFunction shows it
   * @throws `unreadable`, when the answer has no readable form; its complaint says why
   * @throws `needsWhole`, when it takes the whole of a part to tell what the answer is
   */
  const readAnswer = (
    result: Record<string, unknown>,
    built: BuiltEvent,
    full: boolean,
  ): string => {
    if ("statusCode" in result) return readResponse(result, built, full);
    return readRequest(result, built, full);
  };

  return { isObject, readAnswer, unreadable, needsWhole };
}

export type GuestReadAnswer = ReturnType<typeof guestReadAnswer>;
