/**
 * Reads a query string strictly: each key once, everything percent-encoded UTF-8. A "+" is a
 * space, as HTML forms and curl's --data-urlencode write it; AWS clients encode both.
 */
import { ApiError } from "../model/errors.ts";

/** @throws InvalidArgument, when a part is not percent-encoded UTF-8 or a key comes twice */
export function parseQuery(query: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const key = decodePart(equals === -1 ? part : part.slice(0, equals));
    if (parts.has(key)) {
      throw new ApiError(
        "InvalidArgument",
        `The query gives "${key.slice(0, 200)}" more than once`,
      );
    }
    parts.set(key, equals === -1 ? "" : decodePart(part.slice(equals + 1)));
  }
  return parts;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch (error) {
    throw new ApiError(
      "InvalidArgument",
      `The query part "${part.slice(0, 200)}" is not valid percent-encoded UTF-8`,
      { cause: error },
    );
  }
}
