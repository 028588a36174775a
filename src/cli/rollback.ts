/**
 * `footlight rollback FUNCTION`: gives all traffic back to the version that had it last and is not bad, or
 * to the one that is named. DEVELOPMENT stays what it is.
 */
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused } from "./call-api.ts";
import type { Command } from "./command.ts";
import { changeVersions, readVersions } from "./function-versions.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  to: {
    default: "",
    help: "The number of the version to go back to (default: the one that had all traffic last and is not bad)",
    pattern: /^[1-9]\d*$/,
    expects: "the number of a version, like 3",
  },
  message: { default: "", help: "Why, for footlight history and the audit" },
  json: { default: false, help: "Print JSON" },
} as const;

export const rollback: Command = {
  summary: "Give all viewers an earlier version of a function, at once",
  usage: "FUNCTION",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { json, to, message, ...address } = readOptionTable(table, flags, environment);
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new UsageError("rollback FUNCTION", words);
    try {
      const before = await readVersions(address, name, environment);
      const body = { ...(to !== "" && { to: Number(to) }), ...(message !== "" && { message }) };
      const order = { name, action: "rollback", ifMatch: before.etag, body } as const;
      const after = await changeVersions(address, order, environment);
      const { version } = after.live!;
      process.stdout.write(
        json
          ? `${JSON.stringify(after)}\n`
          : `All viewers of ${name} get version ${version}, and no more version ${before.live?.version}. ` +
              `DEVELOPMENT is what it was${after.development.is_published ? "" : ", and unpublished"}.\n`,
      );
      return 0;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      process.stderr.write(`footlight rollback: ${error.message}\n`);
      return 1;
    }
  },
};
