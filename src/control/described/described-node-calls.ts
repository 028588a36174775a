/** What /openapi.json says of the calls on the nodes of a log and their groups. */
import type { Described } from "./described.ts";

const account = { type: "string", description: "The account's id" };
const revision = { type: "integer", minimum: 0, description: "A position in the change log" };
const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const time = { type: "string", format: "date-time" };
const groupBody = {
  type: "object",
  required: ["group"],
  additionalProperties: false,
  properties: { group: { type: "string", pattern: "^[a-z0-9-]{1,32}$" } },
};

const changedGroup = {
  type: "object",
  required: ["id", "revision"],
  properties: { id: { type: "string", description: "The group" }, revision },
};

export const describedNodeCalls = {
  nodes: {
    operationId: "ListNodes",
    summary:
      "The nodes on the change log, as the one that is asked knows them: control nodes and edges, how far each is, and whether it serves",
    data: {
      type: "object",
      required: ["id", "revision", "items", "held_groups"],
      properties: {
        id: account,
        revision: { ...revision, description: "What the node that is asked is at" },
        items: {
          type: "array",
          items: {
            type: "object",
            required: ["id", "name", "kind", "revision", "lag", "state", "version", "since"],
            properties: {
              id: { type: "string", description: "The same after a restart" },
              name: text,
              kind: { enum: ["control", "edge", "whole"] },
              group: { type: "string", description: "Of edges" },
              revision,
              lag: { ...count, description: "Changes that it has yet to apply" },
              head: { type: "string", description: "SHA-256 of the log's entry at its revision" },
              state: {
                enum: ["ready", "not-ready", "holding", "cut-off", "held", "silent", "gone"],
                description:
                  "holding: it stays at its revision because it cannot apply what comes; cut-off: it serves without the log; held: an operator holds its group; silent: it did not answer when it was asked last; gone: nor for a while. What is held or gone isn't waited for",
              },
              because: { type: "string", description: "Of not-ready and holding" },
              ahead_of_log: { ...count, description: "Revisions that it has and the log lacks" },
              version: { type: "string", description: "Of its Footlight" },
              since: { ...time, description: "When it started, by its own clock" },
              heard_seconds_ago: count,
              address: { type: "string", description: "Base URL that it listens on" },
            },
          },
        },
        held_groups: {
          type: "array",
          items: {
            type: "object",
            required: ["group", "revision"],
            properties: {
              group: text,
              revision: { ...revision, description: "What its edges stay at" },
            },
          },
        },
      },
    },
  },
  holdGroup: {
    operationId: "HoldGroup",
    summary:
      "Has the edges of a group stay at this change and serve on, until it is released; nothing waits for them meanwhile",
    body: groupBody,
    data: changedGroup,
  },
  releaseGroup: {
    operationId: "ReleaseGroup",
    summary: "Has the edges of a held group apply what came meanwhile",
    body: groupBody,
    data: changedGroup,
  },
} satisfies Readonly<Record<string, Described>>;
