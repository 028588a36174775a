/** What /openapi.json says of the calls on rehearsals. */
import type { Described } from "../described/described.ts";

const text = { type: "string" };
const name = { type: "string", description: "The function's" };
const count = { type: "integer", minimum: 0 };

const recordedRun = {
  type: "object",
  required: ["function", "version", "at", "event"],
  properties: {
    function: { type: "string", description: "Its name" },
    version: { type: "integer", minimum: 1, description: "Counts the publishes from 1" },
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
    sealed: {
      type: "array",
      items: { type: "string" },
      description: "What is sealed, and can be opened",
    },
  },
};

const counts = {
  compared: { ...count, description: "Runs that were compared" },
  differing: { ...count, description: "Those of them that differ" },
  unexpected: { ...count, description: "Kinds of differences that nobody has accepted" },
  not_comparable: { ...count, description: "Runs that read what is hidden" },
};
const effect = {
  type: "object",
  required: ["kind", "status", "uri", "querystring", "headers", "compute_utilization"],
  properties: {
    kind: { enum: ["goes on", "answers", "fails"] },
    status: { type: "integer", description: "0 where the request goes on" },
    ...{ uri: text, querystring: text },
    headers: { type: "array", items: text, description: "Names and values in turn" },
    body: { ...text, format: "byte" },
    origin: { ...text, description: "What the function asked for of the origin, in JSON" },
    failure: text,
    compute_utilization: count,
  },
};

const utilizations = {
  type: "object",
  required: ["p50", "p99", "max"],
  properties: { p50: count, p99: count, max: count },
};

const report = {
  type: "object",
  required: [
    ...["id", "development_etag", "live_etag", "compared", "differing", "not_comparable"],
    ...["groups", "utilization", "caches", "without_behavior", "unassociated"],
  ],
  properties: {
    id: { type: "string", description: "The function's name" },
    ...{ development_etag: text, live_etag: text },
    compared: { ...count, description: "Runs that could be compared" },
    differing: { ...count, description: "Those of them that differ" },
    not_comparable: {
      type: "array",
      items: {
        type: "object",
        required: ["reads", "count"],
        properties: { reads: { ...text, description: "Like cookie session" }, count },
      },
    },
    groups: {
      type: "array",
      description: "Differences by their kind, most runs first",
      items: {
        type: "object",
        required: ["shape", "count", "sample"],
        properties: {
          shape: { ...text, description: "Like + header x-a" },
          count,
          sample: {
            type: "object",
            required: ["event", "live", "development"],
            properties: {
              event: { type: "object", description: "As TestFunction takes it" },
              live: effect,
              development: effect,
            },
          },
        },
      },
    },
    utilization: {
      type: "object",
      required: ["live", "development"],
      properties: { live: utilizations, development: utilizations },
    },
    caches: {
      type: "array",
      items: {
        type: "object",
        properties: {
          behavior: { ...text, description: "A distribution's id and a path pattern" },
          ...{ live_objects: count, development_objects: count },
          cold_objects: { ...count, description: "That none of LIVE's runs led to" },
          live_hit_ratio: { type: "number" },
          development_hit_ratio: { type: "number" },
          is_estimate: { type: "boolean" },
        },
      },
    },
    without_behavior: { ...count, description: "Runs whose distribution is gone" },
    unassociated: { ...count, description: "Runs for whose events no distribution uses it" },
  },
};

const source = {
  type: "string",
  minLength: 1,
  maxLength: 100,
  description: "Where the runs were from",
};

/** What was told of a rehearsal. */
export const describedRehearsal = {
  type: "object",
  required: ["development_etag", "live_version", ...Object.keys(counts), "source", "at", "by"],
  properties: {
    development_etag: { ...text, description: "Of what was rehearsed" },
    live_version: {
      type: "integer",
      minimum: 1,
      description: "The version that it was compared with",
    },
    ...counts,
    source,
    at: { type: "string", format: "date-time" },
    by: { type: "string", description: "An access key id, or anonymous" },
  },
};

/** Of the body of a publish. */
export const describedWantedRehearsal = {
  rehearsed_within_seconds: {
    type: "integer",
    minimum: 1,
    description:
      "Refuses what was not rehearsed within that time, or with differences that nobody has accepted",
  },
  min_runs: { type: "integer", minimum: 1, default: 1000, description: "That were compared" },
};

export const describedRehearsalCalls = {
  recordedRuns: {
    operationId: "ReadRecordedRuns",
    summary:
      "Runs of a function that this node's edge has recorded, a page of one worker after the other; with hashes in the places of secrets",
    labels: { name },
    query: {
      after: {
        type: "string",
        description: "The next_marker of the page before, for an hour from the first one",
      },
    },
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
  openRecordedRuns: {
    operationId: "OpenRecordedRuns",
    summary:
      "What opens the sealed fields of a function's recorded runs, as far back as they may be opened",
    labels: { name },
    data: {
      type: "object",
      required: ["id", "keys"],
      properties: {
        id: { type: "string", description: "The function's name" },
        keys: {
          type: "array",
          items: {
            type: "object",
            required: ["hour", "key"],
            properties: {
              hour: { type: "integer", description: "Since the epoch, of what was recorded then" },
              key: { type: "string", format: "byte" },
            },
          },
        },
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
  rehearse: {
    operationId: "Rehearse",
    summary:
      "Runs DEVELOPMENT and LIVE on the runs that this node's edge has recorded, in a process of their own, and groups what differs; needs footlight:ReadRecordedRuns too",
    labels: { name },
    data: report,
  },
  noteRehearsal: {
    operationId: "NoteRehearsal",
    summary: "Tells what a rehearsal came to: a publish may ask for it, and it is in the audit",
    labels: { name },
    ifMatch: "The ETag of DEVELOPMENT, as it was rehearsed",
    body: {
      type: "object",
      additionalProperties: false,
      required: ["live_etag", ...Object.keys(counts), "source"],
      properties: {
        live_etag: { ...text, description: "Of LIVE, as it was compared with" },
        ...counts,
        source,
      },
    },
    data: {
      ...describedRehearsal,
      required: ["id", ...describedRehearsal.required],
      properties: {
        id: { type: "string", description: "The function's name" },
        ...describedRehearsal.properties,
      },
    },
  },
} satisfies Readonly<Record<string, Described>>;
