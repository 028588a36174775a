/** What tests run: a function's source as a published copy, and an event for it. */
import type { FunctionCopy } from "../../src/model/function.ts";
import type { FunctionEvent } from "../../src/runtime/function-runtime.ts";
import type { RuntimeName } from "../../src/runtime/runtime-name.ts";

export function copyOf(source: string, runtime: RuntimeName = "cloudfront-js-2.0"): FunctionCopy {
  return {
    config: { Comment: "", Runtime: runtime },
    code: Buffer.from(source).toString("base64"),
    version: 1,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  };
}

/**
 * For tests that are not about the watchdog: a machine that is busy with something else may keep a
 * run from going on for longer than a run may take.
 */
export const patientWatchdogMs = 2000;

/** A viewer request for "/", with nothing but a host. */
export const sampleEvent: FunctionEvent = {
  eventType: "viewer-request",
  distributionDomainName: "d111111abcdef8.cloudfront.net",
  distributionId: "EDFDVBD6EXAMPLE",
  requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
  viewerIp: "198.51.100.7",
  request: { method: "GET", uri: "/", querystring: undefined, headers: ["Host", "shop.example"] },
};
