/** What /openapi.json says of the calls on how a node is, and what it measures. */
import type { Described } from "./described.ts";

const account = { type: "string", description: "The account's id" };
const revision = { type: "integer", minimum: 0, description: "A position in the change log" };
const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
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

export const describedHealthCalls = {
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
} satisfies Readonly<Record<string, Described>>;
