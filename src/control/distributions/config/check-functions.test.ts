/** Functions on cache behaviors: what breaks their rules. */
import {
  wrapped,
  many,
  set,
  legacy,
  standard,
  testRefused,
  testAccepted,
} from "../../../../test/support/config-contract.ts";

const functionArn = (name: string) => `arn:aws:cloudfront::000000000000:function/${name}`;
const runs = (EventType: string, name = "live") => ({ EventType, FunctionARN: functionArn(name) });
const lambda = (EventType: string, version = ":7", more = {}) => ({
  EventType,
  LambdaFunctionARN: `arn:aws:lambda:us-east-1:000000000000:function:edge${version}`,
  ...more,
});

testRefused([
  [
    "there are three function associations",
    "TooManyFunctionAssociations",
    (c) =>
      set(standard(c), {
        FunctionAssociations: wrapped(
          runs("viewer-request"),
          runs("viewer-response"),
          runs("viewer-request"),
        ),
      }),
  ],
  [
    "an event type has two functions",
    "InvalidFunctionAssociation",
    (c) =>
      set(standard(c), {
        FunctionAssociations: wrapped(runs("viewer-request"), runs("viewer-request", "other")),
      }),
  ],
  [
    "a function runs on an origin event",
    "InvalidFunctionAssociation",
    (c) => set(standard(c), { FunctionAssociations: wrapped(runs("origin-request")) }),
  ],
  [
    "a function does not exist",
    "InvalidFunctionAssociation",
    (c) => set(standard(c), { FunctionAssociations: wrapped(runs("viewer-request", "gone")) }),
  ],
  [
    "a function is another account's",
    "InvalidFunctionAssociation",
    (c) =>
      set(standard(c), {
        FunctionAssociations: wrapped({
          EventType: "viewer-request",
          FunctionARN: "arn:aws:cloudfront::111111111111:function/live",
        }),
      }),
  ],
  [
    "a function is not published",
    "InvalidFunctionAssociation",
    (c) =>
      set(standard(c), { FunctionAssociations: wrapped(runs("viewer-request", "unpublished")) }),
    /not in the LIVE stage/,
  ],
  [
    "a function meets smooth streaming",
    "InvalidFunctionAssociation",
    (c) =>
      set(legacy(c), {
        SmoothStreaming: true,
        FunctionAssociations: wrapped(runs("viewer-request")),
      }),
  ],
  [
    "a Lambda ARN has no version",
    "InvalidLambdaFunctionAssociation",
    (c) => set(standard(c), { LambdaFunctionAssociations: wrapped(lambda("origin-request", "")) }),
    /must reference a specific function version/,
  ],
  [
    "a Lambda ARN has an alias",
    "InvalidLambdaFunctionAssociation",
    (c) =>
      set(standard(c), {
        LambdaFunctionAssociations: wrapped(lambda("origin-request", ":$LATEST")),
      }),
  ],
  [
    "a Lambda function is elsewhere",
    "InvalidLambdaFunctionAssociation",
    (c) =>
      set(standard(c), {
        LambdaFunctionAssociations: wrapped({
          EventType: "origin-request",
          LambdaFunctionARN: "arn:aws:lambda:eu-west-1:000000000000:function:edge:7",
        }),
      }),
  ],
  [
    "an event type has two Lambda functions",
    "InvalidLambdaFunctionAssociation",
    (c) =>
      set(standard(c), {
        LambdaFunctionAssociations: wrapped(
          lambda("origin-request"),
          lambda("origin-request", ":8"),
        ),
      }),
  ],
  [
    "there are five Lambda functions",
    "TooManyLambdaFunctionAssociations",
    (c) =>
      set(standard(c), {
        LambdaFunctionAssociations: wrapped(...many(5).map(() => lambda("origin-request"))),
      }),
  ],
  [
    "a Lambda function wants a response's body",
    "InvalidLambdaFunctionAssociation",
    (c) =>
      set(standard(c), {
        LambdaFunctionAssociations: wrapped(lambda("origin-response", ":7", { IncludeBody: true })),
      }),
  ],
  [
    "both kinds of functions are on viewer events",
    "InvalidLambdaFunctionAssociation",
    (c) =>
      set(standard(c), {
        FunctionAssociations: wrapped(runs("viewer-request")),
        LambdaFunctionAssociations: wrapped(lambda("viewer-response")),
      }),
  ],
]);

testAccepted([
  [
    "functions are on both events",
    (c) =>
      set(standard(c), {
        FunctionAssociations: wrapped(runs("viewer-request"), runs("viewer-response", "other")),
      }),
  ],
  [
    "Lambda functions are on origin events beside them",
    (c) =>
      set(standard(c), {
        FunctionAssociations: wrapped(runs("viewer-request")),
        LambdaFunctionAssociations: wrapped(lambda("origin-request", ":7", { IncludeBody: true })),
      }),
  ],
]);
