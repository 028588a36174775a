/**
 * Checks that imports go down the ladder only, that ARCHITECTURE.md draws the same ladder, and that
 * what only tests use stands in no room.
 *
 * `node tools/check-rooms.ts` checks; `node tools/check-rooms.ts --write` redraws the document.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { importsOf } from "./imports-of.ts";
import { testOnlyFiles } from "./test-only-files.ts";

/** Each room and the rooms it may import. Nothing points up, so no circle joins two rooms. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  cli: ["node", "deploy", "events", "certificates", "runtime", "schema", "base"],
  deploy: ["wire", "model", "schema", "base"],
  node: [
    "control",
    "rehearsal",
    "edge",
    "events",
    "delivery",
    "wire",
    "runtime",
    "cache",
    "traces",
    "http1",
    "certificates",
    "state",
    "log",
    "model",
    "schema",
    "base",
  ],
  rehearsal: ["edge", "runtime", "model", "base"],
  control: ["wire", "runtime", "certificates", "state", "model", "schema", "base"],
  edge: ["runtime", "cache", "traces", "http1", "certificates", "state", "model", "base"],
  events: ["runtime", "base"],
  wire: ["model", "schema", "base"],
  runtime: ["model", "base"],
  state: ["log", "model", "base"],
  model: ["schema", "base"],
  cache: ["base"],
  traces: [],
  http1: ["base"],
  certificates: ["base"],
  log: ["base"],
  delivery: ["base"],
  schema: [],
  base: [],
};

/**
 * The edge's own rooms, in the same way. Of the files beside them `words` may be imported by all,
 * and only viewer/, where requests come in, knows the flow.
 */
const edgeRooms: Readonly<Record<string, readonly string[]>> = {
  viewer: ["flow", "answer", "origin", "tls", "deployment", "record", "words"],
  flow: [
    "mock",
    "request",
    "function",
    "caching",
    "answer",
    "origin",
    "deployment",
    "record",
    "words",
  ],
  trace: ["caching", "answer", "origin", "deployment", "record", "words"],
  mock: ["deployment", "words"],
  request: ["answer", "deployment", "record", "words"],
  function: ["answer", "origin", "deployment", "record", "words"],
  caching: ["answer", "origin", "deployment", "record", "words"],
  answer: ["origin", "deployment", "record", "words"],
  origin: ["deployment", "words"],
  record: ["origin", "deployment", "words"],
  deployment: ["words"],
  tls: ["words"],
  words: [],
};
const edgeFiles: Readonly<Record<string, string>> = {
  "admit-connection.ts": "flow",
  "edge.ts": "flow",
  "look-up.ts": "flow",
  "serve-viewer.ts": "flow",
  "viewer-exchange.ts": "flow",
  "viewer-place.ts": "words",
  "device-kinds.ts": "words",
  "mocked.ts": "words",
  "mocked-exchange.ts": "flow",
  "viewer-request.ts": "words",
};

/**
 * The rooms of edge/viewer/, in the same way: the files that take connections (`doors`) stand above them, and what all of them
 * read requests and write answers by (`words`) below.
 */
const viewerRooms: Readonly<Record<string, readonly string[]>> = {
  doors: ["http2", "plain", "web-socket", "proxied", "debts", "words"],
  http2: ["debts", "words"],
  plain: ["words"],
  "web-socket": ["words"],
  proxied: [],
  debts: [],
  words: [],
};
const viewerFiles: Readonly<Record<string, string>> = {
  "node-http.ts": "doors",
  "node-exchange.ts": "doors",
  "response-sink.ts": "doors",
  "secure-door.ts": "doors",
  "ask-certificates.ts": "doors",
  "connection-header.ts": "words",
  "read-viewer-request.ts": "words",
  "refuse-request.ts": "words",
  "request-body.ts": "words",
  "request-id.ts": "words",
};

/**
 * The console's own rooms, in the same way; its main file stands above them. What it shares with the node is the
 * API and nothing else: no file of it but a test may import one of src/.
 */
const consoleRooms: Readonly<Record<string, readonly string[]>> = {
  shell: [
    "traffic",
    "functions",
    "distributions",
    "stores",
    "nodes",
    "access",
    "parts",
    "way",
    "api",
    "base",
  ],
  traffic: ["functions", "parts", "way", "api", "base"],
  functions: ["parts", "way", "api", "base"],
  distributions: ["parts", "way", "api", "base"],
  stores: ["parts", "way", "api", "base"],
  nodes: ["parts", "way", "api", "base"],
  access: ["parts", "api", "base"],
  parts: ["way", "api", "base"],
  way: ["base"],
  api: ["base"],
  base: [],
};

/** Packages that only some rooms may import. */
const owners: Readonly<Record<string, readonly string[]>> = {
  "isolated-vm": ["runtime"],
  lmdb: ["cache"],
  acorn: ["runtime"],
  "@opentelemetry/exporter-prometheus": ["node"],
  "node:sqlite": ["log", "traces"],
  "@aws-sdk/client-cloudfront": ["schema"],
  "@aws-sdk/client-cloudfront-keyvaluestore": ["schema"],
};

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");
const consoleSource = join(root, "console/src");
const mark = { begin: "<!-- ladder: made by tools/check-rooms.ts -->", end: "<!-- /ladder -->" };

const problems = [
  ...checkImports(),
  ...checkConsole(),
  ...checkTestOnly(),
  ...checkDrawing(process.argv.includes("--write")),
];
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `rooms: ${Object.keys(rooms).length} rooms and ${Object.keys(consoleRooms).length} of the console, imports go down only`
    : `rooms: ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkImports(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(source, file));
  return files.flatMap((file) => checkFile(file));
}

function checkConsole(): string[] {
  const files = readdirSync(consoleSource, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(?<!\.d)\.tsx?$/.test(file),
  );
  return files.flatMap((file) => {
    const [room = "", inside] = file.split("/");
    // The main file.
    if (inside === undefined || room === "style") return [];
    const allowed = consoleRooms[room];
    if (allowed === undefined) return [`console/src/${file}: there is no room "${room}"`];
    const path = join(consoleSource, file);
    return importsOf(path)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(consoleSource, resolve(dirname(path), specifier)))
      .filter((target) => !isConsoleImport(target, { room, allowed }, file.includes(".test.")))
      .map((target) => `console/src/${file}: ${room}/ may not import ${target}`);
  });
}

function isConsoleImport(
  target: string,
  { room, allowed }: { readonly room: string; readonly allowed: readonly string[] },
  isTest: boolean,
): boolean {
  if (target.startsWith("..")) return isTest;
  const [first = ""] = target.split("/");
  return first === room || allowed.includes(first);
}

function checkFile(file: string): string[] {
  const room = roomOf(file);
  // The library's entries stand beside the rooms and may use what they hand out.
  if (room === undefined) return [];
  const allowed = rooms[room];
  const name = relative(root, file);
  if (allowed === undefined) return [`${name}: there is no room "${room}" on the ladder`];
  const isTest = file.endsWith(".test.ts");
  return importsOf(file).flatMap((specifier) => {
    const owner = owners[specifier];
    if (owner?.includes(room) === false && !isTest) {
      return [`${name}: only ${owner.join("/ and ")}/ may import ${specifier}`];
    }
    if (!specifier.startsWith(".")) return [];
    const path = resolve(dirname(file), specifier);
    if (relative(source, path).startsWith("..")) {
      return isTest
        ? []
        : [`${name}: only tests may import what stands outside src/: ${specifier}`];
    }
    const target = roomOf(path);
    if (target === "edge" && room === "edge" && !isTest) return checkInsideEdge(file, path, name);
    if (target === undefined || target === room || allowed.includes(target)) return [];
    return [`${name}: ${room}/ may not import ${target}/`];
  });
}

function checkTestOnly(): string[] {
  return testOnlyFiles(root).map((name) => `${name}: only tests use it; move it to test/support/`);
}

function checkInsideEdge(file: string, target: string, name: string): string[] {
  const from = innerRoomOf(file, "edge", edgeFiles);
  const to = innerRoomOf(target, "edge", edgeFiles);
  if (from === "viewer" && to === "viewer") return checkInsideViewer(file, target, name);
  if (from === to || edgeRooms[from]?.includes(to) === true) return [];
  return [`${name}: edge/${from} may not import edge/${to}`];
}

function checkInsideViewer(file: string, target: string, name: string): string[] {
  const from = innerRoomOf(file, "edge/viewer", viewerFiles);
  const to = innerRoomOf(target, "edge/viewer", viewerFiles);
  if (from === to || viewerRooms[from]?.includes(to) === true) return [];
  return [`${name}: edge/viewer/${from} may not import edge/viewer/${to}`];
}

/** @param files which rooms the files that stand beside the folders count as */
function innerRoomOf(file: string, room: string, files: Readonly<Record<string, string>>): string {
  const [first = ""] = relative(join(source, room), file).split("/");
  return files[first] ?? first;
}

function roomOf(file: string): string | undefined {
  const path = relative(source, file);
  if (path.startsWith("..") || !path.includes("/")) return undefined;
  return path.split("/")[0];
}

/** The ladder as the document shows it: a line a room, with what it may import. */
function drawing(): string {
  const width = Math.max(...Object.keys(rooms).map((room) => room.length));
  const lines = Object.entries(rooms).map(([room, below]) =>
    `${room.padEnd(width)}  ${below.length > 0 ? `→ ${below.join(" ")}` : ""}`.trimEnd(),
  );
  return [mark.begin, "", "```text", ...lines, "```", "", mark.end].join("\n");
}

function checkDrawing(write: boolean): string[] {
  const path = join(root, "ARCHITECTURE.md");
  const text = readFileSync(path, "utf8");
  const start = text.indexOf(mark.begin);
  const end = text.indexOf(mark.end);
  if (start === -1 || end === -1) return ["ARCHITECTURE.md: the ladder's marks are missing"];
  const drawn = text.slice(0, start) + drawing() + text.slice(end + mark.end.length);
  if (drawn === text) return [];
  if (!write)
    return ["ARCHITECTURE.md: the ladder is stale; run node tools/check-rooms.ts --write"];
  writeFileSync(path, drawn);
  return [];
}
