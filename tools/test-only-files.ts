/** Files of src/ that help tests and are no part of the package: their place is test/support/. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { importsOf } from "./imports-of.ts";

/** A file that is loaded by its address: a process's main, or a thread's. */
const address = /new URL\(\s*["`]([^"`$]+?)(?:\.ts|\$\{extname\(import\.meta\.url\)\})["`]/g;

/**
 * What tests and benches reach, and nothing else does: neither what package.json names in `bin` and
 * `exports`, nor a process or thread that these start, nor a file of tools/. A file with a test of
 * its own name beside it is what is tested, even before anything uses it.
 *
 * @param root a project's folder
 * @returns paths from there
 */
export function testOnlyFiles(root: string): string[] {
  const sources = sourcesBelow(join(root, "src"));
  const tests = [
    ...sources.filter(isTest),
    ...sourcesBelow(join(root, "test")),
    ...sourcesBelow(join(root, "bench")),
  ];
  const tested = sources.filter((file) => existsSync(file.replace(/\.ts$/, ".test.ts")));
  const needed = reachedFrom([...entriesOf(root), ...sourcesBelow(join(root, "tools")), ...tested]);
  const help = reachedFrom(tests);
  return sources
    .filter((file) => help.has(file) && !needed.has(file) && !isTest(file))
    .map((file) => relative(root, file));
}

function isTest(file: string): boolean {
  return file.endsWith(".test.ts");
}

function reachedFrom(files: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || !existsSync(file)) return;
    reached.add(file);
    for (const loaded of loadedBy(file)) visit(loaded);
  };
  for (const file of files) visit(file);
  return reached;
}

/** The sources of what package.json names. */
function entriesOf(root: string): string[] {
  const { bin, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly bin: Readonly<Record<string, string>>;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const exported = Object.values(exports).map((target) =>
    typeof target === "string" ? target : target.default,
  );
  return [...Object.values(bin), ...exported]
    .filter((path) => /\.m?js$/.test(path))
    .map((path) => resolve(root, path.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts")));
}

function loadedBy(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const addresses = [...text.matchAll(address)].map((match) => `${match[1]}.ts`);
  return importsOf(file)
    .filter((specifier) => specifier.startsWith("."))
    .concat(addresses)
    .map((path) => resolve(dirname(file), path));
}

function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path));
}
