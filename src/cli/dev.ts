/**
 * `footlight dev [DIR]`: serves a folder's functions at once, and follows what is saved.
 *
 * A folder with one function file needs nothing else; `footlight.json` says more. On a terminal single keys do things; where nobody is at
 * one, it says what a program wants to know, and asks nothing. Exit code 0 when it is stopped, 1 when it can't begin.
 */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { options } from "../node/options.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { DevSession } from "./dev/dev-session.ts";
import { refuseWithTemplate, serveTemplate } from "./dev/dev-template.ts";
import { foundSite } from "./dev/found-site.ts";
import { keysLine, listenForKeys, type HotKey } from "./dev/hot-keys.ts";
import { openBrowser } from "./dev/open-browser.ts";
import { readOrigin } from "./dev/read-origin.ts";
import { readSiteFile } from "./dev/site-file.ts";
import type { Site, SiteBehavior, SiteOrigin } from "./dev/site.ts";
import { painter } from "./reports/text-report.ts";

const port = {
  pattern: /^$|^\d{1,5}$/,
  expects: "a port, or 0 for a free one",
} as const;

const table = {
  origin: {
    default: "echo",
    help: "Where pages come from, without a footlight.json: a folder, a URL, or echo, which shows what the origin was asked",
  },
  originSources: options.originSources,
  edgePort: {
    default: "",
    help: "TCP port that viewers connect to; 0 takes a free one (default: 8080, or the next that is free)",
    ...port,
  },
  apiPort: {
    default: "",
    help: "TCP port of the API; 0 takes a free one (default: 4580, or the next that is free)",
    ...port,
  },
  runtime: {
    default: "cloudfront-js-2.0",
    help: "The runtime of functions that say no other: cloudfront-js-1.0 or cloudfront-js-2.0",
    pattern: /^cloudfront-js-[12]\.0$/,
    expects: "cloudfront-js-1.0 or cloudfront-js-2.0",
  },
  template: {
    default: "",
    help: "A CloudFormation template to deploy and serve in place of a folder, and again whenever it is saved",
  },
  parameter: {
    default: "",
    help: "A value of the template's parameter, NAME=VALUE; given several times, or with commas between",
    repeats: true,
  },
  value: {
    default: "",
    help: "What another service's resource would answer to the template, RESOURCE.ATTRIBUTE=VALUE; given several times, or with commas between",
    repeats: true,
  },
  liveReload: {
    default: false,
    help: "Load HTML pages again in browsers when something was saved",
  },
  color: {
    default: "auto",
    help: "Color the text: auto (on a terminal), always or never",
    pattern: /^(auto|always|never)$/,
    expects: "auto, always or never",
  },
} as const;

type Environment = Parameters<Command["run"]>[1];

export const dev: Command = {
  summary: "Serve a folder's functions, and check, publish and test what is saved there at once",
  usage: "[DIR]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const values = readOptionTable(table, flags, environment);
    const isColored =
      values.color === "always" || (values.color === "auto" && process.stdout.isTTY);
    const ports = { edge: portOf(values.edgePort), api: portOf(values.apiPort) };
    if (values.template !== "") {
      refuseWithTemplate(words, values.liveReload);
      const { template: file, parameter, value, originSources } = values;
      const paint = painter(isColored);
      return serveTemplate({ template: { file, parameter, value }, ports, originSources, paint });
    }
    if (values.parameter !== "" || values.value !== "") {
      throw new OptionError("--parameter and --value are of --template");
    }
    const [word = ".", ...rest] = words;
    if (rest.length > 0) throw new UsageError("dev [DIR]", words);
    const folder = folderOf(word);
    const runtime = values.runtime as RuntimeName;
    const origin = originOf(values.origin);
    const file = join(folder, "footlight.json");
    const session = new DevSession({
      readSite: (known) =>
        existsSync(file)
          ? readSiteFile(file, runtime, known)
          : foundSite({ folder, origin, runtime, known }),
      folder,
      ports,
      originSources: values.originSources,
      liveReload: values.liveReload,
      print: (lines) => void process.stdout.write(lines.map((line) => `${line}\n`).join("")),
      paint: painter(isColored),
    });
    let quit = (): void => {};
    const stopped = new Promise<void>((resolveStopped) => {
      quit = resolveStopped;
    });
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, quit);
    try {
      await session.start();
      const release = announce(session, environment, quit);
      await stopped;
      release();
    } finally {
      await session.close();
    }
    return 0;
  },
};

/** @returns what gives back the terminal */
function announce(session: DevSession, environment: Environment, quit: () => void): () => void {
  const isAtTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const keys = hotKeys(session, environment, quit);
  process.stdout.write(
    [
      ...aboutSite(session),
      ...(isAtTerminal ? [`  ${keysLine(keys)}`] : aboutApi(session)),
      "",
      "",
    ].join("\n"),
  );
  if (!isAtTerminal) return () => {};
  return listenForKeys(process.stdin, keys, quit, (error) => {
    process.stdout.write(`${(error as Error).message}\n`);
  });
}

function aboutSite({ site, urls, api }: DevSession): string[] {
  const lines = ["Footlight serves this folder from memory, until it is stopped.", ""];
  for (const [index, { behaviors }] of site.distributions.entries()) {
    lines.push(
      `  ${urls[index]}`,
      ...behaviors.map((behavior) => `    ${behaviorText(behavior, site)}`),
    );
  }
  return [...lines, `  API  ${api}`, ...site.remarks.map((remark) => `  ${remark}`), ""];
}

function behaviorText({ path, functions, origin }: SiteBehavior, { origins }: Site): string {
  const { "viewer-request": request, "viewer-response": response } = functions;
  const way = [
    path === "*" ? "all paths" : path,
    ...(request === undefined ? [] : [`${request} (viewer-request)`]),
    originText(origin, origins[origin]!),
    ...(response === undefined ? [] : [`${response} (viewer-response)`]),
  ];
  return way.join(" → ");
}

function originText(name: string, origin: SiteOrigin): string {
  if (origin.kind === "echo") return "an echo of what the origin is asked";
  return origin.kind === "folder" ? origin.folder : `${name}, ${origin.url.href}`;
}

/** For a program, which looks at nothing and presses nothing. */
function aboutApi({ api, urls }: DevSession): string[] {
  const { hostname, port: edgePort } = new URL(urls[0]!);
  const plain = hostname === "localhost" ? `http://127.0.0.1:${edgePort}/` : urls[0]!;
  return [`  ${api}/openapi.json describes the API`, `  curl --include ${plain}`];
}

function hotKeys(session: DevSession, environment: Environment, quit: () => void): HotKey[] {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const keys: HotKey[] = [
    {
      key: "o",
      does: "open",
      run: async () => {
        const url = session.urls[0]!;
        print(`Opened ${url} with ${await openBrowser(url, environment)}`);
      },
    },
    {
      key: "e",
      does: "explain the last request",
      run: async () =>
        print((await session.explainLast()) ?? `There was no request yet: ${session.urls[0]}`),
    },
    { key: "t", does: "rerun tests", run: () => session.rerunTests() },
    {
      key: "c",
      does: "clear the cache",
      run: async () => {
        await session.clearCache();
        print("The cache is cleared");
      },
    },
    { key: "q", does: "quit", run: quit },
    {
      key: "h",
      does: "help",
      run: () => print([...aboutSite(session), `  ${keysLine(keys)}`].join("\n")),
    },
  ];
  return keys;
}

function folderOf(word: string): string {
  const folder = resolve(word);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new OptionError(`There is no folder ${folder}`);
  if (!found.isDirectory()) {
    throw new OptionError(
      `${word} is a file, and dev serves a folder: footlight dev ${resolve(folder, "..")}`,
    );
  }
  return folder;
}

function originOf(text: string): SiteOrigin {
  try {
    return readOrigin(text, process.cwd());
  } catch (error) {
    throw new OptionError(`--origin ${(error as Error).message}`, { cause: error });
  }
}

function portOf(text: string): number | undefined {
  return text === "" ? undefined : Number(text);
}
