/** What /openapi.json says of a run that is tried, and of what both verdict calls take. */
const text = { type: "string" };
const count = { type: "integer", minimum: 0 };

export const verdictMembers = {
  verdict: {
    type: "string",
    description:
      "Like: passes TestFunction; at the edge: 502, because request.headers.host is read-only",
  },
  test: {
    type: "object",
    description: "What TestFunction answers",
    required: ["compute_utilization", "logs", "error_message", "output"],
    properties: {
      compute_utilization: { type: "integer", minimum: 0, maximum: 100 },
      logs: { type: "array", items: text },
      error_message: text,
      output: text,
    },
  },
  edge: {
    type: "object",
    required: ["does"],
    properties: {
      does: {
        enum: ["refuse", "answer", "ask"],
        description:
          "refuse: viewers get an error page; answer: they get this response; ask: the request goes on",
      },
      status: { type: "integer" },
      result: { type: "string", description: "As X-Cache and the logs have it" },
      page: { type: "string", description: "The sentence of the error page" },
      because: text,
      method: text,
      target: { type: "string", description: "Path and query string" },
      origins: {
        type: "array",
        items: text,
        description: "Domain names, where the function chose them",
      },
      note: { type: "string", description: "What could not be judged, and why" },
    },
  },
  differences: {
    type: "array",
    description:
      "Where the run is not as expected; without an expectation it is only to succeed, and the edge not to refuse its result",
    items: {
      type: "object",
      required: ["at", "expected", "actual"],
      properties: {
        at: { type: "string", description: "Like headers.location" },
        expected: text,
        actual: text,
      },
    },
  },
  costs: {
    type: "object",
    description:
      "What of the run costs most, where costs asked for it: compute utilization, of 100, with two decimals",
    required: ["base", "lines", "calls"],
    properties: {
      base: { type: "number", description: "What every run costs before its first statement" },
      lines: {
        type: "array",
        items: {
          type: "object",
          required: ["line", "runs", "utilization"],
          properties: { line: count, runs: count, utilization: { type: "number" } },
        },
      },
      calls: {
        type: "array",
        description: "Of built-ins; the costliest first",
        items: {
          type: "object",
          required: ["line", "column", "callee", "runs", "utilization"],
          properties: {
            ...{ line: count, column: count, runs: count, utilization: { type: "number" } },
            callee: { type: "string", description: "As it is written, like crypto.createHash" },
          },
        },
      },
    },
  },
};

export const verdictSubject = {
  event: { type: "object", description: "As TestFunction takes it, and not encoded" },
  distribution: {
    type: "string",
    description: "The id of the one whose origins the origin helpers are judged by",
  },
  expect: {
    type: "object",
    description: "What must hold of the result, as in a file of `footlight test`",
  },
  given: {
    type: "object",
    description:
      "What the run reads that is not in the event, as in a file of `footlight test`: now, seed, runtime, and keys with the pairs in the place of the function's key value store",
    properties: {
      name: text,
      now: { description: "ISO 8601, or milliseconds since 1970" },
      seed: { type: "integer", minimum: 1 },
      runtime: { enum: ["cloudfront-js-1.0", "cloudfront-js-2.0"] },
      keys: { type: "object", additionalProperties: text },
    },
  },
  costs: {
    type: "boolean",
    default: false,
    description: "Whether it is told what of the run costs most, which takes another run",
  },
};
