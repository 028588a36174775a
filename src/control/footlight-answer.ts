/** The envelope of what the API answers beyond AWS's: that of the JSON face. */
import type { ApiResponse } from "../wire/api-message.ts";

export function success(data: object): ApiResponse {
  return json(200, { success: true, data });
}

export function failure(
  status: number,
  code: string,
  message: string,
  requestId: string,
): ApiResponse {
  return json(status, { success: false, error: { code, message, request_id: requestId } });
}

export function json(status: number, body: object): ApiResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
