/** Runs a test of a function, whose failures are the API's errors. */
import type { Logger } from "../../base/logger.ts";
import { ApiError } from "../../model/errors.ts";
import { HostFailure } from "../../runtime/apart/host-failure.ts";
import { InvalidEventObject } from "../../runtime/function-runtime.ts";

/**
 * @param name the function's
 * @throws InvalidArgument, when the event object is no event
 * @throws TestFunctionFailed, when it outlived its time or ended its process, or could not be run at all
 */
export async function runTest<Run>(
  name: string,
  logger: Logger,
  test: () => Promise<Run>,
): Promise<Run> {
  try {
    return await test();
  } catch (error) {
    if (error instanceof InvalidEventObject) {
      throw new ApiError("InvalidArgument", error.message, { cause: error });
    }
    logger.error({ err: error, function: name }, "A function could not be tested");
    const why = error instanceof HostFailure ? `: ${error.message}` : "";
    throw new ApiError("TestFunctionFailed", `The function ${name} could not be run${why}`, {
      cause: error,
    });
  }
}
