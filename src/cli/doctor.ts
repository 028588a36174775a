/** `footlight doctor`: whether a node of these options can start and serve here, and what to do where not. */
import type { Finding } from "../node/doctor/finding.ts";
import { options, readOptions, type OptionName } from "../node/options.ts";
import type { Command } from "./command.ts";
import { footlightVersion } from "../node/footlight-version.ts";

const jsonFlag = "--json";

export const doctor: Command = {
  summary: "Say what keeps a node of these options from serving here, and what to do about it",
  usage: "",
  options: { ...options, json: { default: false, help: "Print JSON" } },
  run: async (args, environment) => {
    const given = args.filter((arg) => arg !== jsonFlag);
    const settings = readOptions(given, environment, Object.keys(options) as OptionName[]);
    // What it looks with loads half of a node, which the other commands need not wait for.
    const { examine } = await import("../node/doctor/examine.ts");
    const findings = await examine(settings, footlightVersion());
    process.stdout.write(
      args.includes(jsonFlag) ? `${JSON.stringify({ findings })}\n` : textOf(findings),
    );
    return findings.some(({ state }) => state === "failure") ? 1 : 0;
  },
};

function textOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.flatMap(({ about, state, says, remedy }) => {
    const line = `${state.padEnd("warning".length)}  ${about.padEnd(width)}  ${says}`;
    return remedy === undefined ? [line] : [line, `${" ".repeat(width + 11)}→ ${remedy}`];
  });
  return `${lines.join("\n")}\n`;
}
