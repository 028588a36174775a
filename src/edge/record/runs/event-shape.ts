/** What kind of event one is: those of a shape take the same way through most functions. */
import type { FunctionEvent } from "../../../runtime/function-runtime.ts";
import { hiddenMark } from "../../../runtime/hidden-values.ts";

/** Method, path pattern, and the names of headers, cookies and parameters. */
export function eventShape({ eventType, request, response }: FunctionEvent): string {
  const { method, uri, querystring, headers } = request;
  const parts = [eventType, method, pathPattern(uri), namesIn(querystring ?? "", "&")];
  parts.push(headerNames(headers, "cookie"));
  if (response !== undefined) {
    parts.push(String(response.statusCode), headerNames(response.headers, "set-cookie"));
  }
  return parts.join("\n");
}

/** Numbers, ids and long names in a path are other ones each time. */
export function pathPattern(uri: string): string {
  return uri
    .split("/")
    .map((part) => {
      const isVaried = part.length > 32 || /\d/.test(part) || part.includes("%");
      if (!isVaried) return part;
      const dot = part.lastIndexOf(".");
      return dot > 0 && part.length - dot <= 6 ? `*${part.slice(dot)}` : "*";
    })
    .join("/");
}

function headerNames(headers: readonly string[], cookies: "cookie" | "set-cookie"): string {
  const names: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!.toLowerCase();
    if (name === cookies) names.push(`${name}:${namesIn(headers[index + 1]!, ";")}`);
    else names.push(name);
  }
  return names.sort().join(" ");
}

function namesIn(pairs: string, separator: "&" | ";"): string {
  if (pairs === "") return "";
  const names = pairs.split(separator).map((pair) => {
    const name = pair.split("=", 1)[0]!.trim();
    // A value alone, in whose place another stands.
    return name.startsWith(hiddenMark) ? "*" : name;
  });
  return names.sort().join(" ");
}
