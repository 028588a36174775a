/** What /openapi.json says of the calls on a publish in waves. */
import { gateNames } from "../../model/function-waves.ts";
import type { Described } from "../described/described.ts";

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const count = { type: "integer", minimum: 0 };
const version = { type: "integer", minimum: 1 };
const share = { type: "number", exclusiveMinimum: 0, maximum: 1 };
const name = { type: "string", description: "The function's" };
const gate = { enum: gateNames };

const counted = {
  type: "object",
  properties: {
    version,
    requests: count,
    errors: { ...count, description: "Of execution and validation" },
    answers_4xx: count,
    answers_5xx: count,
    origin_requests: { ...count, description: "Requests for which an origin was asked" },
    origin_failures: count,
    utilization_p99: { ...count, description: "In percent, to ten" },
  },
};

const breachCount = {
  type: "object",
  properties: { version, events: count, trials: count },
};

const waves = {
  type: "object",
  required: ["id", "etag"],
  properties: {
    id: { type: "string", description: "The function's name" },
    etag: { type: "string", description: "What changing the waves wants in If-Match" },
    on: {
      type: "object",
      description: "Absent where none are on",
      required: ["version", "old_version", "wave", "waves", "began_at", "gates"],
      properties: {
        version: { ...version, description: "The new one" },
        old_version: version,
        wave: { ...version, description: "Which is on, counted from 1" },
        waves: {
          type: "array",
          items: {
            type: "object",
            required: ["share"],
            properties: {
              share,
              seconds: { ...count, description: "How long at least; absent of the last" },
              groups: {
                type: "array",
                items: text,
                description: "Absent where it is for all edges",
              },
            },
          },
        },
        began_at: time,
        paused: { type: "object", required: ["by"], properties: { by: text, because: text } },
        gates: { type: "array", items: gate },
        min_requests: count,
        when_few: { enum: ["wait", "ask"] },
        has_test_token: { type: "boolean" },
        seen_seconds: { ...count, description: "For how long this node has seen it go on" },
        waits_for: { type: "string", description: "Why the wave can't be left yet" },
        counted: {
          type: "object",
          description: "Since this node has seen the wave begin",
          properties: { new: counted, old: counted },
        },
      },
    },
    ended: {
      type: "object",
      description: "The last ones that are over; absent where there were none",
      required: ["version", "how", "wave", "waves", "at", "by"],
      properties: {
        version,
        how: { enum: ["finished", "aborted", "reverted", "replaced"] },
        wave: version,
        waves: { ...version, description: "How many there were" },
        at: time,
        by: text,
        message: text,
        breach: {
          type: "object",
          description: "Why a gate took the version back",
          required: ["gate", "of", "new", "old"],
          properties: { gate, of: text, new: breachCount, old: breachCount },
        },
      },
    },
  },
};

/** Of the body of a publish. */
export const describedWaveMembers = {
  waves: { type: "string", examples: ["canary 5m, @site-a 10m, 10% 1h, 100%"] },
  gates: { type: "array", items: gate, description: "Those that count; all by default" },
  min_requests: { ...count, default: 1000, description: "Of each version, to leave a wave" },
  when_few: { enum: ["wait", "ask"], default: "wait" },
  break_glass: { type: "boolean", default: false, description: "Skips all gates" },
  test_token: {
    type: "string",
    pattern: "^[!-~]{16,200}$",
    description: "Lets requests choose: x-footlight-version: NUMBER TOKEN",
  },
};

export const describedWaveCalls = {
  readWaves: {
    operationId: "ReadFunctionWaves",
    summary: "How a publish in waves is going, or how the last one ended",
    labels: { name },
    data: waves,
  },
  changeWaves: {
    operationId: "ChangeFunctionWaves",
    summary:
      "Pauses or resumes a publish in waves, gives all viewers the new version, or the old one",
    labels: { name, verb: { enum: ["pause", "resume", "finish", "abort"] } },
    ifMatch: "The ETag of the waves",
    body: {
      type: "object",
      additionalProperties: false,
      properties: { message: { type: "string", minLength: 1, maxLength: 1000 } },
    },
    data: waves,
  },
} satisfies Readonly<Record<string, Described>>;
