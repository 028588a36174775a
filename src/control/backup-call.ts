/** The call `/footlight/v1/backup`: the whole account, in pages. */
import { InvalidArgument } from "../model/errors.ts";
import type { ApiResponse } from "../wire/api-message.ts";
import { parseQuery } from "../wire/query.ts";
import { success } from "./footlight-answer.ts";
import type { FootlightApi, FootlightCall } from "./footlight-call.ts";

export async function backup({ request }: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const query = parseQuery(request.query);
  const unknown = query.keys().find((name) => name !== "after");
  if (unknown !== undefined)
    throw new InvalidArgument(`There is no parameter "${unknown}": it takes after`);
  const marker = query.get("after");
  const page = await api.accountLog.readBackup(marker);
  if (page === undefined) {
    throw new InvalidArgument(`after must be the next_marker of the page before, got "${marker}"`);
  }
  return success({ id: api.state().account, ...page });
}
