/** The audit: who has changed what, and when. */
import { callApi } from "./call-api.ts";

export interface DescribedChange {
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
  readonly principal: string;
  readonly source_ip: string;
  readonly operation: string;
  readonly request_id: string;
  /** The ARN of what was changed. */
  readonly resource: string;
  readonly type: string;
  /** The rest of the change, without what is secret. */
  readonly fact: object;
}

export interface ChangesPage {
  readonly items: readonly DescribedChange[];
  /** Goes on from here; it is the end where there is none. */
  readonly next_marker?: string;
  readonly first_revision: number;
}

/** What is wanted; empty texts are no filter. */
export interface ChangesFilter {
  readonly resource: string;
  readonly operation: string;
  readonly principal: string;
}

/** Newest first. */
export function readChanges(
  { resource, operation, principal }: ChangesFilter,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  signal?: AbortSignal,
): Promise<ChangesPage> {
  const query = {
    ...{ order: "newest", limit: String(limit), after },
    resource: resource || undefined,
    operation: operation || undefined,
    principal: principal || undefined,
  };
  return callApi({ path: "/footlight/v1/changes", query, signal });
}

const publishes = ["PublishFunction", "footlight:PublishFunction"] as const;

/** @returns the newest change by which viewers got another version of a function; undefined where none is kept */
export async function findLastPublish(signal?: AbortSignal): Promise<DescribedChange | undefined> {
  const found = await Promise.all(
    publishes.map((operation) =>
      readChanges({ resource: "", principal: "", operation }, { limit: 1 }, signal),
    ),
  );
  return found.flatMap(({ items }) => items).toSorted((a, b) => b.revision - a.revision)[0];
}
