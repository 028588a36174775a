/** Has an edge tell what its functions log to control nodes on its log. */
import type { Logger } from "../../base/logger.ts";
import type { SideChannel } from "../../log/side-channel.ts";
import { functionLogReader } from "../function-logs.ts";
import type { NodeOptions } from "../options.ts";
import { circleOf } from "../roster/node-report.ts";
import type { NodeRoster } from "../roster/node-roster.ts";
import { LogTeller } from "./log-teller.ts";

export interface TellLogsInput {
  readonly channel: SideChannel;
  readonly roster: NodeRoster;
  readonly options: Pick<NodeOptions, "data">;
  readonly logger: Logger;
}

export function tellLogs({ channel, roster, options, logger }: TellLogsInput): LogTeller {
  const report = roster.report();
  return new LogTeller({
    channel,
    ...{ id: report.id, name: report.name, circle: circleOf(report) },
    read: functionLogReader(options.data),
    onError: (error) =>
      logger.warn({ reason: error.message }, "function logs cannot be read for who follows them"),
  });
}
