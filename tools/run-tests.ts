/**
 * Runs test files: `npm test` those that need nothing beyond npm, `npm run test:clients` those
 * that drive a program of the system (the AWS CLI, boto3, njs, Terraform), and either of them the
 * files that its arguments name. A file that asks `skipWithout…()` wants such a program; one whose
 * header says `@beside` needs none, but takes longer than whoever waits for `npm test` should.
 *
 * A test has a minute unless it says otherwise itself, five where programs are driven, so that one
 * that hangs is named. A thread that hangs notices no timer: then the run as a whole ends, and
 * says so. isolated-vm needs `--no-node-snapshot`, which the runner passes on to each test file's
 * process.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const minuteMs = 60_000;

const root = resolve(import.meta.dirname, "..");
const named = process.argv.slice(2).filter((argument) => argument !== "--clients");
const files = named.length > 0 ? named : filesOf(process.argv.includes("--clients"));

if (files.length === 0) {
  console.error("There is no test to run");
  process.exit(1);
}
const testTimeoutMs = files.some(wantsProgram) ? 5 * minuteMs : minuteMs;
const { status, signal } = spawnSync(
  process.execPath,
  [
    "--no-node-snapshot",
    "--test",
    "--test-concurrency=2",
    `--test-timeout=${testTimeoutMs}`,
    ...files,
  ],
  { cwd: root, stdio: "inherit", timeout: 30 * minuteMs },
);
if (signal) console.error(`The tests were ended by ${signal} before they were done`);
process.exitCode = signal ? 1 : (status ?? 1);

function filesOf(wantsClients: boolean): string[] {
  return globSync(["src/**/*.test.ts", "test/**/*.test.ts"], { cwd: root })
    .filter((file) => wantsProgram(file) === wantsClients)
    .sort();
}

function wantsProgram(file: string): boolean {
  return /\bskipWithout\w*\(|^ \* @beside$/m.test(readFileSync(resolve(root, file), "utf8"));
}
