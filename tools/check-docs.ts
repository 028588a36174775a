/**
 * Keeps the documents true: the generated ones are fresh, ARCHITECTURE.md names every room, links
 * lead to pages and headings that are there, files are shown as they are and those that are named are
 * there, and the README's commands do what it says.
 *
 * `--write` writes the generated ones and the files shown anew. Blocks of the pages
 * that are run are those that a comment before them asks for: tools/run-pages.ts.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { generatedDocs } from "./generated-docs.ts";
import { headingsOf } from "./headings-of.ts";
import { readBlocks } from "./read-blocks.ts";
import { runPages } from "./run-pages.ts";
import { checkShownFiles } from "./shown-files.ts";

const root = resolve(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const write = process.argv.includes("--write");

const problems = [
  ...checkGenerated(),
  ...checkRoomsNamed(),
  ...pages().flatMap((page) => checkShownFiles(root, page, write)),
  ...pages().flatMap(checkLinks),
  ...pages().flatMap(checkNames),
  ...(await Promise.all(pages().map(checkBlocks))).flat(),
  ...(await runPages(["README.md"])),
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

function checkLinks(page: string): string[] {
  return [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?[^)]*\)/g)].flatMap(
    ([, path = "", heading]) => {
      const target = path === "" ? join(root, page) : resolve(root, dirname(page), path);
      if (!existsSync(target)) return [`${page} links to ${path}, which is not there`];
      if (heading === undefined || !target.endsWith(".md")) return [];
      return headingsOf(readFileSync(target, "utf8")).has(heading)
        ? []
        : [`${page} links to ${path}#${heading}, and there is no such heading`];
    },
  );
}

/** Decisions and changes show what was there then. */
async function checkBlocks(page: string): Promise<string[]> {
  return page.startsWith("decisions/") ? [] : readBlocks(root, page);
}

/** Decisions say what was there when they were made. */
function checkNames(page: string): string[] {
  if (page.startsWith("decisions/")) return [];
  const names = read(page).matchAll(/`((?:bench|console|examples|src|test|tools)\/[\w./-]+)`/g);
  return [...names]
    .filter(([, name = ""]) => !existsSync(join(root, name)))
    .map(([, name]) => `${page} names ${name}, which is not there`);
}

function pages(): string[] {
  return [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    ...pagesOf("docs"),
    ...pagesOf("docs/how-it-works"),
    ...pagesOf("docs/how-to"),
    ...pagesOf("decisions"),
  ];
}

function pagesOf(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}
