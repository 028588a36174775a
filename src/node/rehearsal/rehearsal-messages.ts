/** What a process that rehearses a function is told, and what it answers: one answer to each. */
import type { SealingKeys } from "../../edge/record/runs/sealed-values.ts";
import type { RehearsalFindings } from "../../rehearsal/findings.ts";

export type ToRehearsal =
  | {
      readonly type: "subject";
      readonly name: string;
      readonly account: string;
      /** See control/rehearsal/rehearsal-subject.ts. */
      readonly snapshot: Uint8Array;
    }
  /** What opens the sealed values of runs that are sent from then on. */
  | { readonly type: "keys"; readonly keys: SealingKeys }
  /** Recorded runs, in JSON. */
  | {
      readonly type: "runs";
      readonly lines: readonly string[];
      /** Which each of them is among all. */
      readonly numbers: readonly number[];
    }
  | { readonly type: "end" };

export type FromRehearsal =
  | { readonly type: "done" }
  | { readonly type: "findings"; readonly findings: RehearsalFindings }
  | { readonly type: "failed"; readonly message: string };
