/** Finds the row of a table of calls that answers a request. */
import type { ApiRequest } from "../wire/api-message.ts";
import { MethodNotAllowed } from "../wire/route.ts";
import type { Labels } from "./footlight-call.ts";

/**
 * Finds what answers a path. HEAD is GET, whose body the listener leaves out: load balancers ask for the health like that.
 *
 * @param rows by method and path, whose labels are one part of it each, like `{name}`
 * @returns undefined, when nothing has that path
 * @throws MethodNotAllowed, when something has, with other methods
 */
export function findCall<Row>(
  rows: Readonly<Record<string, Row>>,
  { method, path }: Pick<ApiRequest, "method" | "path">,
): { readonly row: Row; readonly labels: Labels } | undefined {
  const wanted = method === "HEAD" ? "GET" : method;
  const allowed: string[] = [];
  for (const [key, row] of Object.entries(rows)) {
    const [known = "", template = ""] = key.split(" ");
    const labels = matchPath(template, path);
    if (labels === undefined) continue;
    if (known === wanted) return { row, labels };
    allowed.push(known);
  }
  if (allowed.length > 0) throw new MethodNotAllowed(method, path, allowed);
  return undefined;
}

/** @returns what the labels stand for; undefined where it is another path */
function matchPath(template: string, path: string): Labels | undefined {
  const wanted = template.split("/");
  const parts = path.split("/");
  if (parts.length !== wanted.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)\}$/.exec(wanted[index]!)?.[1];
    // Names of functions, and of versions, have nothing that a path would have to encode.
    if (name !== undefined && /^[\w-]+$/.test(part)) labels[name] = part;
    else if (part !== wanted[index]) return undefined;
  }
  return labels;
}
