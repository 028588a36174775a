/**
 * The long form of the tests that are short by default: `npm run soak -- NAME`, with a seed of the
 * moment's unless FOOTLIGHT_FUZZ_SEED names one. Without a name it lists them.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

interface Soak {
  readonly what: string;
  readonly files: readonly string[];
  /** What makes it long. */
  readonly environment: Readonly<Record<string, string>>;
}

const soaks: Readonly<Record<string, Soak>> = {
  heads: {
    what: "a million request heads, the plain door's reader against Node's parser",
    files: ["src/http1/read-plain-heads.test.ts"],
    environment: { FOOTLIGHT_FUZZ_HEADS: "1000000" },
  },
  responses: {
    what: "a million responses, the origin client's reader against Node's",
    files: ["src/http1/response-differential.test.ts"],
    environment: { FOOTLIGHT_FUZZ_RESPONSES: "1000000" },
  },
  framing: {
    what: "50,000 oddly framed messages through edge and API, against a strict reader, and to nginx and node:http behind",
    files: [
      "test/edge/framing-fuzz.test.ts",
      "test/edge/servers-behind.test.ts",
      "src/control/api-listener-fuzz.test.ts",
    ],
    environment: { FOOTLIGHT_FUZZ_FRAMING: "50000" },
  },
  remembered: {
    what: "12,000 requests, an edge that remembers what comes again against one that does not",
    files: ["test/edge/remembered-requests.test.ts"],
    environment: { FOOTLIGHT_REMEMBERED_BATCHES: "1000" },
  },
  bodies: {
    what: "bodies of 1 GB through the edge, up and down, by length and in chunks",
    files: ["test/edge/streaming.test.ts"],
    environment: { FOOTLIGHT_BODY_MB: "1024" },
  },
  crowd: {
    what: "4,000 connections that ask for nothing, to processes with 1,024 descriptors",
    files: ["test/out-of-descriptors.test.ts"],
    environment: { FOOTLIGHT_OPEN_FILES: "1024", FOOTLIGHT_CROWD: "4000" },
  },
  "idle-connections": {
    what: "10,000 idle connections in the clear, handed over and by TLS: what each takes of memory, and served when they wake",
    files: ["test/idle-connections.test.ts"],
    environment: { FOOTLIGHT_IDLE_CONNECTIONS: "10000" },
  },
  changes: {
    what: "120 changes of a policy, a key group and distributions that 25,000 behaviors go by, and what viewers notice",
    files: ["test/changes-and-viewers.test.ts"],
    environment: { FOOTLIGHT_CHANGES: "120" },
  },
  hostile: {
    what: "all hostile sources that look for uncounted work",
    files: ["test/runtime/hostile/long-work.test.ts"],
    environment: { FOOTLIGHT_HOSTILE_EVERY: "1" },
  },
  flips: {
    what: "20,000 flipped bits in the log's file",
    files: ["src/log/sqlite-flipped-bits.test.ts"],
    environment: { FOOTLIGHT_FUZZ_FLIPS: "20000" },
  },
  remember: {
    what: "remembered invocations against runs, and every built-in at two times",
    files: [
      "src/runtime/remembered/remembered-runs.test.ts",
      "src/runtime/remembered/what-runs-anew.test.ts",
    ],
    environment: { FOOTLIGHT_FUZZ_ROUNDS: "300", FOOTLIGHT_BUILT_INS: "all" },
  },
  "tls-abuse": {
    what: "each kind of abuse of TLS and HTTP/2 for 70 seconds, and what viewers who mean no harm wait",
    files: ["test/tls/abuse-waits.test.ts"],
    environment: { FOOTLIGHT_ABUSE_SECONDS: "70" },
  },
  "tls-changes": {
    what: "200 rounds of changed certificates, trust stores and policies beside viewers, of whom none is dropped",
    files: ["test/tls/changes-under-load.test.ts"],
    environment: { FOOTLIGHT_TLS_CHANGES: "200" },
  },
  kills: {
    what: "150 times kill -9 of a node while it is changed",
    files: ["test/durability.test.ts"],
    environment: { FOOTLIGHT_KILLS: "150" },
  },
  flights: {
    what: "20,000 random histories of shared fetches, against a model, and one of 1 GB",
    files: ["src/cache/flight.property.test.ts", "src/cache/flight-memory.test.ts"],
    environment: { FOOTLIGHT_FUZZ_FLIGHTS: "20000", FOOTLIGHT_FLIGHT_MB: "1024" },
  },
  "cache-kills": {
    what: "200 times kill -9 of processes that write the cache on disk, and of 40 that read it",
    files: ["src/cache/disk/damaged-store.test.ts"],
    environment: { FOOTLIGHT_CACHE_KILLS: "200", FOOTLIGHT_CACHE_READERS: "40" },
  },
  "cache-flips": {
    what: "200 times a hundred flipped bits in the index of the cache on disk",
    files: ["src/cache/disk/damaged-store.test.ts"],
    environment: { FOOTLIGHT_CACHE_FLIPS: "200" },
  },
  "cache-model": {
    what: "3000 small worlds of origins, viewers, clocks and invalidations, against a model of a cache",
    files: ["test/caching/cache-model.test.ts"],
    environment: { FOOTLIGHT_FUZZ_CACHES: "3000" },
  },
  "cache-mixup": {
    what: "a million requests by many viewers of a node, each answer looked at while objects change",
    files: ["test/caching/cache-mixup.test.ts"],
    environment: { FOOTLIGHT_FUZZ_MIXUPS: "1000000" },
  },
  "told-counts": {
    what: "a million requests of a node, each in its logs and metrics once",
    files: ["test/told-counts.test.ts"],
    environment: { FOOTLIGHT_TOLD_REQUESTS: "1000000" },
  },
  "edge-start": {
    what: "how long an edge with 10,000 functions and 1,000 distributions takes to serve, against the targets (FOOTLIGHT_TIME_FACTOR: times as long)",
    files: ["test/cluster/edge-start.test.ts"],
    environment: { FOOTLIGHT_EDGE_START_FUNCTIONS: "10000" },
  },
  "skipped-entries": {
    what: "what viewers wait while an edge with 10,000 functions goes on with a snapshot",
    files: ["test/cluster/skipped-entries.test.ts"],
    environment: { FOOTLIGHT_SKIP_FUNCTIONS: "10000" },
  },
  upgrade: {
    what: "control nodes and edges of the previous release, run from its commit, beside today's, upgraded in either order",
    files: ["test/cluster/upgrade.test.ts"],
    environment: { FOOTLIGHT_PREVIOUS_RELEASE: "5ebe4e1" },
  },
  "cluster-faults": {
    what: "500 changes of a cluster in network namespaces, of three NATS servers, two control nodes and six edges, with faults",
    files: ["test/cluster/faults/cluster-faults.test.ts"],
    environment: { FOOTLIGHT_CLUSTER_CHANGES: "500" },
  },
  gates: {
    what: "10,000 simulated publishes of a version that throws, and of a healthy one, through the gates of waves",
    files: ["src/control/waves/wave-gates.test.ts"],
    environment: { FOOTLIGHT_SIMULATED_PUBLISHES: "10000" },
  },
  properties: {
    what: "a hundred times as many cases of what must hold of any history, configuration, call, header, page, date and source",
    files: globSync("{src,test}/**/*.test.ts", { cwd: root }).filter((file) =>
      readFileSync(join(root, file), "utf8").includes("/tried.ts"),
    ),
    environment: { FOOTLIGHT_FUZZ_TIMES: "100" },
  },
  viewers: {
    what: "5,000 random histories of publishes, shares and waves, and which version each viewer gets",
    files: ["src/edge/function/versions-of-viewers.property.test.ts"],
    environment: { FOOTLIGHT_FUZZ_PUBLISHES: "5000" },
  },
  console: {
    what: "the console before 100,000 keys, 5,000 functions, 1,000 distributions and an hour of 1,000 requests a second",
    files: ["test/console/scale.test.ts"],
    environment: { FOOTLIGHT_CONSOLE_SCALE: "1" },
  },
  events: {
    what: "10,000 events' maps against a naive model",
    files: ["src/runtime/guest/event-maps.test.ts"],
    environment: { FOOTLIGHT_FUZZ_EVENTS: "10000" },
  },
};

const [name = ""] = process.argv.slice(2);
const soak = Object.hasOwn(soaks, name) ? soaks[name] : undefined;
if (soak === undefined) {
  if (name !== "") console.error(`There is no soak test ${name}\n`);
  for (const [each, { what }] of Object.entries(soaks)) console.log(`${each.padEnd(16)} ${what}`);
  process.exit(name === "" ? 0 : 2);
}
const seed = process.env["FOOTLIGHT_FUZZ_SEED"] ?? String(Math.floor(Math.random() * 1_000_000));
console.log(`${soak.what}; FOOTLIGHT_FUZZ_SEED=${seed}`);
const { status } = spawnSync(
  process.execPath,
  ["--no-node-snapshot", "--test", ...soak.files.map((file) => join(root, file))],
  { stdio: "inherit", env: { ...process.env, FOOTLIGHT_FUZZ_SEED: seed, ...soak.environment } },
);
process.exitCode = status ?? 1;
