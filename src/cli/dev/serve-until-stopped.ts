/**
 * What is the same of all that `footlight dev` serves: it says what is where, takes single keys on a terminal, and ends when it is asked to.
 *
 * Where nobody is at a terminal it says what a program wants to know, and asks nothing.
 */
import { explainText, type ReadTrace, type ReadTraces } from "../explain-text.ts";
import { getFromApi } from "../call-api.ts";
import { keysLine, listenForKeys, type HotKey } from "./hot-keys.ts";
import { openBrowser } from "./open-browser.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface DevServing {
  /** Base URL of the control plane; like all below, of what has started. */
  readonly api: string;
  /** Where viewers go, by distribution. */
  readonly urls: readonly string[];
  /** In lines, for a person. */
  readonly about: () => readonly string[];
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Undefined where there are no events to run. */
  readonly rerunTests?: () => Promise<void>;
  /** Undefined where nothing is cached. */
  readonly clearCache?: () => Promise<void>;
}

/**
 * @returns the command's exit code: 1 where what it says can't be written any more, which ends it, too
 * @throws whatever keeps it from starting, once all is closed again
 */
export async function serveUntilStopped(
  serving: DevServing,
  environment: Environment,
): Promise<number> {
  const { promise: stopped, resolve: end } = Promise.withResolvers<number>();
  const quit = (): void => end(0);
  process.stdout.once("error", () => end(1));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, quit);
  try {
    await serving.start();
    const release = announce(serving, environment, quit);
    const code = await stopped;
    release();
    return code;
  } finally {
    await serving.close();
  }
}

/** @returns what gives back the terminal */
function announce(serving: DevServing, environment: Environment, quit: () => void): () => void {
  const isAtTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const keys = hotKeys(serving, environment, quit);
  const more = isAtTerminal ? [`  ${keysLine(keys)}`] : aboutApi(serving);
  process.stdout.write([...serving.about(), ...more, "", ""].join("\n"));
  if (!isAtTerminal) return () => {};
  const terminal = { input: process.stdin, output: process.stdout };
  return listenForKeys(terminal, keys, quit, (error) => {
    process.stdout.write(`${(error as Error).message}\n`);
  });
}

/** For a program, which looks at nothing and presses nothing. */
function aboutApi({ api, urls: [url] }: DevServing): string[] {
  const lines = [`  ${api}/openapi.json describes the API`];
  if (url === undefined) return lines;
  const { hostname, port } = new URL(url);
  const plain = hostname === "localhost" ? `http://127.0.0.1:${port}/` : url;
  return [...lines, `  curl --include ${plain}`];
}

function hotKeys(serving: DevServing, environment: Environment, quit: () => void): HotKey[] {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const keys: HotKey[] = [
    {
      key: "o",
      does: "open",
      run: async () => {
        const [url] = serving.urls;
        if (url === undefined) print("There is no distribution yet");
        else print(`Opened ${url} with ${await openBrowser(url, environment)}`);
      },
    },
    {
      key: "e",
      does: "explain the last request",
      run: async () =>
        print((await explainLast(serving.api)) ?? `There was no request yet: ${serving.urls[0]}`),
    },
    ...(serving.rerunTests === undefined
      ? []
      : [{ key: "t", does: "rerun tests", run: () => serving.rerunTests!() }]),
    ...(serving.clearCache === undefined
      ? []
      : [
          {
            key: "c",
            does: "clear the cache",
            run: async () => {
              await serving.clearCache!();
              print("The cache is cleared");
            },
          },
        ]),
    { key: "q", does: "quit", run: quit },
    {
      key: "h",
      does: "help",
      run: () => print([...serving.about(), `  ${keysLine(keys)}`].join("\n")),
    },
  ];
  return keys;
}

/** @returns why the last request was answered as it was; undefined when there was none yet */
async function explainLast(api: string): Promise<string | undefined> {
  const address = { api, ca: "" };
  const read = (path: string, query: Readonly<Record<string, string>>): Promise<unknown> =>
    getFromApi(address, path, query, {});
  const { items } = (await read("/footlight/v1/traces", { limit: "1" })) as ReadTraces;
  const id = items[0]?.id;
  if (id === undefined) return undefined;
  return explainText((await read("/footlight/v1/trace", { id })) as ReadTrace);
}
