/** What /openapi.json says of the calls on a function's versions. */
import type { Described } from "../described/described.ts";
import {
  describedRehearsal,
  describedWantedRehearsal,
} from "../rehearsal/described-rehearsal-calls.ts";
import { describedWaveMembers } from "../waves/described-wave-calls.ts";

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const number = { type: "integer", minimum: 1, description: "Counts the publishes from 1" };
const by = { type: "string", description: "An access key id, or anonymous" };
const message = { type: "string", minLength: 1, maxLength: 1000 };
const name = { type: "string", description: "The function's" };

const copy = {
  comment: text,
  runtime: text,
  key_value_stores: { type: "array", items: { type: "string", description: "An ARN" } },
  size_bytes: { type: "integer", minimum: 0 },
  sha256: { type: "string", description: "Of the code's bytes, in hex" },
};

const version = {
  type: "object",
  required: ["version", "etag", "published_at", "had_all", "size_bytes", "sha256"],
  properties: {
    version: number,
    etag: { type: "string", description: "LIVE's, while it is this version" },
    published_at: time,
    published_by: by,
    message: text,
    had_all: { type: "boolean", description: "Whether it has had all traffic" },
    bad: {
      type: "object",
      description:
        "Present where traffic was taken from it; nobody goes back to it without naming it",
      required: ["at", "by"],
      properties: { at: time, by, message: text },
    },
    ...copy,
  },
};

const versions = {
  type: "object",
  required: ["id", "etag", "development", "items"],
  properties: {
    id: { type: "string", description: "The function's name" },
    etag: {
      type: "string",
      description: "Of what serves viewers: what going back wants in If-Match",
    },
    development: {
      type: "object",
      required: ["etag", "modified_at", "is_published", "sha256"],
      properties: {
        etag: { type: "string", description: "What publishing wants in If-Match" },
        modified_at: time,
        is_published: { type: "boolean", description: "Whether LIVE is what DEVELOPMENT holds" },
        sha256: copy.sha256,
        rehearsed: {
          ...describedRehearsal,
          description: "The last rehearsal that was told of, perhaps of another ETag",
        },
      },
    },
    live: {
      type: "object",
      description: "Absent of a function that was never published",
      required: ["version", "shares", "reason", "at"],
      properties: {
        version: { ...number, description: "The one that had all traffic last: AWS's LIVE" },
        shares: {
          type: "array",
          items: {
            type: "object",
            required: ["version", "share"],
            properties: {
              version: number,
              share: { type: "number", exclusiveMinimum: 0, maximum: 1 },
            },
          },
        },
        reason: { enum: ["published", "rolled-back", "shared", "waves"] },
        at: time,
        by,
        message: text,
      },
    },
    goes_back_to: {
      ...number,
      description: "Where going back leads; absent where there is nothing",
    },
    items: { type: "array", items: version, description: "Newest first" },
  },
};

export const describedVersionCalls = {
  listVersions: {
    operationId: "ListFunctionVersions",
    summary: "A function's published versions, and which of them serve viewers",
    labels: { name },
    data: versions,
  },
  readVersion: {
    operationId: "ReadFunctionVersion",
    summary: "A version of a function, with its code",
    labels: {
      name,
      version: { type: "string", description: "A number, LIVE or DEVELOPMENT" },
    },
    data: {
      type: "object",
      required: ["id", "version", "etag", "code", "size_bytes", "sha256"],
      properties: {
        id: { type: "string", description: "The function's name" },
        version: { type: "string", description: "A number, or DEVELOPMENT" },
        etag: text,
        ...copy,
        code: { type: "string", format: "byte" },
      },
    },
  },
  versionRuns: {
    operationId: "ListFunctionVersionRuns",
    summary: "How a function's versions ran at all edges, since each of them started",
    labels: { name },
    data: {
      type: "object",
      required: ["id", "items"],
      properties: {
        id: { type: "string", description: "The function's name" },
        items: {
          type: "array",
          description: "Of the versions that ran, newest first",
          items: {
            type: "object",
            required: ["version", "invocations", "errors", "utilization_percent"],
            properties: {
              version: number,
              invocations: { type: "integer", minimum: 0 },
              errors: {
                type: "integer",
                minimum: 0,
                description: "Runs that ended in an error of execution or validation",
              },
              utilization_percent: {
                type: "number",
                minimum: 0,
                description: "The average of what runs took of what they may take",
              },
            },
          },
        },
        unanswered: {
          type: "array",
          items: text,
          description: "The names of nodes that did not answer in time; absent where all did",
        },
      },
    },
  },
  publish: {
    operationId: "PublishFunctionVersion",
    summary: "PublishFunction, with a message, or in waves",
    labels: { name },
    ifMatch: "The ETag of DEVELOPMENT",
    body: {
      type: "object",
      additionalProperties: false,
      properties: { message, ...describedWaveMembers, ...describedWantedRehearsal },
    },
    data: versions,
  },
  rollBack: {
    operationId: "RollBackFunction",
    summary: "Gives all traffic to an earlier version; DEVELOPMENT stays what it is",
    labels: { name },
    ifMatch: "The ETag of what serves viewers",
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        to: {
          ...number,
          description: "The version; otherwise the one that had all traffic last and is not bad",
        },
        message,
      },
    },
    data: versions,
  },
} satisfies Readonly<Record<string, Described>>;

export type DescribedVersionCalls = Readonly<
  Record<"listVersions" | "readVersion" | "publish" | "rollBack", Described>
>;

const connectionFunctionName = {
  type: "string",
  description: "The connection function's, or its id",
};
const { listVersions, readVersion, publish, rollBack } = describedVersionCalls;

/** The same calls on connection functions, which have no waves. */
export const describedConnectionVersionCalls: DescribedVersionCalls = {
  listVersions: {
    ...listVersions,
    operationId: "ListConnectionFunctionVersions",
    summary: "A connection function's published versions, and which of them viewers connect by",
    labels: { name: connectionFunctionName },
  },
  readVersion: {
    ...readVersion,
    operationId: "ReadConnectionFunctionVersion",
    summary: "A version of a connection function, with its code",
    labels: { ...readVersion.labels, name: connectionFunctionName },
  },
  publish: {
    ...publish,
    operationId: "PublishConnectionFunctionVersion",
    summary: "PublishConnectionFunction, with a message",
    labels: { name: connectionFunctionName },
    body: { ...publish.body, properties: { message } },
  },
  rollBack: {
    ...rollBack,
    operationId: "RollBackConnectionFunction",
    labels: { name: connectionFunctionName },
  },
};
