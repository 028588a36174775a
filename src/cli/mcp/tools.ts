/** The tools of `footlight mcp`, by their names: each a call or two of the public API, as the caller. */
import { availableParallelism } from "node:os";
import { z } from "zod";
import { CallRefused, getFromApi, postToApi } from "../call-api.ts";
import { changeVersions, readCode, readVersions, resourceOf } from "../function-versions.ts";
import { namedRequest } from "../named-request.ts";
import { judgeReport } from "../rehearsal/judged-report.ts";
import { ProgressBar } from "../rehearsal/progress-bar.ts";
import { recordedRuns } from "../rehearsal/recorded-runs.ts";
import { noteRehearsal, runRehearsal } from "../rehearsal/run-rehearsal.ts";
import { readVersionRuns } from "../version-metrics.ts";
import { tool, type Tool } from "./tool.ts";

const name = z.string().min(1).describe("The function's name, as list_functions tells it");
const runtime = z.enum(["cloudfront-js-1.0", "cloudfront-js-2.0"]).default("cloudfront-js-2.0");
const recentChanges = 50;

export const tools: Readonly<Record<string, Tool>> = {
  list_functions: tool({
    title: "List functions",
    description:
      "The functions of the account with their stages and settings. A function is changed in DEVELOPMENT; viewers get LIVE.",
    input: z.object({ stage: z.enum(["DEVELOPMENT", "LIVE"]).optional() }),
    changes: "nothing",
    tellsOfViewers: false,
    run: ({ stage }, { address, environment }) =>
      getFromApi(
        address,
        "/2020-05-31/function",
        stage === undefined ? {} : { Stage: stage },
        environment,
      ),
  }),
  read_function: tool({
    title: "Read a function's code",
    description:
      "The code and settings of a version: DEVELOPMENT, LIVE, or the number of a published one. Of DEVELOPMENT it also tells the ETag that publish_function wants.",
    input: z.object({ name, version: z.string().default("DEVELOPMENT") }),
    changes: "nothing",
    tellsOfViewers: false,
    run: async (which, { address, environment }) => {
      // First its ETag: if the code that is read was saved later, publishing is refused.
      const { development } = await readVersions(address, which.name, environment);
      const { code, ...settings } = await readCode(address, which, environment);
      return {
        ...settings,
        ...(which.version === "DEVELOPMENT" && { etag: development.etag }),
        source: Buffer.from(code, "base64").toString(),
      };
    },
  }),
  check_function: tool({
    title: "Check code",
    description:
      "What CloudFront's runtime would refuse in the code of a function, or run otherwise, each with line, column and what to write instead. Nothing is run or saved.",
    input: z.object({ source: z.string(), runtime }),
    changes: "nothing",
    tellsOfViewers: false,
    run: (order, { address, environment }) =>
      postToApi(address, "/footlight/v1/functions/check", order, environment),
  }),
  test_function: tool({
    title: "Run a function on an event",
    description:
      "Runs a stage of a function on an event object, or source in place of what DEVELOPMENT holds, and tells result, logs, compute utilization, and what the edge would do with the result. Nothing is saved, no viewer is asked.",
    input: z.object({
      name,
      event: z
        .record(z.string(), z.unknown())
        .describe("A CloudFront Functions event object: version, context, viewer, request …"),
      stage: z.enum(["DEVELOPMENT", "LIVE"]).default("DEVELOPMENT"),
      source: z.string().optional().describe("Code to run in place of DEVELOPMENT's"),
    }),
    changes: "nothing",
    tellsOfViewers: false,
    run: (order, { address, environment }) => {
      const { name: which, event, stage, source } = order;
      return source === undefined
        ? postToApi(
            address,
            "/footlight/v1/functions/verdict",
            { name: which, stage, event },
            environment,
          )
        : postToApi(
            address,
            `/footlight/v1/functions/${encodeURIComponent(which)}/verdict`,
            { source, event },
            environment,
          );
    },
  }),
  function_history: tool({
    title: "History of a function",
    description:
      "Its published versions with how they ran, what LIVE is, which version an undo goes back to, and the last changes, where the caller may read them: what, when, by whom, what for.",
    input: z.object({ name }),
    changes: "nothing",
    tellsOfViewers: false,
    run: async (which, { address, environment }) => {
      const versions = await readVersions(address, which.name, environment);
      const { runs, unanswered } = await readVersionRuns(address, which.name, environment);
      const query = {
        ...{ resource: resourceOf(which.name), order: "newest" },
        limit: String(recentChanges),
      };
      // All changes are another permission than one function's versions.
      const changes = await unlessForbidden(
        getFromApi(address, "/footlight/v1/changes", query, environment),
      );
      const items = versions.items.map((item) => ({ ...item, runs: runs.get(item.version) }));
      return { ...versions, items, unanswered, changes };
    },
  }),
  rehearse_function: tool({
    title: "Rehearse a function",
    description:
      "Runs DEVELOPMENT and LIVE on the runs that the node has recorded of LIVE, and tells how what they do differs, grouped, with a sample of each. What it comes to is noted at the node, where publish_function may ask for it. Viewers notice nothing.",
    input: z.object({ name }),
    changes: "records",
    tellsOfViewers: true,
    run: async (which, { address, environment }) => {
      const source = recordedRuns(address, which.name, environment);
      const progress = new ProgressBar({ write: () => {} });
      const processes = Math.min(availableParallelism(), 2);
      const run = { address, name: which.name, source, processes, progress, environment };
      const { report, etags, lacks } = await runRehearsal(run);
      const subject = { function: which.name, source: source.name, lacks };
      const judged = judgeReport(subject, report, new Set());
      if (report.compared > 0) await noteRehearsal(run, etags, judged);
      return { ...judged, development_etag: etags.development };
    },
  }),
  list_requests: tool({
    title: "List requests",
    description:
      "Requests that viewers made lately, newest first, of those whose way the node keeps: by path (a * at its end for all that begin like it), status, function or distribution.",
    input: z.object({
      path: z.string().optional(),
      status: z.int().optional(),
      function: z.string().optional(),
      distribution: z.string().optional(),
      limit: z.int().min(1).max(1000).default(20),
    }),
    changes: "nothing",
    tellsOfViewers: true,
    run: (filter, { address, environment }) =>
      getFromApi(address, "/footlight/v1/traces", inQuery(filter), environment),
  }),
  explain_request: tool({
    title: "Explain a request",
    description:
      "The way of one request through the edge and the settings that decided: distribution, behavior, functions with what they changed, cache key, hit or why not, origin, answer. By the X-Amz-Cf-Id of its answer, or by its URL, of which the newest is told.",
    input: z.object({ request: z.string().min(1).describe("An X-Amz-Cf-Id or a URL") }),
    changes: "nothing",
    tellsOfViewers: true,
    run: ({ request }, { address, environment }) =>
      getFromApi(address, "/footlight/v1/trace", namedRequest(request), environment),
  }),
  publish_function: tool({
    title: "Publish a function",
    description:
      "Gives all viewers what DEVELOPMENT holds, if it is still the version with this ETag; in waves with gates that take it back, where waves are given. LIVE before it is kept, and footlight rollback goes back to it.",
    input: z.object({
      name,
      etag: z
        .string()
        .min(1)
        .describe("Of DEVELOPMENT, as read_function told it for the code you mean"),
      message: z.string().optional().describe("What it is for, for history and audit"),
      waves: z.string().optional().describe("Like: canary 5m, 10% 10m, 100%"),
      rehearsed_within_seconds: z
        .int()
        .min(1)
        .optional()
        .describe("Publish only what was rehearsed within this time, without differences"),
    }),
    changes: "viewers",
    tellsOfViewers: false,
    run: ({ name: which, etag, ...body }, { address, environment }) =>
      changeVersions(address, { name: which, action: "publish", ifMatch: etag, body }, environment),
  }),
};

/** @returns what was told, or why the caller may not be told it */
async function unlessForbidden<Told>(telling: Promise<Told>): Promise<Told | { not_told: string }> {
  try {
    return await telling;
  } catch (error) {
    if (!(error instanceof CallRefused) || error.code !== "ACCESS_DENIED") throw error;
    return { not_told: error.message };
  }
}

function inQuery(
  filter: Readonly<Record<string, string | number | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  );
}
