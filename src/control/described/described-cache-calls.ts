/** What /openapi.json says of the calls on what is cached. */
import type { Described } from "./described.ts";

const text = { type: "string" };
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

export const describedCacheCalls = {
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
} satisfies Readonly<Record<string, Described>>;
