/** A plan in words: a line a resource, and below it what would be another. */
import { createTwoFilesPatch } from "diff";
import type { Difference } from "../resources/differences.ts";
import type { Action, Plan, Step } from "./plan-stack.ts";

const signs: Readonly<Record<Action, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  keep: " ",
};

/** @returns lines, the first character of which says what becomes of it: + ~ ± - or a space */
export function planLines(plan: Plan): readonly string[] {
  const { steps, removals, record, notices, secrets } = plan;
  const replaced = steps.filter(({ action }) => action === "replace");
  const lines = [
    ...steps.filter(({ action }) => action !== "keep").flatMap(stepLines),
    ...replaced.map(({ resource: { logicalId, type, replacePolicy } }) => {
      const verb = replacePolicy === "Retain" ? "leave" : "delete";
      const { id = "" } = record.resources[logicalId] ?? {};
      return `- ${verb} ${logicalId} (${type} ${id}), once nothing asks for it`;
    }),
    ...removals.map(({ logicalId, type, id, isRetained }) =>
      isRetained
        ? `  leave ${logicalId} (${type} ${id}) where it is: it is retained`
        : `- delete ${logicalId} (${type} ${id})`,
    ),
    ...(plan.changesOutputs ? ["~ set the outputs"] : []),
    ...notices.map((notice) => `  ${notice}`),
  ];
  return lines.map((line) => masked(line, secrets));
}

/** @returns how many there are of each, like `2 to create, 1 to update` */
export function planSummary({ steps, removals, changesOutputs }: Plan): string {
  const count = (action: Action): number => steps.filter((step) => step.action === action).length;
  const deleted = removals.filter(({ isRetained }) => !isRetained).length;
  const counts: readonly (readonly [number, string])[] = [
    [count("create"), "to create"],
    [count("update"), "to update"],
    [count("replace"), "to replace"],
    [deleted, "to delete"],
    [removals.length - deleted, "to leave"],
  ];
  const told = counts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  if (told.length > 0) return told.join(", ");
  return changesOutputs ? "the outputs change" : "nothing to change";
}

function stepLines({ resource, action, asked, differences, remark }: Step): readonly string[] {
  const { logicalId, type } = resource;
  const name = action === "create" ? asked.kind.nameOf(asked.config) : "";
  const line = `${signs[action]} ${action} ${logicalId} (${type}${name === "" ? "" : ` ${name}`})`;
  return [
    remark === undefined ? line : `${line}: ${remark}`,
    ...differences.flatMap(differenceLines),
  ];
}

function differenceLines({ path, from, to }: Difference): readonly string[] {
  if (path.endsWith("Code") && typeof from === "string" && typeof to === "string") {
    const texts = [from, to].map((code) => Buffer.from(code, "base64").toString());
    const patch = createTwoFilesPatch("", "", texts[0]!, texts[1]!, undefined, undefined, {
      context: 2,
    });
    // What comes before is the names of two files, which there are none of.
    const lines = patch.slice(patch.indexOf("@@")).trimEnd().split("\n");
    return [`      ${path}:`, ...lines.map((line) => `      ${line}`)];
  }
  return [`      ${path}: ${shown(from, path)} → ${shown(to, path)}`];
}

/** Values of an origin's custom headers are often what it knows CloudFront by. */
function shown(value: unknown, path: string): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(hidden(value));
  if (path.endsWith(".HeaderValue")) return `${text.length} characters`;
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [
    name,
    name === "HeaderValue" ? `${String(member).length} characters` : hidden(member),
  ]);
  return Object.fromEntries(entries);
}

function masked(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, "****"), line);
}
