/** The secrets of a visit, wherever they stand in it. */
import { Secrets } from "./secrets.ts";
import type { Visit } from "./visit.ts";

/** All that hold any: what one has, another may repeat. */
export function secretsOf({
  request,
  runs,
  answered,
  beforePolicy,
}: Pick<Visit, "request" | "runs" | "answered" | "beforePolicy">): Secrets {
  const secrets = new Secrets();
  secrets.noteLines(request.headers);
  secrets.noteQuery(request.querystring);
  for (const { given, outcome } of runs) {
    if ("uri" in given) secrets.noteQuery(given.querystring);
    secrets.noteLines(given.headers);
    if (outcome.type === "request") {
      secrets.noteQuery(outcome.request.querystring);
      secrets.noteLines(outcome.request.headers);
    } else if (outcome.type === "response") secrets.noteLines(outcome.response.headers);
  }
  if (beforePolicy !== undefined) secrets.noteLines(beforePolicy);
  secrets.noteLines(answered);
  return secrets;
}
