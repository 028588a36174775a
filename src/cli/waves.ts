/**
 * `footlight waves FUNCTION [pause|resume|finish|abort]`: how a publish in waves is going, and what to do with it.
 *
 * Exit code 0; with --follow 3 when a gate took it back, 4 when it ended otherwise before its last wave, 5 when it waits for somebody.
 */
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused } from "./call-api.ts";
import type { Command } from "./command.ts";
import { followWaves } from "./follow-waves.ts";
import { isOfConnections } from "./function-versions.ts";
import { changeWaves, endText, readWaves, waveLine, type ToldWaves } from "./told-waves.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  message: { default: "", help: "Why, for footlight history and the audit" },
  follow: { default: false, help: "Show how it goes on, until it is over or waits for somebody" },
  json: { default: false, help: "Print JSON" },
} as const;

const verbs: readonly string[] = ["pause", "resume", "finish", "abort"];

export const waves: Command = {
  summary: "Tell how a publish in waves is going; pause, resume, finish or abort it",
  usage: "FUNCTION [pause|resume|finish|abort]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { json, message, follow, ...address } = readOptionTable(table, flags, environment);
    const [name, verb, ...rest] = words;
    if (name === undefined || rest.length > 0 || (verb !== undefined && !verbs.includes(verb))) {
      throw new UsageError("waves FUNCTION [pause|resume|finish|abort]", words);
    }
    if (isOfConnections(name)) {
      process.stderr.write(
        "footlight waves: connection functions have no waves: gates compare what requests were answered, and who is not let in makes none\n",
      );
      return 1;
    }
    try {
      const told =
        verb === undefined
          ? await readWaves(address, name, environment)
          : await changeWaves(address, { name, verb, message }, environment);
      if (follow && told.on !== undefined) {
        return await followWaves(address, { name, version: told.on.version }, environment);
      }
      process.stdout.write(json ? `${JSON.stringify(told)}\n` : text(told));
      return 0;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      process.stderr.write(`footlight waves: ${error.message}\n`);
      return 1;
    }
  },
};

function text({ id, on, ended }: ToldWaves): string {
  if (on !== undefined) {
    const gates = on.gates.length === 0 ? "no gates" : `gates: ${on.gates.join(", ")}`;
    return `Version ${on.version} of ${id}, instead of version ${on.old_version}; ${gates}\n${waveLine(on)}\n`;
  }
  if (ended === undefined) return `${id} is not published in waves\n`;
  return `${ended.at} ${endText(id, ended)}\n`;
}
