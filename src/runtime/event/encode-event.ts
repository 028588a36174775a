/** The event as lines of text, in the order that guest/build-event.ts reads them. */
import type { FunctionEvent } from "../function-runtime.ts";
import { visibleName } from "./header-rules.ts";

export function encodeEvent(event: FunctionEvent): string {
  const { request, response } = event;
  const query = request.querystring === undefined ? "" : `?${request.querystring}`;
  const head = `${event.eventType}\n${event.distributionDomainName}\n${event.distributionId}\n${event.requestId}\n${event.viewerIp}\n${request.method}\n${request.uri}\n${query}`;
  const text = head + encodeHeaders(request.headers);
  if (response === undefined) return text;
  return `${text}\n${response.statusCode}\n${response.statusDescription}${encodeHeaders(response.headers)}`;
}

/** A line with the count, then a name and a value line each; headers that functions don't see are left out. */
function encodeHeaders(headers: readonly string[]): string {
  let lines = "";
  let count = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = visibleName(headers[i] as string);
    if (name === "") continue;
    lines += `\n${name}\n${headers[i + 1]}`;
    count += 1;
  }
  return `\n${count}${lines}`;
}
