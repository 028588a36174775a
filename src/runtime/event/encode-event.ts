/** The event as lines of text, in the order that guest/build-event.ts reads them. */
import { type ReadParts, readsAll } from "../dialect/read-parts.ts";
import type { FunctionEvent } from "../function-runtime.ts";
import { visibleName } from "./header-rules.ts";
import { type CookieName, findShape, type ShapeSlots } from "./header-shapes.ts";
import { isAscii, textFromWire } from "./wire-text.ts";

/**
 * @param reads the parts that the function may look at; the others are sent as if there were none
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
    encodeQuery(request.querystring, decode, reads),
  ];
  addHeaders(lines, request.headers, decode, "cookie", reads, slots);
  if (response !== undefined) {
    lines.push(String(response.statusCode), decode(response.statusDescription));
    addHeaders(lines, response.headers, decode, "set-cookie", reads, slots);
  }
  return lines.join("\n");
}

/** "-" says that the function doesn't look, "" that there is no query string. */
function encodeQuery(query: string | undefined, decode: Decode, reads: ReadParts): string {
  if (!reads.querystring) return "-";
  return query === undefined ? "" : `?${decode(query)}`;
}

/**
 * A line that says which headers come, then their values, a line each; headers that functions
 * don't see are left out. Of a known shape the first line is "#" and its slot. Otherwise it is
 * the count, and before each value there is a line with its name.
 */
function addHeaders(
  lines: string[],
  headers: readonly string[],
  decode: Decode,
  cookieName: CookieName,
  reads: ReadParts,
  slots: ShapeSlots | undefined,
): void {
  if (!reads.headers && !reads.cookies) {
    lines.push("0");
    return;
  }
  const shape = slots && findShape(headers, cookieName, reads.cookies);
  if (slots && shape) {
    lines.push(`#${slots.slotOf(shape)}`);
    for (const place of shape.places) lines.push(decode(headers[place] as string));
    return;
  }
  const first = lines.length;
  lines.push("0");
  let count = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = visibleName(headers[i] as string);
    if (name === "" || (name === cookieName && !reads.cookies)) continue;
    lines.push(name, decode(headers[i + 1] as string));
    count += 1;
  }
  lines[first] = String(count);
}
