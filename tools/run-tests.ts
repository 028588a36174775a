/**
 * Runs test files: `npm test` those that need nothing beyond npm, `npm run test:clients` those
 * that drive a program of the system (the AWS CLI, boto3, njs, Terraform), and either of them the
 * files that its arguments name. A file that asks `skipWithout…()` wants such a program; one whose
 * header says `@beside` needs none, but takes longer than whoever waits for `npm test` should.
 *
 * A test has a minute unless it says otherwise itself, five where programs are driven, so that one
 * that hangs is named. A thread that hangs notices no timer: then the run as a whole ends, and
 * says so. isolated-vm needs `--no-node-snapshot`, which is passed on to each test file's process.
 *
 * What drives whole nodes takes seconds and comes first, so that at the end no long file runs alone.
 * A room's own files take milliseconds, and a process for each would take most of the time: a dozen
 * share one, far ones together, for those of a room are alike long. Who measures its process has it alone: its header says `@alone`.
 * What Node compiles is kept where the command keeps it (bin/footlight.mjs).
 *
 * What tests and the programs that they start make in the system's temporary folder is in one of the run's own, which goes with
 * it, whatever a test that failed or was ended has left. A signal ends the run, and all that it has started.
 */
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const minuteMs = 60_000;
const filesOfProcess = 12;
/** How long test files' processes may take to end those that they have started. */
const longestEndMs = 10_000;

const root = resolve(import.meta.dirname, "..");
const named = process.argv.slice(2).filter((argument) => argument !== "--clients");
const files = (named.length > 0 ? named : filesOf(process.argv.includes("--clients"))).map((file) =>
  resolve(root, file),
);

if (files.length === 0) {
  console.error("There is no test to run");
  process.exit(1);
}
process.env["NODE_COMPILE_CACHE"] ??= resolve(root, "node_modules/.cache/footlight");
const folder = mkdtempSync(join(tmpdir(), "footlight-tests-"));
// Some tests do what other users of the machine would.
chmodSync(folder, 0o755);
process.env["TMPDIR"] = folder;
process.once("exit", () => {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.error(`What the tests have left can't be removed: ${(error as Error).message}`);
  }
});
const ending = new AbortController();
const end = (): void => ending.abort();
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, end);
// However busy the machine is: those that drive programs take longest.
setTimeout(end, (files.some(wantsProgram) ? 120 : 30) * minuteMs).unref();
ending.signal.addEventListener("abort", () => {
  console.error("The tests were ended before they were done");
  process.exitCode = 1;
  setTimeout(() => process.exit(), longestEndMs).unref();
});
run({
  files: named.length > 0 ? files : joinFiles(files),
  execArgv: ["--no-node-snapshot"],
  concurrency: 2,
  timeout: files.some(wantsProgram) ? 5 * minuteMs : minuteMs,
  cwd: root,
  signal: ending.signal,
})
  .on("test:summary", ({ success }) => {
    if (!success) process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);

function filesOf(wantsClients: boolean): string[] {
  return ["test/**/*.test.ts", "src/**/*.test.ts", "console/src/**/*.test.ts"]
    .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
    .filter((file) => wantsProgram(file) === wantsClients);
}

function wantsProgram(file: string): boolean {
  return /\bskipWithout\w*\(|^ \* @beside$/m.test(readFileSync(resolve(root, file), "utf8"));
}

/**
 * The files that a process takes each, then files that import those that share one: all before the first test, since hooks
 * at the top of a file are the process's, and would run as soon as the tests that there are by then have run.
 */
function joinFiles(all: readonly string[]): string[] {
  const shared = all.filter(sharesProcess);
  const count = Math.ceil(shared.length / filesOfProcess);
  const joined = Array.from({ length: count }, (_, process) => {
    const of = shared.filter((_file, index) => index % count === process);
    const file = join(folder, `${process}.test.mjs`);
    writeFileSync(file, of.map((each) => `import "${pathToFileURL(each).href}";\n`).join(""));
    return file;
  });
  return [...all.filter((file) => !sharesProcess(file)), ...joined];
}

function sharesProcess(file: string): boolean {
  if (!file.startsWith(join(root, "src/")) || wantsProgram(file)) return false;
  return !/^ \* @alone$|^(?:before|after)Each\(/m.test(readFileSync(file, "utf8"));
}
