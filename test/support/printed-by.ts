/** What a program prints that a test has started: who waits for more of it hears at once when it has ended. */
import type { ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import type { Readable } from "node:stream";

export interface Printed {
  /** All that it has printed. */
  readonly text: () => string;
  /**
   * Waits until what it has printed matches, and fails where it has ended before.
   *
   * @param from from where on what it has printed counts
   */
  readonly until: (pattern: RegExp, from?: number) => Promise<void>;
}

/** @param streams which of its streams count; both by default, as far as they are pipes */
export function printedBy(
  child: ChildProcess,
  streams: readonly (Readable | null)[] = [child.stdout, child.stderr],
): Printed {
  let text = "";
  // Its exit may be heard before what it printed last.
  let isOver = false;
  const news = new EventEmitter().setMaxListeners(0);
  for (const stream of streams) {
    stream?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      news.emit("news");
    });
  }
  child.once("close", () => {
    isOver = true;
    news.emit("news");
  });
  return {
    text: () => text,
    until: async (pattern, from = 0) => {
      while (!pattern.test(text.slice(from))) {
        if (isOver) {
          const end = child.signalCode ?? child.exitCode;
          throw new Error(`It ended with ${end} before it printed ${pattern}:\n${text}`);
        }
        await once(news, "news");
      }
    },
  };
}
