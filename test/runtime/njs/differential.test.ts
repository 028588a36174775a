/**
 * Runs the same snippets through njs and through our runtime.
 *
 * njs is the engine that CloudFront's runtimes descend from; 0.7.9, Debian's, is a few months
 * older than what 2.0 is closest to. Every disagreement stands in known-differences.ts with its
 * reason, and a listed one that starts to agree fails the run.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compileFunction } from "../../../src/runtime/dialect/compile-function.ts";
import { createRuntime } from "../../../src/runtime/isolate-runtime.ts";
import { expressionDifferences, syntaxDifferences } from "./known-differences.ts";
import { skipWithout } from "../../support/optional.ts";
import { copyOf, patientWatchdogMs } from "../../support/sample-copy.ts";

const skip = skipWithout(["njs", "-v"]);

const lines = (file: string): string[] =>
  readFileSync(join(import.meta.dirname, file), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("# "));

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "footlight-njs-"));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function njs(source: string): string {
  const file = join(folder, "snippet.js");
  writeFileSync(file, source);
  const { stdout, stderr } = spawnSync("njs", [file], { encoding: "utf8", timeout: 60_000 });
  return stdout + stderr;
}

/** njs's own message, without the file's name, which CloudFront leaves out. */
function njsSyntax(source: string): string {
  const message = /^Thrown:\n((?:Syntax|Reference)Error: [^]*?)\n(?: {4}at|$)/.exec(
    `${njs(`${source}\n`).trimEnd()}\n`,
  )?.[1];
  const isRuntime =
    message === undefined || / is not defined$|before initialization$/.test(message);
  return isRuntime ? "ok" : message.replace(/ in \S+?:(\d+)$/, " in $1");
}

function compare(
  what: string,
  pairs: readonly { source: string; theirs: string; ours: string }[],
  known: Readonly<Record<string, string>>,
): void {
  const surprises = pairs.filter(
    ({ source, theirs, ours }) => (theirs === ours) === source in known,
  );
  const agreeing = pairs.filter(({ theirs, ours }) => theirs === ours).length;
  console.log(`${agreeing} of ${pairs.length} ${what} agree with njs`);
  assert.deepEqual(
    surprises,
    [],
    "each disagreement needs a reason, and each reason a disagreement",
  );
}

test("compileFunction() refuses the same sources as njs, in the same words", { skip }, () => {
  const pairs = lines("syntax.txt").map((source) => {
    const compiled = compileFunction(`${source}\n`, "cloudfront-js-2.0");
    return {
      source,
      theirs: njsSyntax(source),
      ours: compiled.type === "refused" ? compiled.message : "ok",
    };
  });
  compare("sources", pairs, syntaxDifferences);
});

test("run() returns and throws what njs does", { skip }, async () => {
  const runtime = createRuntime({ maxIsolates: 20, watchdogMs: patientWatchdogMs });
  const event = JSON.stringify({
    context: { eventType: "viewer-request" },
    request: { method: "GET", uri: "/" },
  });
  const show = (body: string): string =>
    `function handler(e) { var u, n = null, o = {}, arr = [], r; var text;
      try { text = String((function () { ${body} })()) }
      catch (e) { text = (typeof e === 'object' ? e.name + ': ' + e.message : 'thrown ' + e) }
      console.log(text); return e && e.request }\n`;
  const pairs = lines("expressions.txt").map((source) => {
    const run = runtime.test(copyOf(show(source)), event);
    const theirs = njs(`${show(source)}handler()`).trimEnd();
    const refused = /^Thrown:\n(.*)/.exec(theirs)?.[1]?.replace(/ in \S+?:(\d+)$/, " in $1");
    return {
      source,
      theirs: refused ?? theirs,
      ours:
        run.errorMessage === ""
          ? run.logs.join("\n").trimEnd()
          : run.errorMessage.replace(/^.* could not run\. /, ""),
    };
  });
  await runtime.close();
  compare("expressions", pairs, expressionDifferences);
});
