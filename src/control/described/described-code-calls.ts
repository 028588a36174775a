/** What /openapi.json says of the calls on code that is tried and checked. */
import type { Described } from "./described.ts";
import { verdictMembers, verdictSubject } from "./described-verdict.ts";

const text = { type: "string" };

export const describedCodeCalls = {
  judgeFunction: {
    operationId: "JudgeFunction",
    summary:
      "Runs a function on an event as TestFunction does, and says what the edge would do with the result",
    body: {
      type: "object",
      required: ["name", "event"],
      additionalProperties: false,
      properties: {
        name: { type: "string", description: "The function's" },
        stage: { enum: ["DEVELOPMENT", "LIVE"], default: "DEVELOPMENT" },
        ...verdictSubject,
      },
    },
    data: {
      type: "object",
      required: ["id", "stage", "etag", "verdict", "test", "edge", "differences"],
      properties: {
        id: { type: "string", description: "The function's name" },
        stage: { enum: ["DEVELOPMENT", "LIVE"] },
        etag: text,
        ...verdictMembers,
      },
    },
  },
  judgeSource: {
    operationId: "JudgeSource",
    summary:
      "Runs code that nobody has saved on an event, in the place of what DEVELOPMENT holds, and says what the edge would do with the result; nothing is saved",
    labels: { name: { type: "string", description: "The function's" } },
    body: {
      type: "object",
      required: ["source", "event"],
      additionalProperties: false,
      properties: { source: { type: "string", description: "The code" }, ...verdictSubject },
    },
    data: {
      type: "object",
      required: ["id", "verdict", "test", "edge", "differences"],
      properties: {
        id: { type: "string", description: "The function's name" },
        ...verdictMembers,
      },
    },
  },
  checkSource: {
    operationId: "CheckSource",
    summary:
      "What CloudFront's runtime would refuse in code, or run otherwise, as `footlight check` tells it",
    body: {
      type: "object",
      required: ["source"],
      additionalProperties: false,
      properties: {
        source: { type: "string", description: "The code" },
        runtime: {
          enum: ["cloudfront-js-1.0", "cloudfront-js-2.0"],
          default: "cloudfront-js-2.0",
        },
      },
    },
    data: {
      type: "object",
      required: ["size_bytes", "findings"],
      properties: {
        size_bytes: { type: "integer", minimum: 0 },
        findings: {
          type: "array",
          items: {
            type: "object",
            required: ["severity", "rule", "line", "column", "message"],
            properties: {
              severity: {
                enum: ["error", "warning"],
                description: "error: it fails every run, or the run that gets there",
              },
              rule: text,
              line: { type: "integer", minimum: 1 },
              column: { type: "integer", minimum: 1 },
              message: { type: "string", description: "What is wrong, and what to write instead" },
              engine_message: { type: "string", description: "What the engine would say" },
            },
          },
        },
      },
    },
  },
} satisfies Readonly<Record<string, Described>>;
