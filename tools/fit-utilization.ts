/**
 * Fits the weights of src/runtime/dialect/weights.ts to njs.
 *
 * `--measure` runs each function of test/runtime/utilization/functions.ts under
 * `valgrind --tool=callgrind njs`, in loops of two lengths, and takes the slope: the instructions
 * that njs needs for one run, without its start and without the event's parsing. The figures go
 * to measurements.json; they are the same on every machine with the same njs. Without it, the
 * recorded figures are fitted: how often each kind of node is executed is counted by compiling the
 * function with a weight of 1 for that kind alone, and the weights that come closest, none of them
 * negative, are printed with the correlation.
 *
 * Usage: node --no-node-snapshot tools/fit-utilization.ts [--measure]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "../src/runtime/dialect/compile-function.ts";
import { type Weights, weights as current } from "../src/runtime/dialect/weights.ts";
import { EventForm } from "../src/runtime/event/event-form.ts";
import { testEvent } from "../src/runtime/event/sent-event.ts";
import { readTestEvent } from "../src/runtime/event/test-event.ts";
import { instructionsPerStep } from "../src/runtime/limits.ts";
import { BlankIsolate } from "../src/runtime/blank-isolate.ts";
import { FunctionIsolate } from "../src/runtime/function-isolate.ts";
import { Watchdog } from "../src/runtime/watchdog.ts";
import { event, functions } from "../test/runtime/utilization/functions.ts";

const measurementsFile = new URL("../test/runtime/utilization/measurements.json", import.meta.url);

if (process.argv.includes("--measure")) measure();
const measured = JSON.parse(readFileSync(measurementsFile, "utf8")) as Record<string, number>;
await fit();

function measure(): void {
  const folder = mkdtempSync(join(tmpdir(), "footlight-fit-"));
  const file = join(folder, "loop.js");
  const instructions = (source: string, runs: number): number => {
    const make = `function make() { ${source}\n return handler; }`;
    const loop = `for (var i = 0; i < ${runs}; i++) make()(JSON.parse(text));`;
    writeFileSync(file, `var text = ${JSON.stringify(event)};\n${make}\n${loop}\n`);
    const { stderr } = spawnSync(
      "valgrind",
      ["--tool=callgrind", "--callgrind-out-file=/dev/null", "njs", file],
      { encoding: "utf8" },
    );
    const found = /Collected : (\d+)/.exec(stderr);
    if (!found) throw new Error(`valgrind njs gave no count for:\n${source}\n${stderr}`);
    return Number(found[1]);
  };
  const perRun = (source: string): number =>
    (instructions(source, 120) - instructions(source, 20)) / 100;
  const empty = perRun("function handler(event) {}");
  const figures: Record<string, number> = {};
  for (const [name, source] of Object.entries(functions)) {
    figures[name] = Math.round(perRun(source) - empty);
    console.log(String(figures[name]).padStart(8), name);
  }
  writeFileSync(measurementsFile, `${JSON.stringify(figures, undefined, 2)}\n`);
  rmSync(folder, { recursive: true });
}

/** The steps that a function spends on the event when compiled with these weights. */
function stepsOf(source: string, weights: Weights, watchdog: Watchdog): number {
  const compiled = compileFunction(source, "cloudfront-js-2.0", weights);
  if (compiled.type !== "compiled") throw new Error(`${compiled.message}:\n${source}`);
  const blank = new BlankIsolate("cloudfront-js-2.0", 16);
  const isolate = new FunctionIsolate(blank, compiled, new EventForm(compiled.reads), watchdog);
  const { text } = readTestEvent(event);
  const reply = isolate.invoke("invokeTest", testEvent(text), 0, {
    answer: () => "",
    begin() {},
  });
  isolate.dispose();
  if (reply.type !== "answer") throw new Error(`${reply.message}:\n${source}`);
  return (JSON.parse(reply.text) as { steps: number }).steps;
}

async function fit(): Promise<void> {
  const watchdog = new Watchdog(1000);
  const kinds = Object.keys(current);
  const zero = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  const names = Object.keys(measured);
  const sources = names.map((name) => functions[name] ?? "");
  // Reading the answer back is our own work, which njs's loop does not have.
  const reading = stepsOf("function handler(event) { return event.request; }", zero, watchdog);
  const builtins = sources.map((source) => stepsOf(source, zero, watchdog) - reading);
  const rows = sources.map((source, index) => {
    const counts = kinds.map((kind) => {
      const steps = stepsOf(source, { ...zero, [kind]: 1 }, watchdog);
      return steps - reading - (builtins[index] ?? 0);
    });
    return [...counts, builtins[index] ?? 0];
  });
  await watchdog.close();
  const target = names.map((name) => measured[name] ?? 0);
  const start = [
    ...kinds.map((kind) => (current[kind] ?? 0) * instructionsPerStep),
    instructionsPerStep,
  ];
  const fitted = leastSquares(rows, target, start);
  // The built-ins' charges are steps, so their factor is what a step is worth.
  const perStep = fitted.at(-1) ?? 1;
  kinds.forEach((kind, index) => {
    console.log(`  ${kind}: ${Math.max(1, Math.round((fitted[index] ?? 0) / perStep))},`);
  });
  console.log(`instructions per step: ${perStep.toFixed(2)}`);
  const estimates = rows.map((row) =>
    row.reduce((sum, count, i) => sum + count * (fitted[i] ?? 0), 0),
  );
  names.forEach((name, index) => {
    const [want, got] = [target[index] ?? 0, estimates[index] ?? 0];
    console.log(
      `${String(want).padStart(8)} ${got.toFixed(0).padStart(8)} ${(got / want).toFixed(2)} ${name}`,
    );
  });
  console.log(
    `correlation ${correlation(target, estimates).toFixed(4)}, of logarithms ${correlation(target.map(Math.log), estimates.map(Math.log)).toFixed(4)}`,
  );
}

/** Minimizes the relative error by coordinates, keeping every weight at least 2. */
function leastSquares(rows: number[][], target: number[], start: number[]): number[] {
  const weights = [...start];
  const scaled = rows.map((row, i) => row.map((count) => count / (target[i] ?? 1)));
  for (let round = 0; round < 20_000; round += 1) {
    for (let j = 0; j < weights.length; j += 1) {
      let above = 0;
      let below = 1e-9;
      for (const row of scaled) {
        const count = row[j] ?? 0;
        if (count === 0) continue;
        const others = row.reduce(
          (sum, each, k) => (k === j ? sum : sum + each * (weights[k] ?? 0)),
          0,
        );
        above += count * (1 - others);
        below += count * count;
      }
      if (below > 1e-8) weights[j] = Math.max(j === weights.length - 1 ? 0.3 : 2, above / below);
    }
  }
  return weights;
}

function correlation(one: number[], other: number[]): number {
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [m, n] = [mean(one), mean(other)];
  let both = 0;
  let first = 0;
  let second = 0;
  one.forEach((value, i) => {
    const [x, y] = [value - m, (other[i] ?? 0) - n];
    both += x * y;
    first += x * x;
    second += y * y;
  });
  return both / Math.sqrt(first * second);
}
