/**
 * Custom error responses: which statuses are replaced, by which page.
 *
 * Source: CloudFront Developer Guide, "Generate custom error responses".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { checkRelativePath } from "./check-origins.ts";
import type { Draft } from "./draft.ts";

const errorCodes = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
const responseCodes = ["200", ...errorCodes.map(String)];

export function checkCustomErrors({ config }: Draft): void {
  const seen = new Set<number>();
  for (const response of config.CustomErrorResponses?.Items ?? []) {
    const { ErrorCode = 0, ResponsePagePath = "", ResponseCode = "" } = response;
    if (!errorCodes.includes(ErrorCode) || seen.has(ErrorCode)) {
      throw new ApiError(
        "InvalidErrorCode",
        `ErrorCode must be one of ${errorCodes.join(", ")}, each once, got ${ErrorCode}`,
      );
    }
    seen.add(ErrorCode);
    if ((ResponsePagePath === "") !== (ResponseCode === "")) {
      throw new InvalidArgument(
        `Your request must specify both ResponsePagePath and ResponseCode together or none of them. ErrorCode ${ErrorCode} has "${ResponsePagePath}" and "${ResponseCode}"`,
      );
    }
    if (ResponseCode !== "" && !responseCodes.includes(ResponseCode)) {
      throw new ApiError(
        "InvalidResponseCode",
        `ResponseCode must be one of ${responseCodes.join(", ")}, got "${ResponseCode}"`,
      );
    }
    if (ResponsePagePath !== "") checkRelativePath("ResponsePagePath", ResponsePagePath);
    if ((response.ErrorCachingMinTTL ?? 0) < 0) {
      throw new InvalidArgument(
        `The parameter ErrorCachingMinTTL must be 0 or more, got ${response.ErrorCachingMinTTL}`,
      );
    }
  }
}
