/** The event as lines of text, in the order that guest/build-event.ts reads them. */
import type { PartRead } from "../dialect/event-kinds.ts";
import { type ReadParts, readsAll } from "../dialect/read-parts.ts";
import type { FunctionEvent } from "../function-runtime.ts";
import { visibleName } from "./header-rules.ts";
import {
  type CookieName,
  cookiesLeftOut,
  findShape,
  headersLeftOut,
  type ShapeSlots,
} from "./header-shapes.ts";
import { isAscii, textFromWire } from "./wire-text.ts";

/**
 * @param reads what the function may look at; of other parts nothing is sent
 * @param slots what the isolate knows of headers' names; without it, names are spelled out
 */
export function encodeEvent(
  event: FunctionEvent,
  reads: ReadParts = readsAll,
  slots?: ShapeSlots,
): string {
  const lines = encodeLines(event, asSent, reads, slots);
  // Hardly any event has more than ASCII, and looking once is cheaper than at each of its parts.
  return isAscii(lines) ? lines : encodeLines(event, textFromWire, reads, slots);
}

type Decode = (wire: string) => string;

const asSent: Decode = (wire) => wire;

function encodeLines(
  event: FunctionEvent,
  decode: Decode,
  reads: ReadParts,
  slots: ShapeSlots | undefined,
): string {
  const { request, response } = event;
  const lines = [
    event.eventType,
    event.distributionDomainName,
    event.distributionId,
    event.requestId,
    event.viewerIp,
    request.method,
    decode(request.uri),
    encodeQuery(request.querystring, decode, reads.request.querystring),
  ];
  addHeaders(lines, request.headers, decode, "cookie", reads.request, slots);
  if (response !== undefined) {
    lines.push(String(response.statusCode), decode(response.statusDescription));
    addHeaders(lines, response.headers, decode, "set-cookie", reads.response, slots);
  }
  return lines.join("\n");
}

/** "-" says that it was left out, "" that there is no query string. */
function encodeQuery(query: string | undefined, decode: Decode, read: PartRead): string {
  if (query === undefined) return "";
  return mayHold(query, read) ? `?${decode(query)}` : "-";
}

/** Whether a query string or a line of cookies may have one of the names, which are ASCII. */
function mayHold(text: string, read: PartRead): boolean {
  if (read === "all") return true;
  for (const name of read) if (text.includes(name)) return true;
  return false;
}

/**
 * A line that says which headers come, then their values, a line each; headers that functions
 * don't see are left out. Of a known shape the first line is "#" and its slot. Otherwise it is a digit
 * that says what was left out, and the count, and before each value there is a line with its name.
 */
function addHeaders(
  lines: string[],
  headers: readonly string[],
  decode: Decode,
  cookieName: CookieName,
  reads: { readonly headers: PartRead; readonly cookies: PartRead },
  slots: ShapeSlots | undefined,
): void {
  if (isNone(reads.headers) && isNone(reads.cookies)) {
    lines.push(nothingSent);
    return;
  }
  const shape = slots && findShape(headers, cookieName);
  if (slots && shape) {
    const withCookies = shape.cookiePlaces.some((place) =>
      mayHold(headers[place] as string, reads.cookies),
    );
    const { slot, places } = slots.slotOf(shape, reads.headers, withCookies);
    lines.push(`#${slot}`);
    for (const place of places) lines.push(decode(headers[place] as string));
    return;
  }
  const first = lines.length;
  lines.push("");
  const withCookies = headers.some(
    (line, i) =>
      i % 2 === 1 &&
      visibleName(headers[i - 1] as string) === cookieName &&
      mayHold(line, reads.cookies),
  );
  let count = 0;
  let leftOut = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = visibleName(headers[i] as string);
    if (name === "") continue;
    const isCookie = name === cookieName;
    if (isCookie ? withCookies : reads.headers === "all" || reads.headers.has(name)) {
      lines.push(name, decode(headers[i + 1] as string));
      count += 1;
    } else leftOut |= isCookie ? cookiesLeftOut : headersLeftOut;
  }
  lines[first] = `${leftOut}${count}`;
}

const isNone = (read: PartRead): boolean => read !== "all" && read.size === 0;

const nothingSent = `${headersLeftOut | cookiesLeftOut}0`;
