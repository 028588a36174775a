/** Asks all edges on the log how the versions of a function ran, and adds it up. */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { CountedRuns } from "../../control/function-versions/runs-call.ts";
import type { SideChannel } from "../../log/side-channel.ts";
import { addRuns, type RunsHere } from "./counted-here.ts";
import { decodeRunsAnswer, encodeRunsMessage } from "./run-messages.ts";

export interface RunsAskerInput {
  /** Undefined where there are no other nodes. */
  readonly channel: SideChannel | undefined;
  /** Those that serve viewers and live, as far as they are known, this node among them where it does. */
  readonly edges: () => readonly { readonly id: string; readonly name: string }[];
  /** What this node has counted itself; undefined where it serves no viewers. */
  readonly own: { readonly id: string; readonly read: (name: string) => RunsHere } | undefined;
  /** How long edges are waited for, in milliseconds. */
  readonly gatherMs?: number;
}

/** How often, in milliseconds, and how many times at least it is looked who has answered. */
const turnMs = 10;
const turnsMin = 5;

export class RunsAsker {
  readonly #input: RunsAskerInput;
  /** By question, what each node has answered. */
  readonly #open = new Map<string, Map<string, RunsHere>>();
  readonly #stopListening: (() => void) | undefined;

  constructor(input: RunsAskerInput) {
    this.#input = input;
    this.#stopListening = input.channel?.listen("runs.told.>", (bytes) => {
      const answer = decodeRunsAnswer(bytes);
      if (answer === undefined) return;
      const { asked, node, since, versions } = answer;
      this.#open.get(asked)?.set(node, { since, versions });
    });
  }

  stop(): void {
    this.#stopListening?.();
  }

  readonly read = async (name: string): Promise<CountedRuns> => {
    const { channel, edges, own, gatherMs = 1500 } = this.#input;
    const told = new Map<string, RunsHere>();
    const missing = () => edges().filter(({ id }) => !told.has(id));
    if (channel !== undefined) {
      const asked = randomBytes(8).toString("hex");
      this.#open.set(asked, told);
      channel.tell("runs.ask", encodeRunsMessage({ asked, name }));
      if (own !== undefined) told.set(own.id, own.read(name));
      const began = performance.now();
      const isInTime = (): boolean => performance.now() - began < gatherMs;
      // Some turns in any case: what came while this process stood still has not been heard yet.
      for (let turns = 0; missing().length > 0 && (isInTime() || turns < turnsMin); turns += 1) {
        await wait(turnMs);
      }
      this.#open.delete(asked);
    }
    // What it knows itself is newer than what it told itself.
    if (own !== undefined) told.set(own.id, own.read(name));
    const unanswered = missing().map((node) => node.name);
    return { versions: addRuns([...told.values()]).versions, unanswered };
  };
}
