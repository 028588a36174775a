/**
 * Makes `console/dist/`, the console as a node serves it: npm's `prepare` runs this in a clone, and the
 * package has what it made. `--watch` makes it again whenever a source changes; a node that runs notices.
 *
 * Scripts, styles and fonts carry a hash of themselves in their names. Beside each text there is a form that is
 * compressed, and `manifest.json` says what may be served (src/node/console-files.ts).
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build, buildSync, context, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import type { ConsoleManifest } from "../src/node/console-files.ts";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "console");
const target = join(source, "dist");
/** What is there until all is: a node serves the build before meanwhile. */
const draft = join(source, "dist.new");
/** The build before, on its way out. */
const replaced = join(source, "dist.old");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** What the page names, by the names that it has for them. */
const wanted: Readonly<Record<string, RegExp>> = {
  theme: /^assets[\\/]theme-[A-Z0-9]+\.js$/,
  app: /^assets[\\/]app-[A-Z0-9]+\.js$/,
  style: /^assets[\\/]app-[A-Z0-9]+\.css$/,
  font: /^assets[\\/]inter-latin-wght-normal-[A-Z0-9]+\.woff2$/,
};

const finishing: Plugin = {
  name: "console",
  setup(building) {
    building.onStart(() => rmSync(draft, { recursive: true, force: true }));
    building.onEnd(({ metafile, errors }) => {
      if (errors.length === 0 && metafile !== undefined) finish(metafile);
    });
  },
};

const options: BuildOptions = {
  absWorkingDir: root,
  entryPoints: { app: join(source, "src/main.tsx") },
  inject: [join(source, "src/shared.ts")],
  outdir: join(draft, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2023",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".woff2": "file" },
  minify: true,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
  plugins: [finishing],
};

if (process.argv.includes("--watch")) {
  const watching = await context(options);
  await watching.watch();
  console.log("The console is built again whenever console/src changes; Ctrl-C ends this");
} else {
  await build(options);
}

function finish(metafile: Metafile): void {
  for (const name of readdirSync(join(source, "public"))) {
    copyFileSync(join(source, "public", name), join(draft, name));
  }
  const names = Object.keys(metafile.outputs).map((path) => relative(draft, join(root, path)));
  writeFileSync(join(draft, "index.html"), page([...names, writeFirstScript()]));
  writeFileSync(join(draft, "licenses.txt"), licenses(metafile));
  const manifest: Record<string, ConsoleManifest[string]> = {};
  for (const path of readdirSync(draft, { recursive: true, encoding: "utf8" }).sort()) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    const bytes = readFileSync(join(draft, path));
    const packed = type.startsWith("font/") ? undefined : gzipSync(bytes, { level: 9 });
    if (packed) writeFileSync(join(draft, `${path}.gz`), packed);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    manifest[path.replaceAll("\\", "/")] = { type, sha256, isGzipped: packed !== undefined };
  }
  writeFileSync(join(draft, "manifest.json"), JSON.stringify(manifest));
  if (isBuilt(manifest)) rmSync(draft, { recursive: true });
  else putInPlace();
}

/** Whether all of it is there from a build before: then a node that serves it notices nothing. */
function isBuilt(manifest: ConsoleManifest): boolean {
  const before = join(target, "manifest.json");
  if (!existsSync(before) || readFileSync(before, "utf8") !== JSON.stringify(manifest))
    return false;
  return Object.entries(manifest)
    .flatMap(([name, { isGzipped }]) => (isGzipped ? [name, `${name}.gz`] : [name]))
    .every((name) => existsSync(join(target, name)));
}

/** Between two renames a node finds no console, and no longer. */
function putInPlace(): void {
  rmSync(replaced, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, replaced);
  renameSync(draft, target);
  rmSync(replaced, { recursive: true, force: true });
}

/** What runs before anything is painted is no module: browsers wait for none. @returns its name */
function writeFirstScript(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(source, "src/shell/theme-first.ts")],
    bundle: true,
    format: "iife",
    minify: true,
    write: false,
    outdir: draft,
    entryNames: "assets/theme-[hash]",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("There is no script for the theme");
  writeFileSync(file.path, file.contents);
  return relative(draft, file.path);
}

/** The page with the names of this build; nothing in it runs or styles by itself. */
function page(names: readonly string[]): string {
  const find = (pattern: RegExp): string => {
    const name = names.find((each) => pattern.test(each));
    if (name === undefined) throw new Error(`The build has no ${pattern.source}`);
    return name.replaceAll("\\", "/");
  };
  return readFileSync(join(source, "index.html"), "utf8").replaceAll(
    /\{\{(\w+)\}\}/g,
    (_, part: string) => find(wanted[part] ?? /^$/),
  );
}

/** The licenses of what is bundled, which ask to be handed on with it. */
function licenses(metafile: Metafile): string {
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((path) => {
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      return name === undefined ? [] : [name];
    }),
  );
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join(root, "node_modules", name);
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        version: string;
      };
      const file = ["LICENSE", "LICENSE.md", "license", "LICENSE.txt"]
        .map((each) => join(folder, each))
        .find((each) => existsSync(each));
      const text = file === undefined ? "" : readFileSync(file, "utf8").trim();
      return `${name} ${version}\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(72)}\n\n`);
}
