/** The event as lines of text, in the order that guest/build-event.ts reads them. */
import type { FunctionEvent } from "../function-runtime.ts";
import { visibleName } from "./header-rules.ts";
import { isAscii, textFromWire } from "./wire-text.ts";

export function encodeEvent(event: FunctionEvent): string {
  const lines = encodeLines(event, asSent);
  // Hardly any event has more than ASCII, and looking once is cheaper than at each of its parts.
  return isAscii(lines) ? lines : encodeLines(event, textFromWire);
}

type Decode = (wire: string) => string;

const asSent: Decode = (wire) => wire;

function encodeLines(event: FunctionEvent, decode: Decode): string {
  const { request, response } = event;
  const query = request.querystring === undefined ? "" : `?${decode(request.querystring)}`;
  const head = `${event.eventType}\n${event.distributionDomainName}\n${event.distributionId}\n${event.requestId}\n${event.viewerIp}\n${request.method}\n${decode(request.uri)}\n${query}`;
  const text = head + encodeHeaders(request.headers, decode);
  if (response === undefined) return text;
  return `${text}\n${response.statusCode}\n${decode(response.statusDescription)}${encodeHeaders(response.headers, decode)}`;
}

/** A line with the count, then a name and a value line each; headers that functions don't see are left out. */
function encodeHeaders(headers: readonly string[], decode: Decode): string {
  let lines = "";
  let count = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = visibleName(headers[i] as string);
    if (name === "") continue;
    lines += `\n${name}\n${decode(headers[i + 1] as string)}`;
    count += 1;
  }
  return `\n${count}${lines}`;
}
