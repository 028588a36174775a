/** What /openapi.json says of the calls on a function's versions. */
import type { DescribedCall } from "../../wire/openapi.ts";
import { describedWaveMembers } from "../waves/described-wave-calls.ts";

type Described = Omit<DescribedCall, "method" | "path">;

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

const recordedRun = {
  type: "object",
  required: ["function", "version", "at", "event"],
  properties: {
    function: { type: "string", description: "Its name" },
    version: number,
    at: { type: "number", description: "What its clock said, in milliseconds since the epoch" },
    seed: { type: "integer", description: "What its chance followed from" },
    store: {
      type: "object",
      description: "What it asked its key value store, and was answered",
      required: ["reads", "isWhole"],
      properties: {
        reads: { type: "array", items: { type: "object" } },
        isWhole: { type: "boolean" },
      },
    },
    event: { type: "object", description: "What it was given, header lines as they came" },
    hidden: {
      type: "array",
      items: { type: "string" },
      description: "What has a hash in its place, like cookie session",
    },
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
  recordedRuns: {
    operationId: "ReadRecordedRuns",
    summary:
      "Runs of a function that this node's edge has recorded, a page of one worker after the other; with hashes in the places of secrets",
    labels: { name },
    query: { after: { type: "string", description: "The next_marker of the page before" } },
    data: {
      type: "object",
      required: ["id", "items"],
      properties: {
        id: { type: "string", description: "The function's name" },
        items: { type: "array", items: recordedRun },
        next_marker: { type: "string", description: "Absent on the last page" },
      },
    },
  },
  rehearsalSubject: {
    operationId: "ReadRehearsalSubject",
    summary:
      "What `footlight rehearse` runs: both versions, and what their cache keys and key value reads follow from",
    labels: { name },
    data: {
      type: "object",
      required: ["id", "account", "development_etag", "live_etag", "snapshot"],
      properties: {
        id: { type: "string", description: "The function's name" },
        account: text,
        development_etag: text,
        live_etag: text,
        snapshot: { type: "string", format: "byte", description: "For the same Footlight alone" },
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
      properties: { message, ...describedWaveMembers },
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
