/** What /openapi.json says of the calls on the account as a whole, and on this description. */
import type { Described } from "./described.ts";

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

export const describedAccountCalls = {
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
