/** What a command of the command line is. */
import type { OptionTable } from "../node/option-table.ts";

export interface Command {
  /** One line for --help. */
  readonly summary: string;
  /** What stands after the name, like `FILE`; empty for a command that takes options only. */
  readonly usage: string;
  /** The options it takes, for its --help. */
  readonly options: OptionTable;
  /** Whether it does its work where nothing that it prints can be written, as a node does, or sees to its end itself; others end then. */
  readonly goesOnUnread?: boolean;
  /** @returns the process's exit code */
  readonly run: (
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ) => Promise<number>;
}
