/** The documents under docs/ that are made from tables of the source, each as a function to its text. */
import { cloudFrontOperations } from "../src/schema/operation-table.ts";
import { keyValueOperations } from "../src/control/key-value-data/operations.ts";
import { operations } from "../src/control/operations.ts";
import { quotas } from "../src/control/quotas.ts";
import { enforcementOf } from "../src/control/resources/enforcement.ts";
import { flagOf, variableOf } from "../src/node/option-table.ts";
import { options, type NodeOption, type OptionName } from "../src/node/options.ts";

export const generatedDocs: Readonly<Record<string, () => string>> = {
  "docs/options.md": optionsPage,
  "docs/operations.md": operationsPage,
  "docs/quotas.md": quotasPage,
};

const notice = "<!-- Made by tools/generated-docs.ts: npm run docs -- --write -->";

function optionsPage(): string {
  const rows = (Object.keys(options) as OptionName[]).map((name) => {
    const option: NodeOption = options[name];
    const commands = option.commands ?? ["start", "control", "edge"];
    // What depends on the machine must not make this page differ from one to the next.
    const shown = name === "workers" || option.default === "" ? "" : `\`${option.default}\``;
    return `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | ${shown} | ${commands.join(", ")} | ${option.help} |`;
  });
  return [
    "# Options of a node",
    "",
    notice,
    "",
    "A flag beats a variable, a variable the settings file, and the file the default. The file, which `--settings` names, is a",
    'JSON object of these options by name: `--api-port` is `apiPort` there, so `{"apiPort": 4600, "readyJson": true}`. One file may',
    "serve a control node and its edges: options that a command does not take are judged, and not used by it.",
    "",
    "| Flag | Variable | Default | Commands | What it is |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function operationsPage(): string {
  const names = [...cloudFrontOperations.keys()].sort();
  const done = new Set(Object.keys(operations));
  const rows = names.map((name) =>
    done.has(name)
      ? `| ${name} | yes | ${enforcement(name)} |`
      : `| ${name} | 501 NotImplemented | |`,
  );
  return [
    "# Operations of the CloudFront API",
    "",
    notice,
    "",
    `Footlight does ${names.filter((name) => done.has(name)).length} of the ${names.length} operations of the model. The others answer 501 \`NotImplemented\`, naming themselves.`,
    "",
    "An operation that is answered checks, stores and reads back what AWS does. Whether viewers then notice is",
    "another question: the last column says whether the edge does what the operation sets.",
    "",
    "| Operation | Answered | Enforced by the edge |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "## The key value stores' data API",
    "",
    "`cloudfront-keyvaluestore` is on the same port, and all of it is done:",
    "",
    ...Object.keys(keyValueOperations).map((name) => `- ${name}`),
    "",
  ].join("\n");
}

function enforcement(name: string): string {
  const judged = enforcementOf(name as keyof typeof operations);
  if (judged === undefined) return "";
  return judged.reason === undefined ? judged.edge : `${judged.edge}: ${judged.reason}`;
}

function quotasPage(): string {
  const rows = Object.entries(quotas).map(([name, value]) => `| \`${name}\` | ${value} |`);
  return [
    "# Quotas",
    "",
    notice,
    "",
    "What the API refuses to go beyond, with AWS's default values. A node that is started with `--quotas` has others:",
    "a JSON object of those that differ, or the name of a file that holds one.",
    "",
    "| Quota | Default |",
    "| --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
