/** What /openapi.json says of the calls on what functions print. */
import type { Described } from "./described.ts";

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const functionLogQuery = {
  function: { type: "string", description: "The function's name" },
  distribution: { type: "string", description: "The distribution's id" },
  since: time,
  grep: { type: "string", description: "What a line, the error or the request id must hold" },
  after: { type: "string", description: "The next_marker of the page before" },
};

const functionLogPage = {
  type: "object",
  required: ["items", "next_marker", "has_more"],
  properties: {
    items: {
      type: "array",
      items: {
        type: "object",
        required: ["at", "request_id", "function", "distribution", "lines"],
        properties: {
          at: time,
          request_id: text,
          function: text,
          distribution: text,
          lines: { type: "array", items: text },
          error: { type: "string", description: "Absent where it did not fail" },
          node: {
            type: "string",
            description: "The name of the node that it ran at, where several share a log",
          },
        },
      },
    },
    next_marker: text,
    has_more: { type: "boolean" },
    lost: { type: "integer", description: "Runs that were told and did not arrive" },
    unanswered: {
      type: "array",
      items: text,
      description: "Nodes that did not answer in time, by name; on the first page",
    },
  },
};

export const describedLogCalls = {
  functionLogs: {
    operationId: "ListFunctionLogs",
    summary:
      "What functions printed and why they failed, in order: a line a run; ask again with next_marker for what came since",
    query: functionLogQuery,
    data: functionLogPage,
  },
  liveFunctionLogs: {
    operationId: "FollowFunctionLogs",
    summary: "What functions printed and why they failed, and what they print, as they run",
    query: functionLogQuery,
    data: functionLogPage,
    isLive: true,
  },
} satisfies Readonly<Record<string, Described>>;
