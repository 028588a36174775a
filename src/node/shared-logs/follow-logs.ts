/** Lets a control node follow what functions log at all edges on its log. */
import type { FunctionLogPage, FunctionLogQuery } from "../../control/log-calls.ts";
import type { SideChannel } from "../../log/side-channel.ts";
import type { NodeRoster } from "../roster/node-roster.ts";
import { FollowedLogs, type LoggingNode } from "./followed-logs.ts";

type Read = (query: FunctionLogQuery) => Promise<FunctionLogPage>;

export interface FollowLogsInput {
  readonly channel: SideChannel;
  readonly roster: Pick<NodeRoster, "list">;
  /** Undefined where the node has no edge. */
  readonly ownLogs: Read | undefined;
}

export interface FollowLogs {
  readonly read: Read;
  readonly stop: () => void;
}

/** A position in files is one by their names. */
const fileName = /\.jsonl$/;

export function followLogs({ channel, roster, ownLogs }: FollowLogsInput): FollowLogs {
  const nodes = (): readonly LoggingNode[] =>
    roster.list().filter(({ kind, condition }) => kind !== "control" && condition !== "gone");
  const followed = new FollowedLogs({ channel, nodes });
  return {
    read: async (query) => {
      const isOfFiles = Object.keys(query.after).some((name) => fileName.test(name));
      const isCutOff = !channel.isConnected() && Object.keys(query.after).length === 0;
      if (ownLogs === undefined || !(isOfFiles || isCutOff)) return followed.read(query);
      // What ran here can be told without the others.
      const [, ...others] = nodes();
      const page = await ownLogs(query);
      if (isOfFiles || others.length === 0) return page;
      return { ...page, unanswered: others.map(({ name }) => name) };
    },
    stop: () => followed.stop(),
  };
}
