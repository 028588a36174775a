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
 * What Node compiles is kept where the command keeps it (bin/footlight.mjs).
 */
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const minuteMs = 60_000;

const root = resolve(import.meta.dirname, "..");
const named = process.argv.slice(2).filter((argument) => argument !== "--clients");
const files = named.length > 0 ? named : filesOf(process.argv.includes("--clients"));

if (files.length === 0) {
  console.error("There is no test to run");
  process.exit(1);
}
process.env["NODE_COMPILE_CACHE"] ??= resolve(root, "node_modules/.cache/footlight");
const whole = AbortSignal.timeout(30 * minuteMs);
whole.addEventListener("abort", () => {
  console.error("The tests were ended before they were done");
});
run({
  files: files.map((file) => resolve(root, file)),
  execArgv: ["--no-node-snapshot"],
  concurrency: 2,
  timeout: files.some(wantsProgram) ? 5 * minuteMs : minuteMs,
  cwd: root,
  signal: whole,
})
  .on("test:summary", ({ success }) => {
    if (!success) process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);

function filesOf(wantsClients: boolean): string[] {
  return ["test/**/*.test.ts", "src/**/*.test.ts"]
    .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
    .filter((file) => wantsProgram(file) === wantsClients);
}

function wantsProgram(file: string): boolean {
  return /\bskipWithout\w*\(|^ \* @beside$/m.test(readFileSync(resolve(root, file), "utf8"));
}
