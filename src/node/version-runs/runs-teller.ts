/** Tells control nodes that ask how the versions of a function ran at this node. */
import type { SideChannel } from "../../log/side-channel.ts";
import type { RunsHere } from "./counted-here.ts";
import { decodeRunsQuestion, encodeRunsMessage } from "./run-messages.ts";

export interface RunsTellerInput {
  readonly channel: SideChannel;
  /** The node's. */
  readonly id: string;
  /** The circle of the roster that it is of. */
  readonly circle: string;
  readonly read: (name: string) => RunsHere;
}

/** @returns the function that ends it */
export function answerRuns({ channel, id, circle, read }: RunsTellerInput): () => void {
  return channel.listen("runs.ask", (bytes) => {
    const question = decodeRunsQuestion(bytes);
    if (question === undefined) return;
    const { asked, name } = question;
    channel.tell(`runs.told.${circle}`, encodeRunsMessage({ asked, node: id, ...read(name) }));
  });
}
