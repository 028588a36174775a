/**
 * `footlight diff FUNCTION 3..LIVE`: what changed between two versions of a function, as a unified diff of the
 * code, after the lines in which the configuration differs.
 *
 * Exit code 0 when they are the same, 1 when they differ, as of diff(1); 2 when there is nothing to compare.
 */
import { styleText } from "node:util";
import { createTwoFilesPatch } from "diff";
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused } from "./call-api.ts";
import type { Command } from "./command.ts";
import { readCode, type ToldCode } from "./function-versions.ts";
import { printableLines } from "./printable.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  color: {
    default: "auto",
    help: "Color the lines: auto (on a terminal), always or never",
    pattern: /^(auto|always|never)$/,
    expects: "auto, always or never",
  },
} as const;

const usage = "FUNCTION FROM..TO";

export const diff: Command = {
  summary:
    "Show what changed between two versions of a function, like 3..5, 3..LIVE or LIVE..DEVELOPMENT",
  usage,
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { color, ...address } = readOptionTable(table, flags, environment);
    const [name, range, ...rest] = words;
    const [, from, to] =
      /^(\d+|LIVE|DEVELOPMENT)\.\.(\d+|LIVE|DEVELOPMENT)$/.exec(range ?? "") ?? [];
    if (name === undefined || from === undefined || to === undefined || rest.length > 0) {
      throw new UsageError(`diff ${usage}`, words);
    }
    let codes: readonly [ToldCode, ToldCode];
    try {
      const read = (version: string) => readCode(address, { name, version }, environment);
      codes = await Promise.all([read(from), read(to)]);
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      process.stderr.write(`footlight diff: ${error.message}\n`);
      return 2;
    }
    const text = differences(name, [from, to], codes);
    const isColored = color === "always" || (color === "auto" && process.stdout.isTTY);
    // A file gets what the code is to the byte, and who reads it on a terminal all of it.
    const shownText = isColored || process.stdout.isTTY ? printableLines(text) : text;
    process.stdout.write(isColored ? inColor(shownText) : shownText);
    return text === "" ? 0 : 1;
  },
};

/** @returns nothing where they are the same */
function differences(
  name: string,
  [from, to]: readonly [string, string],
  [old, now]: readonly [ToldCode, ToldCode],
): string {
  const settings = (["comment", "runtime", "key_value_stores"] as const).filter(
    (member) => shown(old[member]) !== shown(now[member]),
  );
  const lines = settings.flatMap((member) => [
    `-${member}: ${shown(old[member])}\n`,
    `+${member}: ${shown(now[member])}\n`,
  ]);
  if (old.code === now.code) return lines.join("");
  const [before, after] = [old.code, now.code].map((code) =>
    Buffer.from(code, "base64").toString(),
  );
  const files = [`${name} ${from}`, `${name} ${to}`] as const;
  const patch = createTwoFilesPatch(...files, before!, after!, undefined, undefined, {
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
  return lines.join("") + patch;
}

function shown(value: string | readonly string[] | undefined): string {
  return typeof value === "object" ? value.join(", ") : (value ?? "");
}

function inColor(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      if (line.startsWith("---") || line.startsWith("+++")) return colored("bold", line);
      if (line.startsWith("@@")) return colored("cyan", line);
      if (line.startsWith("-")) return colored("red", line);
      return line.startsWith("+") ? colored("green", line) : line;
    })
    .join("\n");
}

/** Whether there is a terminal was asked before. */
function colored(how: "bold" | "cyan" | "green" | "red", line: string): string {
  return styleText(how, line, { validateStream: false });
}
