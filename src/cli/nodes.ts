/**
 * `footlight nodes`: who is on the change log, at which revision, and whether it serves.
 * `footlight nodes hold GROUP`, `release GROUP`: the edges of a group stay where they are, and go on.
 */
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { getFromApi, postToApi } from "./call-api.ts";
import { inColumns } from "./columns.ts";
import type { Command } from "./command.ts";
import { printable } from "./printable.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  json: { default: false, help: "Print JSON" },
} as const;

/** As `/footlight/v1/nodes` lists it. */
export interface ListedNode {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly revision: number;
  readonly head?: string;
  readonly lag: number;
  readonly state: string;
  readonly because?: string;
  readonly version: string;
  readonly since: string;
  readonly address: string;
}

interface Changed {
  readonly revision: number;
}

const usage = "nodes [hold GROUP | release GROUP]";

export const nodes: Command = {
  summary: "List the nodes on the change log: how far each is, and whether it serves",
  usage: "[hold GROUP | release GROUP]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { json, ...address } = readOptionTable(table, flags, environment);
    const [verb, group] = words;
    const isChange = (verb === "hold" || verb === "release") && words.length === 2;
    if (!isChange && words.length > 0) throw new UsageError(usage, words);
    if (isChange) {
      const path = `/footlight/v1/nodes/${verb}`;
      const { revision } = (await postToApi(address, path, { group }, environment)) as Changed;
      const says =
        verb === "hold"
          ? `The edges of ${group} stay at revision ${revision} and serve on, until footlight nodes release ${group}`
          : `The edges of ${group} apply what came meanwhile, up to revision ${revision} and further`;
      process.stdout.write(json ? `${JSON.stringify({ group, revision })}\n` : `${says}\n`);
      return 0;
    }
    const listed = (await getFromApi(address, "/footlight/v1/nodes", {}, environment)) as {
      readonly items: readonly ListedNode[];
    };
    process.stdout.write(json ? `${JSON.stringify(listed)}\n` : toText(listed.items));
    return 0;
  },
};

function toText(items: readonly ListedNode[]): string {
  const rows = [
    ["NAME", "ID", "KIND", "GROUP", "REVISION", "LAG", "STATE", "VERSION", "SINCE", "ADDRESS"],
    ...items.map(({ name, id, kind, group, revision, lag, state, version, since, address }) => [
      ...[name, id, kind, group ?? "", String(revision), String(lag)],
      ...[state, version, since, address],
    ]),
  ];
  const reasons = items.flatMap(({ name, because }) =>
    because === undefined ? [] : [`${printable(`${name}: ${because}`)}\n`],
  );
  return inColumns(rows, [4, 5]) + reasons.join("");
}
