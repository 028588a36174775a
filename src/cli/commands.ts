/**
 * The table of commands: --help is made from it. A command's file is loaded when it is asked for, since some load a good part
 * of the other rooms, which a node that starts need not have.
 */
import type { Command } from "./command.ts";

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./start.ts")).start,
  control: async () => (await import("./start.ts")).control,
  edge: async () => (await import("./start.ts")).edge,
  check: async () => (await import("./check.ts")).check,
  dev: async () => (await import("./dev.ts")).dev,
  test: async () => (await import("./test.ts")).test,
  deploy: async () => (await import("./deploy/deploy.ts")).deploy,
  destroy: async () => (await import("./deploy/destroy.ts")).destroy,
  export: async () => (await import("./deploy/export.ts")).exportCommand,
  keys: async () => (await import("./keys.ts")).keys,
  nodes: async () => (await import("./nodes.ts")).nodes,
  publish: async () => (await import("./publish.ts")).publish,
  waves: async () => (await import("./waves.ts")).waves,
  rollback: async () => (await import("./rollback.ts")).rollback,
  rehearse: async () => (await import("./rehearse.ts")).rehearse,
  history: async () => (await import("./history.ts")).history,
  diff: async () => (await import("./diff.ts")).diff,
  cache: async () => (await import("./cache.ts")).cache,
  explain: async () => (await import("./explain.ts")).explain,
  logs: async () => (await import("./logs.ts")).logs,
  mcp: async () => (await import("./mcp/mcp.ts")).mcp,
  ca: async () => (await import("./ca.ts")).ca,
  doctor: async () => (await import("./doctor.ts")).doctor,
  backup: async () => (await import("./backup.ts")).backup,
  restore: async () => (await import("./restore.ts")).restore,
  log: async () => (await import("./log.ts")).log,
};
