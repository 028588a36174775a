/** The call on what a function prints for viewers, and why it fails. */
import { callApi } from "./call-api.ts";

export interface LogLine {
  readonly at: string;
  readonly request_id: string;
  readonly distribution: string;
  readonly lines: readonly string[];
  readonly error?: string;
  readonly node?: string;
}

export interface LogPage {
  readonly items: readonly LogLine[];
  readonly next_marker: string;
  readonly has_more: boolean;
}

export function readFunctionLogs(
  name: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<LogPage> {
  return callApi({ path: "/footlight/v1/logs", query: { function: name, after }, signal });
}
