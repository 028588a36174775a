/** What /openapi.json says of the calls that are ours and not AWS's. */
import type { DescribedCall } from "../wire/openapi.ts";
import { listedTraces, trace, traceFilter, traceLimit } from "./described-traces.ts";
import { verdictMembers, verdictSubject } from "./described-verdict.ts";

type Described = Omit<DescribedCall, "method" | "path">;

const account = { type: "string", description: "The account's id" };
const revision = { type: "integer", minimum: 0, description: "A position in the change log" };
const text = { type: "string" };

const change = {
  type: "object",
  required: ["revision", "at", "principal", "operation", "request_id", "resource", "type", "fact"],
  properties: {
    revision,
    at: { type: "string", format: "date-time" },
    principal: text,
    source_ip: text,
    operation: text,
    request_id: text,
    resource: { type: "string", description: "The ARN of what was changed" },
    type: { type: "string", description: "Like function-published" },
    fact: { type: "object", description: "The rest of the fact, without secrets" },
  },
};

const backupItem = {
  type: "object",
  required: ["kind", "revision", "bytes", "sha256"],
  properties: {
    kind: { type: "string", enum: ["snapshot", "kept-entry", "entry"] },
    revision,
    bytes: { type: "string", format: "byte" },
    sha256: text,
  },
};

const count = { type: "integer", minimum: 0 };
const time = { type: "string", format: "date-time" };

const outcomes = {
  type: "object",
  required: ["hit", "updating", "stale", "refreshed", "miss", "bypassed"],
  properties: {
    hit: { ...count, description: "Answered from what was kept and fresh, or was just coming" },
    updating: { ...count, description: "Answered from what had expired, while it was fetched" },
    stale: { ...count, description: "Answered from what had expired, because its origin failed" },
    refreshed: { ...count, description: "Had expired; the origin said that it is still right" },
    miss: { ...count, description: "Fetched" },
    bypassed: { ...count, description: "Neither looked up nor kept" },
  },
};

const hitRatio = {
  type: "number",
  description:
    "hit, updating and stale among all but bypassed; absent before there was any of them",
};

const cachedObject = {
  type: "object",
  required: ["key", "status", "bytes", "is_part", "content_type", "age_seconds", "fresh_until"],
  properties: {
    key: { type: "string", description: "The distribution's id, the path, and a line a header" },
    status: { type: "integer" },
    bytes: count,
    is_part: { type: "boolean" },
    content_type: text,
    age_seconds: count,
    fresh_until: time,
    hits: { ...count, description: "Since workers took a copy of it into their memory" },
  },
};

const storedVariant = {
  type: "object",
  required: ["condition", "status", "bytes", "tags", "stored_at", "age_seconds", "fresh_until"],
  properties: {
    condition: {
      enum: ["fresh", "updating", "stale", "expired", "invalidated", "other"],
      description:
        "updating: it answers while it is fetched; stale: it answers if the origin fails; other: it answers requests with another method or other headers",
    },
    status: { type: "integer" },
    part: {
      type: "object",
      description: "Which bytes of the object it is, where it is not all of them",
      properties: { first: count, last: count, size: count },
    },
    is_head_only: { type: "boolean" },
    bytes: count,
    content_type: text,
    content_encoding: text,
    etag: text,
    varied: {
      type: "array",
      items: text,
      description: "Names and values in turn of the request's headers that Vary names",
    },
    tags: { type: "array", items: text },
    stored_at: time,
    age_seconds: count,
    fresh_until: time,
    updating_until: time,
    stale_until: time,
    invalidated_by: { type: "object", properties: { id: text, path: text } },
  },
};

const metricSample = {
  type: "object",
  required: ["labels"],
  properties: {
    labels: { type: "object", additionalProperties: text },
    value: { type: "number", description: "Absent of a histogram" },
    sum: { type: "number" },
    count,
    buckets: {
      type: "array",
      items: {
        type: "object",
        required: ["count"],
        properties: {
          up_to: { type: "number", description: "Absent of the last, which is without end" },
          count: { ...count, description: "Of this bucket alone" },
        },
      },
    },
  },
};

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

export const describedCalls = {
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
  cache: {
    operationId: "ReadCache",
    summary: "What the edge workers of this node keep, and how often they answered from it",
    data: {
      type: "object",
      required: ["cache", "entries", "disk_bytes", "memory_bytes", "counts", "workers"],
      properties: {
        cache: { enum: ["on", "off"] },
        http_caching: { enum: ["cloudfront", "strict"] },
        entries: count,
        disk_bytes: { ...count, description: "Of all workers, who share it" },
        disk_bytes_max: count,
        memory_bytes: { ...count, description: "Of all workers together" },
        memory_bytes_max: { ...count, description: "Of each worker" },
        counts: outcomes,
        hit_ratio: hitRatio,
        workers: {
          type: "array",
          items: {
            type: "object",
            required: ["pid", "answered"],
            properties: {
              pid: { type: "integer" },
              answered: { type: "boolean" },
              since: { ...time, description: "When it began to count" },
              counts: outcomes,
              hit_ratio: hitRatio,
              memory_bytes: count,
              evictions: { type: "object", properties: { memory: count, disk: count } },
            },
          },
        },
      },
    },
  },
  cachedObjects: {
    operationId: "ListCachedObjects",
    summary: "The biggest and the hottest objects that are kept; their keys hold viewers' data",
    query: { limit: { type: "integer", minimum: 1, maximum: 1000, default: 10 } },
    data: {
      type: "object",
      required: ["biggest", "hottest"],
      properties: {
        biggest: { type: "array", items: cachedObject },
        hottest: { type: "array", items: cachedObject },
      },
    },
  },
  cachedObject: {
    operationId: "ReadCachedObject",
    summary:
      "Looks a request up in the cache, as its viewer-request function would leave it: what is kept under its key, or why nothing is",
    query: {
      url: { type: "string", description: "Of the object, with the distribution's host" },
      method: { type: "string", default: "GET" },
      headers: { type: "string", description: "A line a header, like `accept-encoding: gzip`" },
    },
    data: {
      type: "object",
      required: ["distribution", "behavior", "reading", "variants", "other_keys"],
      properties: {
        distribution: text,
        behavior: { type: "object", description: "By which settings it is cached" },
        reading: { enum: ["cloudfront", "strict"] },
        never_kept: { type: "object", properties: { reason: text, because: text } },
        key: text,
        variants: { type: "array", items: storedVariant },
        not_stored: {
          type: "object",
          description: "Why the last response under this key was not kept",
          properties: { reason: text, because: text, status: { type: "integer" }, at: time },
        },
        other_keys: {
          type: "array",
          items: text,
          description: "Under which what is kept has the same path: at most 20",
        },
      },
    },
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
  openApi: {
    operationId: "ReadOpenApi",
    summary: "This description",
  },
  changes: {
    operationId: "ReadChanges",
    summary: "The audit: what was changed, when, by whom and from where",
    query: {
      after: { type: "integer", minimum: 0, description: "The next_marker of the page before" },
      limit: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
      order: { type: "string", enum: ["oldest", "newest"], default: "oldest" },
      operation: text,
      principal: text,
      resource: { type: "string", description: "An ARN, a name or an id" },
    },
    data: {
      type: "object",
      required: ["id", "first_revision", "items"],
      properties: {
        id: account,
        first_revision: {
          type: "integer",
          minimum: 1,
          description: "The oldest change that is kept; earlier ones were dropped as too old",
        },
        items: { type: "array", items: change },
        next_marker: text,
      },
    },
  },
  backup: {
    operationId: "ReadBackup",
    summary:
      "The whole change log, secrets and all, page by page: what `footlight backup` writes to a file",
    query: { after: { type: "string", description: "The next_marker of the page before" } },
    data: {
      type: "object",
      required: ["id", "first_revision", "last_revision", "items"],
      properties: {
        id: account,
        first_revision: revision,
        last_revision: revision,
        items: { type: "array", items: backupItem },
        next_marker: text,
      },
    },
  },
  metrics: {
    operationId: "ReadMetrics",
    summary:
      "What the node counts and measures, for Prometheus where Accept names text/plain; docs/metrics.md has the list",
    query: {
      format: {
        enum: ["prometheus", "json"],
        description: "In the place of what Accept says",
      },
      names: {
        type: "string",
        description: "Only these metrics, with commas between; all by default",
      },
    },
    data: {
      type: "object",
      required: ["metrics"],
      properties: {
        metrics: {
          type: "array",
          items: {
            type: "object",
            required: ["name", "type", "help", "samples"],
            properties: {
              name: text,
              type: { enum: ["counter", "gauge", "histogram"] },
              help: text,
              cloud_front: { type: "string", description: "CloudFront's metric of it" },
              samples: { type: "array", items: metricSample },
            },
          },
        },
      },
    },
  },
  health: {
    operationId: "ReadHealth",
    summary:
      "Whether the node takes changes; if not, with the status and the reason that a change would get",
    data: {
      type: "object",
      required: [
        ...["id", "status", "revision", "edge_workers", "full_edge_workers"],
        "failing_certificates",
      ],
      properties: {
        id: account,
        status: {
          enum: ["ok", "full"],
          description:
            "full: the API or an edge worker is at its limit of connections; idle ones are closed for new ones",
        },
        revision,
        edge_workers: { type: "integer", description: "How many edge workers serve viewers" },
        full_edge_workers: {
          type: "integer",
          description: "How many of them are at their limit of connections",
        },
        failing_certificates: {
          type: "array",
          items: text,
          description:
            "Names for which the last order of a certificate has failed; one there is stays in use",
        },
        certificate_trouble: {
          ...text,
          description:
            "Why this node orders no certificates by ACME, or cannot show those there are, since its key is not theirs; or that its clock is wrong. Absent where all is well",
        },
      },
    },
  },
  live: {
    operationId: "ReadLiveness",
    summary: "Whether the node lives: it does when it answers",
    data: { type: "object", required: ["status"], properties: { status: { enum: ["live"] } } },
  },
  ready: {
    operationId: "ReadReadiness",
    summary:
      "Whether the node takes changes and serves viewers; if not, as while it drains, with an error that says why",
    data: {
      type: "object",
      required: ["status", "revision"],
      properties: { status: { enum: ["ready"] }, revision },
    },
  },
  reset: {
    operationId: "Reset",
    summary: "Empties the account; only on a node that was started with --allow-reset",
    data: {
      type: "object",
      required: ["id", "revision"],
      properties: { id: account, revision },
    },
  },
} satisfies Readonly<Record<string, Described>>;
