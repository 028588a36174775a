/** The table of commands: --help is made from it. */
import type { Command } from "./command.ts";
import { backup } from "./backup.ts";
import { ca } from "./ca.ts";
import { cache } from "./cache.ts";
import { check } from "./check.ts";
import { explain } from "./explain.ts";
import { doctor } from "./doctor.ts";
import { history } from "./history.ts";
import { logs } from "./logs.ts";
import { keys } from "./keys.ts";
import { log } from "./log.ts";
import { nodes } from "./nodes.ts";
import { restore } from "./restore.ts";
import { control, edge, start } from "./start.ts";

export const commands: Readonly<Record<string, Command>> = {
  start,
  control,
  edge,
  check,
  keys,
  nodes,
  history,
  cache,
  explain,
  logs,
  ca,
  doctor,
  backup,
  restore,
  log,
};
