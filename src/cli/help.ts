/** The texts of --help, made from the tables of commands and options. */
import { flagOf, variableOf, type Option } from "../node/option-table.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";

export async function overallHelp(): Promise<string> {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => {
      const { summary } = await load();
      return `  ${name.padEnd(width)}  ${summary}`;
    }),
  );
  return [
    "Footlight: CloudFront Functions outside AWS.",
    "",
    "usage: footlight COMMAND [OPTION ...]",
    "",
    ...lines,
    "",
    "footlight COMMAND --help lists a command's options; footlight --version prints the version.",
    "",
  ].join("\n");
}

export function commandHelp(name: string, command: Command): string {
  const usage = [
    "footlight",
    name,
    command.usage,
    Object.keys(command.options).length > 0 ? "[OPTION ...]" : "",
  ];
  const lines = Object.entries(command.options).map(([option, row]) => optionHelp(option, row));
  return [
    command.summary,
    "",
    `usage: ${usage.filter(Boolean).join(" ")}`,
    ...(lines.length > 0 ? ["", ...lines] : []),
    "",
  ].join("\n");
}

function optionHelp(name: string, option: Option): string {
  const value = typeof option.default === "boolean" ? "" : ` ${valueName(option)}`;
  const shown = option.default === "" || typeof option.default === "boolean";
  const fallback =
    shown || option.help.includes("(default:") ? "" : ` (default: ${option.default})`;
  return `  ${flagOf(name)}${value}\n      ${option.help}${fallback} [${variableOf(name)}]`;
}

function valueName(option: Option): string {
  return typeof option.default === "number" ? "NUMBER" : "VALUE";
}
