/** Rehearses a function in a process of its own. */
import { fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { RehearsalReport } from "../../rehearsal/rehearsal.ts";
import type { FromRehearsal, ToRehearsal } from "./rehearsal-messages.ts";

export type { RehearsalReport };

export interface StartedRehearsal {
  /** Runs both versions on recorded runs, each in JSON. To be called when the call before is over. */
  readonly add: (lines: readonly string[]) => Promise<void>;
  readonly report: () => Promise<RehearsalReport>;
  readonly close: () => void;
}

/** @throws Error, when the process can't begin; so does what it returns, when the process has died of a run */
export async function startRehearsal(
  subject: Omit<ToRehearsal & { readonly type: "subject" }, "type">,
): Promise<StartedRehearsal> {
  const file = new URL(`rehearsal-child${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(file), [], {
    execArgv: ["--no-node-snapshot"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  const ask = (message: ToRehearsal): Promise<FromRehearsal> =>
    new Promise((resolve, reject) => {
      const end = (): void =>
        reject(new Error("The process that ran the functions has died of one"));
      child.once("exit", end);
      child.once("message", (answer: FromRehearsal) => {
        child.off("exit", end);
        if (answer.type === "failed") reject(new Error(answer.message));
        else resolve(answer);
      });
      child.send(message, (error) => error && end());
    });
  await ask({ type: "subject", ...subject });
  return {
    add: async (lines) => {
      await ask({ type: "runs", lines });
    },
    report: async () => {
      const answer = await ask({ type: "end" });
      if (answer.type !== "report") throw new Error("The process told no report");
      return answer.report;
    },
    close: () => child.kill("SIGKILL"),
  };
}
