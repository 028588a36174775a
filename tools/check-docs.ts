/**
 * Keeps the documents true: the generated ones are fresh, ARCHITECTURE.md names every room, links
 * lead somewhere, and the README's commands do what it says.
 *
 * `--write` writes the generated ones anew. A README block is run when the comment before it asks
 * for that: `<!-- run: PROGRAM -->` runs it where the program is installed; blocks of one run
 * share a folder and a node, in order.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { generatedDocs } from "./generated-docs.ts";
import { runReadme } from "./run-readme.ts";

const root = resolve(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const write = process.argv.includes("--write");

const problems = [
  ...checkGenerated(),
  ...checkRoomsNamed(),
  ...checkLinks(),
  ...(await runReadme(join(root, "README.md"))),
];
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "docs: true" : `docs: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

function checkGenerated(): string[] {
  return Object.entries(generatedDocs).flatMap(([path, build]) => {
    const text = build();
    if (existsSync(join(root, path)) && read(path) === text) return [];
    if (!write) return [`${path} is stale; run npm run docs -- --write`];
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return [];
  });
}

function checkRoomsNamed(): string[] {
  const text = read("ARCHITECTURE.md");
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `src/${entry.name}/`);
  const named = new Set([...text.matchAll(/`(src\/[a-z0-9]+\/)`/g)].map((match) => match[1]!));
  return [
    ...rooms
      .filter((room) => !named.has(room))
      .map((room) => `ARCHITECTURE.md does not name ${room}`),
    ...[...named]
      .filter((room) => !existsSync(join(root, room)))
      .map((room) => `ARCHITECTURE.md names ${room}, which is gone`),
  ];
}

function checkLinks(): string[] {
  const pages = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    ...pagesOf("docs"),
    ...pagesOf("decisions"),
  ];
  return pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !existsSync(resolve(root, dirname(page), target)))
      .map((target) => `${page} links to ${target}, which is not there`),
  );
}

function pagesOf(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}
