/** What /openapi.json says of a request's way through the edge, and of how it is looked for. */
const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const time = { type: "string", format: "date-time" };
const revision = { type: "integer", minimum: 0, description: "A position in the change log" };

export const traceFilter = {
  id: { type: "string", description: "X-Amz-Cf-Id of the answer" },
  host: { type: "string", description: "A domain name, without a port" },
  path: { type: "string", description: "As the viewer sent it; with * at its end its beginning" },
  status: { type: "integer", minimum: 0, maximum: 999, description: "0 where none was sent" },
  result: {
    type: "string",
    description:
      "As the answer's: Hit, Miss, Redirect and so on; Hit is all that came from the cache in any way, and Error all that failed or has a status of 400 or above",
  },
  distribution: {
    type: "string",
    description: "The id of a distribution, its primary or a tenant",
  },
  function: { type: "string", description: "The name of one that ran" },
  behavior: {
    type: "string",
    description: "The path pattern of the one that took it; * of a default",
  },
  country: {
    type: "string",
    pattern: "^[A-Za-z]{2}$",
    description: "Where the viewer is, as far as the node knows",
  },
};

export const traceLimit = { type: "integer", minimum: 1, maximum: 1000, default: 20 };

export const listedTraces = {
  kept: { ...count, description: "How many are kept in all" },
  lost: { ...count, description: "How many came faster than they could be written down" },
  items: {
    type: "array",
    items: {
      type: "object",
      required: ["id", "at", "method", "host", "path", "status", "result", "took_ms"],
      properties: {
        ...{ id: text, at: time, method: text, host: text, path: text },
        ...{ status: { type: "integer" }, result: text, took_ms: { type: "number" } },
        distributions: { type: "array", items: text },
        functions: { type: "array", items: text },
        behavior: { type: "string", description: "Its path pattern; absent where none took it" },
        country: { type: "string", description: "Absent where it is not known" },
      },
    },
  },
};

const decision = {
  type: "object",
  required: ["step", "outcome"],
  properties: {
    step: text,
    outcome: text,
    setting: { type: "string", description: "In the words of the API" },
  },
};

const nameAndValue = {
  type: "object",
  required: ["name", "value"],
  properties: { name: text, value: { type: "string", description: "[masked] where it is secret" } },
};

const tracedChange = {
  type: "object",
  required: ["of"],
  properties: {
    of: { type: "string", description: "Like uri, headers.host or cookies.session" },
    from: text,
    to: text,
  },
};

const ms = { type: "number", description: "In milliseconds since the request came" };

export const trace = {
  type: "object",
  required: ["id", "at", "request", "decisions", "functions", "origins", "response", "decided_by"],
  properties: {
    id: text,
    at: time,
    revision,
    request: {
      type: "object",
      properties: {
        ...{ method: text, scheme: text, http_version: text, host: text, path: text, query: text },
        ...{ ip: text, headers: { type: "array", items: nameAndValue }, mocked: text },
        country: { type: "string", description: "Absent where it is not known" },
        tls: { type: "object", properties: { version: text, server_name: text } },
      },
    },
    distribution: { type: "object", properties: { id: text, domain_name: text } },
    tenant: { type: "object", properties: { id: text } },
    behavior: { type: "object", properties: { path_pattern: text, cache_policy: text } },
    decisions: { type: "array", items: decision },
    functions: {
      type: "array",
      items: {
        type: "object",
        properties: {
          ...{ name: text, event_type: text, stage: { enum: ["LIVE"] }, etag: text },
          ...{ outcome: text, message: text, logs: { type: "array", items: text } },
          ...{ started_ms: ms, ended_ms: ms, compute_utilization: count },
          changes: { type: "array", items: tracedChange },
        },
      },
    },
    cache: {
      type: "object",
      properties: { outcome: text, because: text, key: text, not_stored: text },
    },
    origins: {
      type: "array",
      items: {
        type: "object",
        properties: {
          ...{ origin_id: text, address: text, is_reused: { type: "boolean" } },
          ...{ is_mocked: { type: "boolean" }, status: { type: "integer" }, fault: text },
          ...{ error: text, started_ms: ms, connected_ms: ms, first_byte_ms: ms, ended_ms: ms },
        },
      },
    },
    response_headers_policy: {
      type: "object",
      properties: { name: text, cors: text, changes: { type: "array", items: tracedChange } },
    },
    response: {
      type: "object",
      properties: {
        ...{ status: { type: "integer" }, result: text, detail: text, sentence: text },
        ...{ headers: { type: "array", items: nameAndValue }, bytes: count },
        ...{ first_byte_ms: ms, took_ms: ms },
      },
    },
    decided_by: decision,
  },
};
