/**
 * `footlight start`, and its halves `control` and `edge`: a node in the foreground.
 *
 * SIGTERM and SIGINT drain it and end it with exit code 0; a second one ends it at once.
 */
import v8 from "node:v8";
import {
  options,
  pickOptions,
  readOptions,
  type NodeOption,
  type NodeOptions,
  type OptionName,
} from "../node/options.ts";
import type { RunningNode } from "../node/start-node.ts";
import { WorkersAhead } from "../node/workers-ahead.ts";
import type { Command } from "./command.ts";
import { greeting } from "./greeting.ts";

type Part = "start" | "control" | "edge";

export const start = nodeCommand("start", "Run a whole node: control plane and edge");
export const control = nodeCommand("control", "Run the control plane only");
export const edge = nodeCommand("edge", "Run the edge only, following a change log");

function nodeCommand(part: Part, summary: string): Command {
  const names = (Object.keys(options) as OptionName[]).filter((name) => {
    const option: NodeOption = options[name];
    return option.commands?.includes(part) ?? true;
  });
  return {
    summary,
    usage: "",
    options: pickOptions(names),
    goesOnUnread: true,
    run: async (args, environment) => {
      const settings = readOptions(args, environment, names);
      const ahead = part === "control" ? undefined : new WorkersAhead(settings.workers);
      const node = await startWith(ahead, settings, part);
      // Before anyone is told that it is ready: they may ask it to stop at once.
      const stop = untilAskedToStop();
      announce(node, settings);
      // What bin/footlight.mjs has it be while all is loaded; this is V8's own.
      v8.setFlagsFromString("--semi-space-growth-factor=2");
      await stop;
      await node.close();
      return 0;
    },
  };
}

async function startWith(
  ahead: WorkersAhead | undefined,
  settings: NodeOptions,
  part: Part,
): Promise<RunningNode> {
  try {
    // Half a second to load, which the other commands need not wait for, and workers meanwhile load what is theirs.
    const { startNode } = await import("../node/start-node.ts");
    return await startNode(settings, {
      control: part !== "edge",
      edge: part !== "control",
      ahead,
    });
  } finally {
    ahead?.discard();
  }
}

function announce(node: RunningNode, settings: NodeOptions): void {
  const { api, console, edge: edgeUrl, edgeHttps, admin } = node;
  process.stdout.write(
    settings.readyJson
      ? `${JSON.stringify({ api, console, edge: edgeUrl, edgeHttps, admin, pid: process.pid })}\n`
      : greeting(node, settings),
  );
}

function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}
