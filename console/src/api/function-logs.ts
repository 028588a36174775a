/** What a function prints for viewers, and why it fails. */
import { follow, type FollowedPage, type Following } from "./follow.ts";

export interface LogLine {
  readonly at: string;
  readonly request_id: string;
  readonly distribution: string;
  readonly lines: readonly string[];
  readonly error?: string;
  readonly node?: string;
}

export interface LogPage extends FollowedPage {
  readonly items: readonly LogLine[];
}

/**
 * @param after the marker of the page to go on from; undefined to begin with the oldest that is kept
 * @returns what ends it
 */
export function followFunctionLogs(
  name: string,
  after: string | undefined,
  on: Pick<Following<LogPage>, "onPage" | "onTrouble">,
): () => void {
  return follow({ path: "/footlight/v1/logs/live", query: { function: name }, after, ...on });
}
