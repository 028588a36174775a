import { apiVersion } from "../schema/operation-table.ts";

/** The Location header of what was created. Clients take it as opaque text; the form is AWS's. */
export function locationOf(collection: string, id: string): string {
  return `https://cloudfront.amazonaws.com/${apiVersion}/${collection}/${id}`;
}
