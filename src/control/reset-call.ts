/** The call `/footlight/v1/reset`: empties the account, for test suites. */
import type { ApiResponse } from "../wire/api-message.ts";
import { footlightActions } from "./access/permissions.ts";
import { failure, success } from "./footlight-answer.ts";
import { changeOf, type FootlightApi, type FootlightCall } from "./footlight-call.ts";

export async function reset(call: FootlightCall, api: FootlightApi): Promise<ApiResponse> {
  if (!api.allowReset) {
    const message = "This node cannot be reset: it was not started with --allow-reset";
    return failure(403, "ACCESS_DENIED", message, call.requestId);
  }
  const fact = { type: "account-reset" } as const;
  const state = await api.commit(() => changeOf(fact, footlightActions.reset, call, api.now));
  return success({ id: state.account, revision: state.revision });
}
