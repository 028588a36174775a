/** The library: starts a node from a program. */
export { startNode, type RunningNode } from "./node/start-node.ts";
export { OptionError, type NodeOptions } from "./node/options.ts";
