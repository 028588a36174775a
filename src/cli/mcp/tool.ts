/** What a program that speaks the Model Context Protocol may ask of a node. */
import type { z } from "zod";
import type { ApiAddress } from "../ask-api.ts";

/** Whom a tool asks, and as whom. */
export interface Node {
  readonly address: ApiAddress;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Tool {
  readonly title: string;
  /** For whoever chooses among tools: what it does, and what it takes from another. */
  readonly description: string;
  readonly input: z.ZodObject;
  /** Whether viewers may be answered otherwise after it, or the node only has a record more, or nothing is another. */
  readonly changes: "viewers" | "records" | "nothing";
  /** Whether what it tells has texts in it that viewers, origins or recorded requests brought. */
  readonly tellsOfViewers: boolean;
  /**
   * @param given what `input` has read
   * @throws CallRefused, when the node refuses it
   * @throws Error, when no node answers
   */
  readonly run: (given: unknown, node: Node) => Promise<unknown>;
}

/** A tool whose input has the type that its schema says. */
export function tool<Input extends z.ZodObject>(
  made: Omit<Tool, "input" | "run"> & {
    readonly input: Input;
    readonly run: (given: z.infer<Input>, node: Node) => Promise<unknown>;
  },
): Tool {
  // The server reads what it is given by this very schema before it calls.
  return { ...made, run: (given, node) => made.run(given as z.infer<Input>, node) };
}
