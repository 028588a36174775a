/** Whether functions can run: their sandbox is a prebuilt addon, which not every system can load. */
import type { FunctionCopy } from "../../model/function.ts";
import { createFunctionTester } from "../../runtime/apart/function-tester.ts";
import { failure, ok, type Finding } from "./finding.ts";

const source = "function handler(event) { event.request.uri = '/it-ran'; return event.request; }";
const copy: FunctionCopy = {
  config: { Comment: "", Runtime: "cloudfront-js-2.0" },
  code: Buffer.from(source).toString("base64"),
  version: 1,
  createdTime: "",
  lastModifiedTime: "",
};
const event = JSON.stringify({
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "192.0.2.1" },
  request: { method: "GET", uri: "/", headers: {}, cookies: {}, querystring: {} },
});

/** In a process of its own: an addon that does not fit may end who loads it. */
export async function checkIsolate(): Promise<Finding> {
  const about = "function sandbox";
  const tester = createFunctionTester({ max: 2, deadlineMs: 20_000 });
  try {
    const beganAt = performance.now();
    const { output, errorMessage } = await tester.test(copy, event);
    if (!output.includes('"/it-ran"')) throw new Error(errorMessage);
    const tookMs = Math.round(performance.now() - beganAt);
    return ok(about, `it runs a function, ${tookMs} ms with its start`);
  } catch (error) {
    return failure(
      about,
      `it cannot run a function: ${(error as Error).message}`,
      "npm rebuild isolated-vm, with Python, make and a C++ compiler where there is no prebuilt one for this system",
    );
  } finally {
    tester.close();
  }
}
