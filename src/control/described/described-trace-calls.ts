/** What /openapi.json says of the calls on requests' ways. */
import type { Described } from "./described.ts";
import { listedTraces, trace, traceFilter, traceLimit } from "./described-traces.ts";

const text = { type: "string" };
const count = { type: "integer", minimum: 0 };

export const describedTraceCalls = {
  traces: {
    operationId: "ListTraces",
    summary: "The requests whose way is kept, newest first; what they show is viewers' data",
    query: { ...traceFilter, limit: traceLimit },
    data: { type: "object", required: ["kept", "lost", "items"], properties: listedTraces },
  },
  liveTraces: {
    operationId: "FollowTraces",
    summary: "The newest requests whose way is kept, and those that come, as they come",
    query: {
      ...traceFilter,
      limit: { ...traceLimit, description: "Of a line: the newest of what came since the last" },
      after: { type: "string", description: "The next_marker of a line before, to go on from it" },
    },
    data: {
      type: "object",
      required: ["kept", "lost", "missed", "items", "next_marker"],
      properties: {
        ...listedTraces,
        missed: { ...count, description: "How many came since the last line and are in none" },
        next_marker: text,
      },
    },
    isLive: true,
  },
  trace: {
    operationId: "ReadTrace",
    summary:
      "The way of the newest request that matches: what was decided, by which settings, what functions changed, and what origins answered; without secrets",
    query: traceFilter,
    data: trace,
  },
  sendRequest: {
    operationId: "SendRequest",
    summary:
      "Sends a request whose way is kept to this node's edge again, without what is masked and without its body; it may do what the first did",
    body: {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: { id: { type: "string", description: "X-Amz-Cf-Id of its answer" } },
    },
    data: {
      type: "object",
      required: ["status", "bytes", "took_ms", "left_out"],
      properties: {
        id: { type: "string", description: "X-Amz-Cf-Id of the new answer" },
        status: { type: "integer" },
        bytes: { ...count, description: "Of the answer's body" },
        took_ms: { type: "number" },
        left_out: {
          type: "array",
          items: text,
          description: "What it lacks, like: cookie session, the body",
        },
      },
    },
  },
} satisfies Readonly<Record<string, Described>>;
