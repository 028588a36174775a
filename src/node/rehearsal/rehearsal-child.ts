/** The process that runs both versions of a function in a rehearsal: it may die of them, and nothing else does. */
import { deploy } from "../../edge/deployment/deployment.ts";
import type { RecordedRun } from "../../edge/record/runs/recorded-run.ts";
import { openSealed, sealedMark, type SealingKeys } from "../../edge/record/runs/sealed-values.ts";
import { Rehearsal } from "../../rehearsal/rehearsal.ts";
import { createRuntime } from "../../runtime/isolate-runtime.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import { decodeSnapshot } from "../../state/snapshot.ts";
import type { FromRehearsal, ToRehearsal } from "./rehearsal-messages.ts";

let rehearsal: Rehearsal | undefined;
let keys: SealingKeys = new Map();

process.on("message", (message: ToRehearsal) => {
  try {
    process.send?.(answer(message));
  } catch (error) {
    const failed: FromRehearsal = { type: "failed", message: (error as Error).message };
    process.send?.(failed);
  }
});
process.on("disconnect", () => process.exit(0));

function answer(message: ToRehearsal): FromRehearsal {
  if (message.type === "subject") {
    rehearsal = begin(message);
    return { type: "done" };
  }
  if (rehearsal === undefined) throw new Error("Nothing was said of what is to be rehearsed");
  if (message.type === "keys") {
    ({ keys } = message);
    return { type: "done" };
  }
  if (message.type === "end") return { type: "findings", findings: rehearsal.findings };
  for (const [index, line] of message.lines.entries())
    addLine(rehearsal, line, message.numbers[index]!);
  return { type: "done" };
}

function addLine(to: Rehearsal, line: string, number: number): void {
  if (!line.includes(sealedMark)) return to.add(JSON.parse(line) as RecordedRun, number);
  const { text, values } = openSealed(line, keys);
  const { event, store } = JSON.parse(line) as RecordedRun;
  to.add(JSON.parse(text) as RecordedRun, number, { event, ...(store && { store }), values });
}

function begin({ name, account, snapshot }: ToRehearsal & { type: "subject" }): Rehearsal {
  const state = decodeSnapshot(snapshot, account);
  const fn = state?.functions.get(name);
  if (state === undefined || fn?.live === undefined) {
    throw new Error("The node is of another version of Footlight");
  }
  return new Rehearsal({
    runtime: createRuntime({ remembers: true }),
    name,
    live: fn.live,
    development: fn.development,
    distributions: new Map(
      Array.from(deploy(state).compiled, ([id, { deployed }]) => [id, deployed] as const),
    ),
    stores: {
      live: readerFor(state, fn.live),
      development: readerFor(state, fn.development),
    },
  });
}
