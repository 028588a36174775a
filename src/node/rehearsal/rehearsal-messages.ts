/** What a process that rehearses a function is told, and what it answers: one answer to each. */
import type { RehearsalReport } from "../../rehearsal/rehearsal.ts";

export type ToRehearsal =
  | {
      readonly type: "subject";
      readonly name: string;
      readonly account: string;
      /** See control/rehearsal-subject.ts. */
      readonly snapshot: Uint8Array;
    }
  /** Recorded runs, in JSON. */
  | { readonly type: "runs"; readonly lines: readonly string[] }
  | { readonly type: "end" };

export type FromRehearsal =
  | { readonly type: "done" }
  | { readonly type: "report"; readonly report: RehearsalReport }
  | { readonly type: "failed"; readonly message: string };
