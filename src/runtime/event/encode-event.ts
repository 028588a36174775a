/** The event as lines of text, in the order that guest/build-event.ts reads them. */
import type { PartRead } from "../dialect/event-kinds.ts";
import { type ReadParts, readsAll } from "../dialect/read-parts.ts";
import type { FunctionEvent } from "../function-runtime.ts";
import { headerRules } from "../../model/header-rules.ts";
import {
  type CookieName,
  cookiesLeftOut,
  findShape,
  type HeaderReads,
  headersLeftOut,
  type ShapeNumbers,
} from "./header-shapes.ts";
import { namedPairs } from "./named-pairs.ts";
import { isAscii, textFromWire } from "./wire-text.ts";

/**
 * @param reads what the function may look at; of other parts nothing is sent
 * @param numbers of headers' names, which the isolate is taught; without them, names are spelled out
 */
export function encodeEvent(
  event: FunctionEvent,
  reads: ReadParts = readsAll,
  numbers?: ShapeNumbers,
): string {
  const lines = encodeLines(event, asSent, reads, numbers);
  // Hardly any event has more than ASCII, and looking once is cheaper than at each of its parts.
  return isAscii(lines) ? lines : encodeLines(event, textFromWire, reads, numbers);
}

type Decode = (wire: string) => string;

const asSent: Decode = (wire) => wire;

function encodeLines(
  event: FunctionEvent,
  decode: Decode,
  reads: ReadParts,
  numbers: ShapeNumbers | undefined,
): string {
  const { request, response } = event;
  const lines = [
    event.eventType,
    placeOf(event),
    event.distributionId,
    reads.requestId ? event.requestId : "",
    reads.viewerIp ? event.viewerIp : "",
    request.method,
    decode(request.uri),
    encodeQuery(request.querystring, decode, reads.request),
  ];
  addHeaders(lines, request.headers, decode, "cookie", reads.request, numbers);
  if (response !== undefined) {
    lines.push(String(response.statusCode), decode(response.statusDescription));
    addHeaders(lines, response.headers, decode, "set-cookie", reads.response, numbers);
  }
  return lines.join("\n");
}

/**
 * The distribution's domain name; or "@", a tenant's endpoint, a space and what is told of it. Before either may stand
 * "!", the edge location's three letters, its region and a space.
 */
function placeOf({ distributionDomainName, tenant, edgeLocation }: FunctionEvent): string {
  const place =
    tenant === undefined ? distributionDomainName : `@${tenant.endpoint} ${tenant.told}`;
  if (edgeLocation === undefined) return place;
  return `!${edgeLocation.name}${edgeLocation.region} ${place}`;
}

/**
 * A letter and the query string: "?" is all of it, "" that there is none, "&" all of it for a function
 * that can't read it raw, and "-" the pairs with the names that the function reads.
 */
function encodeQuery(
  query: string | undefined,
  decode: Decode,
  reads: ReadParts["request"],
): string {
  if (reads.querystring !== "all")
    return `-${pairsIn(query ?? "", "&", decode, reads.querystring)}`;
  if (!reads.rawQueryString) return `&${decode(query ?? "")}`;
  return query === undefined ? "" : `?${decode(query)}`;
}

/** The pairs of a query string or a Cookie line that are needed, and in what is not ASCII all of them. */
function pairsIn(text: string, separator: "&" | ";", decode: Decode, read: PartRead): string {
  if (!mayHold(text, read)) return "";
  if (read === "all" || decode !== asSent || !isAscii(text)) return decode(text);
  return namedPairs(text, separator, read);
}

const mostSearched = 65_536;

/** Whether a query string or a line of cookies may have one of the names, which are ASCII. */
function mayHold(text: string, read: PartRead): boolean {
  if (read === "all") return true;
  // Looking for many names, or for long ones, in what a viewer made long can take the product of both.
  if (text.length * read.size > mostSearched) return true;
  for (const name of read) {
    if (text.length * name.length > mostSearched || text.includes(name)) return true;
  }
  return false;
}

/**
 * A line that says which headers come, then their values, a line each; headers that functions
 * don't see are left out. Of a known shape the first line is "#" and its number. Otherwise it is a digit
 * that says what was left out, and the count, and before each value there is a line with its name.
 */
function addHeaders(
  lines: string[],
  headers: readonly string[],
  decode: Decode,
  cookieName: CookieName,
  reads: HeaderReads,
  numbers: ShapeNumbers | undefined,
): void {
  if (isNone(reads.headers) && isNone(reads.cookies)) {
    lines.push(nothingSent);
    return;
  }
  /** A header's value; of cookies those that are needed. */
  const valueAt = (place: number, isCookie: boolean): string => {
    const value = headers[place] as string;
    const hasPairs = isCookie && cookieName === "cookie";
    return hasPairs ? pairsIn(value, ";", decode, reads.cookies) : decode(value);
  };
  const shape = numbers && findShape(headers, cookieName);
  if (numbers && shape) {
    const { cookiePlaces } = shape;
    const withCookies = cookiePlaces.some((at) => mayHold(headers[at] as string, reads.cookies));
    const { number, places } = numbers.of(shape, reads, withCookies);
    lines.push(`#${number}`);
    for (const place of places) lines.push(valueAt(place, cookiePlaces.includes(place)));
    return;
  }
  const first = lines.length;
  lines.push("");
  let count = 0;
  let leftOut = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headerRules(headers[i] as string).visible;
    if (name === "") continue;
    const isCookie = name === cookieName;
    const read = isCookie ? reads.cookies : reads.headers;
    if (isCookie ? !isNone(read) : read === "all" || read.has(name)) {
      lines.push(name, valueAt(i + 1, isCookie));
      count += 1;
    } else if (!isCookie) leftOut |= headersLeftOut;
    if (isCookie && read !== "all") leftOut |= cookiesLeftOut;
  }
  lines[first] = `${leftOut}${count}`;
}

const isNone = (read: PartRead): boolean => read !== "all" && read.size === 0;

const nothingSent = `${headersLeftOut | cookiesLeftOut}0`;
