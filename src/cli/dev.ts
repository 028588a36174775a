/**
 * `footlight dev [DIR]`: serves a folder's functions at once, and follows what is saved.
 *
 * A folder with one function file needs nothing else; `footlight.json` says more. On a terminal single keys do things; where nobody is at
 * one, it says what a program wants to know, and asks nothing. Exit code 0 when it is stopped, 1 when it can't begin.
 */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { options, pickOptions } from "../node/options.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { templateOptions } from "./deploy/deploy-options.ts";
import { namedTemplates } from "./deploy/named-templates.ts";
import { DevSession } from "./dev/dev-session.ts";
import { foundSite } from "./dev/found-site.ts";
import { readOrigin } from "./dev/read-origin.ts";
import { serveUntilStopped } from "./dev/serve-until-stopped.ts";
import { readSiteFile } from "./dev/site-file.ts";
import type { SiteOrigin } from "./dev/site.ts";
import { TemplateSession } from "./dev/template-session.ts";
import { painter } from "./reports/text-report.ts";

const port = {
  pattern: /^$|^([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$/,
  expects: "a port up to 65535, or 0 for a free one",
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
  ...templateOptions,
  stack: {
    default: "",
    help: "Which stack of --template's folder is served, where it has several",
  },
  https: {
    default: false,
    help: "Serve by HTTPS too, at port 8443 or the next that is free, by the local authority that footlight ca shows",
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
  goesOnUnread: true,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const values = readOptionTable(table, flags, environment);
    const isColored =
      values.color === "always" || (values.color === "auto" && process.stdout.isTTY);
    const print = (lines: readonly string[]): void =>
      void process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    const shared = {
      ports: { edge: portOf(values.edgePort), api: portOf(values.apiPort) },
      authority: values.https ? dataFolder(environment) : undefined,
      originSources: values.originSources,
      liveReload: values.liveReload,
      print,
      paint: painter(isColored),
    };
    if (values.template !== "") {
      if (words.length > 0) {
        throw new OptionError(
          `--template takes the place of a folder, got "${words.join(" ")}" too`,
        );
      }
      const { template: file, parameter, value, stack } = values;
      const [named] = namedTemplates({ file, stack, all: false });
      const template = { ...named!, parameter, value, region: "us-east-1" };
      return await serveUntilStopped(new TemplateSession({ template, ...shared }), environment);
    }
    if (values.parameter !== "" || values.value !== "" || values.stack !== "") {
      throw new OptionError("--parameter, --value and --stack are of --template");
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
      ...shared,
    });
    return await serveUntilStopped(session, environment);
  },
};

/** Where the local authority is kept, as a node has it. */
function dataFolder(environment: Environment): string {
  return readOptionTable(pickOptions(["data"]), [], environment).data;
}

function folderOf(word: string): string {
  const folder = resolve(word);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new OptionError(
      `There is no folder ${folder}: make it with mkdir -p ${shellWord(word)}, or name another one, as in footlight dev DIR`,
    );
  }
  if (!found.isDirectory()) {
    throw new OptionError(
      `${word} is a file, and dev serves a folder: footlight dev ${resolve(folder, "..")}`,
    );
  }
  return folder;
}

/** As it may be copied into a shell. */
function shellWord(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
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
