/** What /openapi.json says of the calls on the records of stacks. */
import type { Described } from "../described/described.ts";

const text = { type: "string" };
const hash = { type: "string", description: "SHA-256, in hex" };
const name = { type: "string", description: "The stack's" };
const etag = { type: "string", description: "What changing it wants in If-Match" };
const texts = { type: "object", additionalProperties: text };

const resource = {
  type: "object",
  required: ["type", "state", "id", "attributes", "asked", "found", "depends_on", "is_retained"],
  additionalProperties: false,
  properties: {
    type: { type: "string", description: "Like AWS::CloudFront::Function" },
    state: { enum: ["making", "made"] },
    id: { type: "string", description: "What operations name it by; empty while it is made" },
    attributes: { ...texts, description: "What Ref and Fn::GetAtt answer" },
    asked: { ...hash, description: "Of what the template asked for" },
    found: { ...hash, description: "Of what the account had afterwards" },
    depends_on: { type: "array", items: text },
    is_retained: { type: "boolean", description: "Whether it stays when the stack goes" },
  },
};

const outputs = {
  type: "object",
  additionalProperties: {
    type: "object",
    required: ["value"],
    properties: {
      value: text,
      export_name: { type: "string", description: "Under which other stacks import it" },
    },
  },
};

const summary = {
  id: { type: "string", description: "The stack's name" },
  created_at: { type: "string", format: "date-time" },
  etag,
  modified_at: { type: "string", format: "date-time" },
};

const stack = {
  type: "object",
  required: ["id", "created_at", "etag", "modified_at", "resources", "outputs"],
  properties: {
    ...summary,
    resources: {
      type: "object",
      additionalProperties: resource,
      description:
        "By the template's name; with a point in it what was replaced and is still there",
    },
    outputs,
  },
};

const ifMatch = "The stack's ETag; absent where there is no stack yet";

export const describedStackCalls = {
  listStacks: {
    operationId: "ListStacks",
    summary: "What was made of templates: the stacks, and what they put out",
    data: {
      type: "object",
      required: ["id", "items"],
      properties: {
        id: { type: "string", description: "The account's id" },
        items: {
          type: "array",
          items: {
            type: "object",
            properties: { ...summary, resources: { type: "integer", minimum: 0 }, outputs },
          },
        },
      },
    },
  },
  readStack: {
    operationId: "ReadStack",
    summary: "Which resources stand for those of a template",
    labels: { name },
    data: stack,
  },
  changeStack: {
    operationId: "ChangeStack",
    summary:
      "Records what a step of a deployment did: the resources that are given, null for one that is gone, and the outputs in place of all before; makes the record where there is none",
    labels: { name },
    ifMatch,
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        resources: {
          type: "object",
          additionalProperties: { anyOf: [resource, { type: "null" }] },
        },
        outputs,
      },
    },
    data: stack,
  },
  deleteStack: {
    operationId: "DeleteStack",
    summary: "Deletes the record of a stack that has no resources any more",
    labels: { name },
    ifMatch,
    data: {
      type: "object",
      required: ["id", "revision"],
      properties: { id: name, revision: { type: "integer", minimum: 0 } },
    },
  },
} satisfies Readonly<Record<string, Described>>;
