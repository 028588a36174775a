/**
 * How a worker's process is told how it is to serve: by the first message, since it may be started before anybody knows, and
 * not in its environment, which others of its user can read.
 */
import type { ToWorker, WorkerSettings } from "./worker-messages.ts";

/** What comes behind the settings. */
export type LaterMessage = Exclude<ToWorker, { readonly type: "settings" }>;

export interface Received {
  readonly settings: WorkerSettings;
  /** Hears what came behind the settings, and all that comes. */
  readonly goOn: (hear: (message: LaterMessage) => void) => void;
}

/** The process ends where the one that started it has, or asks it to before it has said more. */
export function receiveSettings(): Promise<Received> {
  const received = Promise.withResolvers<Received>();
  const waiting: LaterMessage[] = [];
  let hear = (_message: LaterMessage): void => process.exit(0);
  const goOn: Received["goOn"] = (onward) => {
    hear = onward;
    for (const message of waiting) hear(message);
  };
  // One listener for good: Node drops what comes while there is none.
  process.on("message", (message: ToWorker) => {
    if (message.type !== "settings") return hear(message);
    hear = (later) => void waiting.push(later);
    received.resolve({ settings: message.settings, goOn });
  });
  process.on("disconnect", () => process.exit(0));
  if (!process.connected) process.exit(0);
  return received.promise;
}
