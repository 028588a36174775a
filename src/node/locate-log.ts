/** Where the change log is: what the option says, or a file in the data folder, which is made. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { NodeOptions } from "./options.ts";

export function locateLog({ log, data }: Pick<NodeOptions, "log" | "data">): string {
  if (log !== "") return log;
  mkdirSync(data, { recursive: true });
  return `sqlite:${join(data, "changes.db")}`;
}
