/** A recorded event in the form of TestFunction's test events, to be kept beside a function. */
import type { FunctionEvent } from "../runtime/function-runtime.ts";

interface Entry {
  value: string;
  multiValue?: { value: string }[];
}

type EntryMap = Record<string, Entry>;

export function testEventOf(event: FunctionEvent): object {
  const { eventType, distributionDomainName, distributionId, requestId, request, response } = event;
  return {
    version: "1.0",
    context: { distributionDomainName, distributionId, eventType, requestId },
    viewer: { ip: event.viewerIp },
    request: {
      ...{ method: request.method, uri: request.uri },
      querystring: pairs(request.querystring ?? "", "&"),
      ...maps(request.headers, "cookie"),
    },
    ...(response && {
      response: {
        ...{ statusCode: response.statusCode, statusDescription: response.statusDescription },
        ...maps(response.headers, "set-cookie"),
      },
    }),
  };
}

function add(map: EntryMap, name: string, value: string): void {
  const known = Object.hasOwn(map, name) ? map[name] : undefined;
  if (known === undefined) map[name] = { value };
  else (known.multiValue ??= [{ value: known.value }]).push({ value });
}

function pairs(text: string, separator: "&" | ";", map: EntryMap = {}): EntryMap {
  for (const pair of text === "" ? [] : text.split(separator)) {
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    add(map, name.trim(), equals < 0 ? "" : pair.slice(equals + 1).trim());
  }
  return map;
}

function maps(
  lines: readonly string[],
  cookieName: "cookie" | "set-cookie",
): { readonly headers: EntryMap; readonly cookies: EntryMap } {
  const [headers, cookies]: EntryMap[] = [{}, {}];
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index]!.toLowerCase();
    const value = lines[index + 1]!;
    if (name !== cookieName) add(headers!, name, value);
    else pairs(cookieName === "cookie" ? value : value.split(";", 1)[0]!, ";", cookies);
  }
  return { headers: headers!, cookies: cookies! };
}
