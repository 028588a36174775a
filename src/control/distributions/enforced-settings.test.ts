import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { cloudFrontOperations } from "../../schema/operation-table.ts";
import type { Shape, StructureShape } from "../../schema/shape.ts";
import { enforcedSettings, type MemberJudgements } from "./enforced-settings.ts";

const root = resolve(import.meta.dirname, "../../..");

function judgedIn({ enforced, partly = [], stored = [], described = [] }: MemberJudgements) {
  return { done: [...enforced, ...partly], notDone: [...stored, ...described] };
}

/** The structures of DistributionConfig by name, but for what is below members that are not done. */
function structuresOf(shape: Shape | undefined, found = new Map<string, StructureShape>()) {
  if (shape?.kind === "list") return structuresOf(shape.entry.shape, found);
  if (shape?.kind !== "structure" || found.has(shape.name)) return found;
  found.set(shape.name, shape);
  const judged = enforcedSettings[shape.name];
  const notDone = judged === undefined ? [] : judgedIn(judged).notDone;
  for (const { name, shape: below } of shape.members.values()) {
    if (!notDone.includes(name)) structuresOf(below, found);
  }
  return found;
}

const isCount = (name: string) => name === "Quantity" || name === "Items";

const structures = structuresOf(
  cloudFrontOperations.get("UpdateDistribution")?.input?.members.get("DistributionConfig")?.shape,
);

test("each member of a distribution's configuration is judged once, and nothing else is", () => {
  const ofModel = Array.from(structures.values(), ({ name, members }) =>
    Array.from(members.keys(), (member) => [name, member] as const),
  );
  const expected = ofModel
    .flat()
    .flatMap(([name, member]) => (isCount(member) ? [] : [`${name}.${member}`]));
  const judged = Object.entries(enforcedSettings).flatMap(([name, judgements]) => {
    const { done, notDone } = judgedIn(judgements);
    return [...done, ...notDone].map((member) => `${name}.${member}`);
  });
  assert.deepEqual(judged.toSorted(), expected.toSorted());
});

function sourceOf(folder: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(root, folder, name), "utf8"))
    .map((text) => text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, ""))
    .join("\n");
}

test("what is enforced has a name in the edge's source, and what is only stored has none there", () => {
  const edge = sourceOf("src/edge");
  const names = (source: string) => new Set(source.match(/\b[A-Z]\w+\b/g));
  const ofEdge = names(edge);
  const known = ofEdge.union(names(sourceOf("src/model")));
  for (const [structure, { enforced, stored = [] }] of Object.entries(enforcedSettings)) {
    for (const member of enforced)
      assert.ok(known.has(member), `${structure}.${member} is unknown`);
    for (const member of stored) {
      assert.ok(!ofEdge.has(member), `the edge reads ${structure}.${member}`);
    }
  }
});

test("docs/choices.md lists exactly the members that are not enforced, or not all", () => {
  const page = readFileSync(join(root, "docs/choices.md"), "utf8");
  const section = page.split("\n## ").find((text) => text.startsWith("Stored and answered"));
  const listed = Array.from(
    section?.matchAll(/`([A-Z]\w+\.[A-Z]\w+)`/g) ?? [],
    ([, name = ""]) => name,
  );
  const expected = Object.entries(enforcedSettings).flatMap(
    ([name, { partly = [], stored = [] }]) =>
      // What is said of all cache behaviors is said once.
      name === "CacheBehavior" ? [] : [...partly, ...stored].map((member) => `${name}.${member}`),
  );
  assert.deepEqual(listed.toSorted(), expected.toSorted());
});
