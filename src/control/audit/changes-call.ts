/** The call `/footlight/v1/changes`: who has changed what. */
import type { ApiResponse } from "../../wire/api-message.ts";
import { parseQuery } from "../../wire/query.ts";
import { success } from "../footlight-answer.ts";
import type { FootlightApi, FootlightCall } from "../footlight-call.ts";
import { listChanges } from "./list-changes.ts";

export async function changes({ request }: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  const state = api.state();
  const page = await listChanges(parseQuery(request.query), state, api.accountLog);
  return success({ id: state.account, ...page });
}
