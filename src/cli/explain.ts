/**
 * `footlight explain ID|URL`: the way of a request through the edge, in order, with the settings that decided.
 * `footlight explain`: the requests that are kept. `footlight explain --curl 'curl …'` sends one and explains it.
 */
import { OptionError, readOptionTable, type ValuesOf } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused, getFromApi } from "./call-api.ts";
import type { Command } from "./command.ts";
import { readCurlLine } from "./curl-request.ts";
import { explainText, tracesText, type ReadTrace, type ReadTraces } from "./explain-text.ts";
import { isRequestId, namedRequest } from "./named-request.ts";
import { sendRequest } from "./send-request.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  curl: {
    default: "",
    help: "Send the request of a line of curl, such as browsers copy, and explain it; nothing but the request is taken from it, and no shell is started",
  },
  edge: {
    default: "",
    help: "With --curl: base URL of the edge to send it to, whatever host its URL names",
  },
  id: { default: "", help: "The request whose answer had this X-Amz-Cf-Id" },
  path: { default: "", help: "Requests of this path; with * at its end all that begin like it" },
  status: { default: "", help: "Requests that were answered with this status; 0 for no answer" },
  result: {
    default: "",
    help: "Requests with this result: Hit for all from the cache, Error for all with a status from 400 on, or one like Miss",
  },
  function: { default: "", help: "Requests that this function ran for" },
  distribution: { default: "", help: "Requests of the distribution or tenant with this id" },
  behavior: {
    default: "",
    help: "Requests of the cache behavior with this PathPattern; * for the default one",
  },
  country: { default: "", help: "Requests of viewers in this country, by two letters like DE" },
  limit: { default: 20, help: "How many requests to list", range: [1, 1000] },
  json: { default: false, help: "Print JSON" },
} as const;

type Options = ValuesOf<typeof table>;
type Environment = Parameters<Command["run"]>[1];

/** A request is over, and written down, a moment after its answer was read. */
const patienceMs = 10_000;
const retryMs = 50;

export const explain: Command = {
  summary: "Say why a request was answered as it was, by which settings",
  usage: "[ID|URL]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table, isRequestId);
    const options = readOptionTable(table, flags, environment);
    const [word, ...rest] = words;
    if (rest.length > 0) throw new UsageError("explain [ID|URL]", words);
    const filter = { ...filterOf(options), ...(word !== undefined && namedRequest(word)) };
    if (options.curl !== "") {
      const id = await sendRequest(readCurlLine(options.curl), edgeOf(options));
      print(await read({ id }, options, environment, patienceMs), options);
      return 0;
    }
    if (word !== undefined || options.id !== "") {
      print(await read(filter, options, environment, 0), options);
      return 0;
    }
    const query = { ...filter, limit: String(options.limit) };
    const traces = await getFromApi(options, "/footlight/v1/traces", query, environment);
    process.stdout.write(
      options.json ? `${JSON.stringify(traces)}\n` : tracesText(traces as ReadTraces),
    );
    return 0;
  },
};

async function read(
  filter: Readonly<Record<string, string>>,
  options: Options,
  environment: Environment,
  waitMs: number,
): Promise<ReadTrace> {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      const trace = await getFromApi(options, "/footlight/v1/trace", filter, environment);
      return trace as ReadTrace;
    } catch (error) {
      const isMissing = error instanceof CallRefused && error.status === 404;
      if (!isMissing || performance.now() > until) throw error;
      await new Promise((resolve) => void setTimeout(resolve, retryMs));
    }
  }
}

function print(trace: ReadTrace, { json }: Options): void {
  process.stdout.write(json ? `${JSON.stringify(trace)}\n` : explainText(trace));
}

function filterOf(options: Options): Readonly<Record<string, string>> {
  const given = [
    ...(["id", "path", "status", "result", "function", "distribution"] as const),
    ...(["behavior", "country"] as const),
  ];
  return Object.fromEntries(
    given.filter((name) => options[name] !== "").map((name) => [name, options[name]]),
  );
}

function edgeOf({ edge }: Options): URL | undefined {
  if (edge === "") return undefined;
  const url = URL.parse(edge);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new OptionError(`--edge must be a URL like http://127.0.0.1:8080, got "${edge}"`);
}
