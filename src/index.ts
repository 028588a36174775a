/** The library: starts a node from a program, and checks functions. */
export { startNode, type RunningNode } from "./node/start-node.ts";
export { OptionError } from "./node/option-table.ts";
export type { NodeOptions } from "./node/options.ts";
export { checkFunction, type Finding } from "./runtime/check/check-function.ts";
