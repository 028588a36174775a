/**
 * Lambda@Edge functions on behaviors. They are stored and answered, and never run.
 *
 * Source: CloudFront Developer Guide, "Restrictions on Lambda@Edge".
 */
import { behaviorsOf } from "../../../model/distribution.ts";
import { ApiError } from "../../../model/errors.ts";
import type { Behavior } from "./complete-behavior.ts";
import type { Draft } from "./draft.ts";

export function checkLambdaFunctions({ config }: Draft): void {
  for (const behavior of behaviorsOf(config)) {
    const associations = behavior.LambdaFunctionAssociations?.Items ?? [];
    checkEventTypes(behavior);
    for (const { LambdaFunctionARN = "", EventType, IncludeBody } of associations) {
      checkArn(LambdaFunctionARN);
      if (IncludeBody && !EventType?.endsWith("-request")) {
        throw invalid(`IncludeBody is only for request events, and ${EventType} is none`);
      }
    }
  }
}

function checkEventTypes(behavior: Behavior): void {
  const types = behavior.LambdaFunctionAssociations?.Items?.map(({ EventType }) => EventType) ?? [];
  if (types.length > perBehavior) {
    throw new ApiError(
      "TooManyLambdaFunctionAssociations",
      `A cache behavior has ${types.length} Lambda function associations, and the limit is ${perBehavior}`,
    );
  }
  if (new Set(types).size < types.length) {
    throw invalid("An event type has more than one Lambda function association");
  }
  const onViewer = types.find((type) => type?.startsWith("viewer-"));
  if (onViewer && (behavior.FunctionAssociations?.Quantity ?? 0) > 0) {
    throw invalid(
      `A cache behavior cannot have a Lambda function on ${onViewer} beside a CloudFront function`,
    );
  }
  if (types.length > 0 && behavior.SmoothStreaming) {
    throw invalid("A cache behavior with SmoothStreaming cannot have Lambda function associations");
  }
}

/** One an event type. */
const perBehavior = 4;

const lambdaArn =
  /^arn:aws(-cn)?:lambda:us-east-1:\d{12}:function:[a-zA-Z0-9_-]{1,64}(:[a-zA-Z0-9$_-]+)?$/;

function checkArn(arn: string): void {
  if (!lambdaArn.test(arn)) {
    throw invalid(`The function ARN must name a Lambda function in us-east-1. ARN: ${arn}`);
  }
  if (!/:\d+$/.test(arn) || arn.split(":").length < 8) {
    throw invalid(
      `The function ARN must reference a specific function version. (The ARN must end with the version number.) ARN: ${arn}`,
    );
  }
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidLambdaFunctionAssociation", message);
}
