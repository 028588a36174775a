/**
 * `footlight export [FILE]`: writes what the account has of CloudFront as a CloudFormation template, which deploys to an equal account.
 *
 * The pairs of key value stores stand in files beside FILE, named by a manifest as CDK has them. Exit code 0; what no template can
 * say is told on stderr.
 */
import { basename, dirname, join } from "node:path";
import { makeFolderNow } from "../../base/make-folder.ts";
import { replaceFile } from "../../base/write-whole.ts";
import { RefusedCall } from "../../deploy/api/api.ts";
import {
  exportAccount,
  exportBucket,
  type AccountExport,
} from "../../deploy/export/export-account.ts";
import { OptionError, readOptionTable } from "../../node/option-table.ts";
import { partArguments, UsageError } from "../arguments.ts";
import { apiOptions } from "../ask-api.ts";
import type { Command } from "../command.ts";
import { apiAt } from "./deploy-template.ts";
import { templateText } from "./template-text.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  format: {
    default: "yaml",
    help: "What is written where FILE does not say by its name: yaml or json",
    pattern: /^(yaml|json)$/,
    expects: "yaml or json",
  },
} as const;

export const exportCommand: Command = {
  summary: "Write what the account has as a CloudFormation template",
  usage: "[FILE]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { format, ...address } = readOptionTable(table, flags, environment);
    const [file = "", ...rest] = words;
    if (rest.length > 0) throw new UsageError("export [FILE]", words);
    if (file !== "" && !/\.(json|ya?ml)$/.test(file)) {
      throw new OptionError(`FILE must end in .json, .yaml or .yml, got "${file}"`);
    }
    try {
      const account = await exportAccount(apiAt(address, environment));
      const isJson = file === "" ? format === "json" : file.endsWith(".json");
      const text = isJson
        ? `${JSON.stringify(account.template, undefined, 2)}\n`
        : templateText(account.template);
      const notices = [...account.notices, ...(file === "" ? pairNotices(account) : [])];
      if (file === "") process.stdout.write(text);
      else write(file, text, account);
      for (const notice of notices) process.stderr.write(`footlight export: ${notice}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      process.stderr.write(`footlight export: ${error.message}\n`);
      return 1;
    }
  },
};

function pairNotices({ pairs }: AccountExport): readonly string[] {
  if (pairs.size === 0) return [];
  const names = [...pairs.keys()].join(", ");
  return [`the pairs of ${names} are not in it: name a FILE, and they are written beside it`];
}

function write(file: string, text: string, { pairs }: AccountExport): void {
  try {
    // What names the others comes last.
    if (pairs.size > 0) writePairs(file, pairs);
    replaceFile(file, text);
  } catch (error) {
    throw new OptionError(`Cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function writePairs(file: string, pairs: AccountExport["pairs"]): void {
  const stem = basename(file).replace(/(\.template)?\.(json|ya?ml)$/, "");
  const folder = `${stem}.assets`;
  makeFolderNow(join(dirname(file), folder));
  const files: Record<string, object> = {};
  for (const [name, held] of pairs) {
    const path = `${folder}/${name}.json`;
    const data = held.map(({ Key, Value }) => ({ key: Key, value: Value }));
    replaceFile(join(dirname(file), path), `${JSON.stringify({ data }, undefined, 2)}\n`);
    files[name] = {
      source: { path, packaging: "file" },
      destinations: { current: { bucketName: exportBucket, objectKey: `${name}.json` } },
    };
  }
  const manifest = `${JSON.stringify({ files }, undefined, 2)}\n`;
  replaceFile(join(dirname(file), `${stem}.assets.json`), manifest);
}
