/**
 * Closes the connections that a worker was handed and died without taking.
 *
 * The cluster module keeps a connection until the worker says that it has it, and forgets it when
 * the worker dies first: the viewer would wait for as long as it has patience. Closed, it may ask
 * again at once.
 */
import type { Worker } from "node:cluster";

/** What the cluster module sends a worker with a connection, and what comes back. */
interface ClusterMessage {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

interface Handle {
  close(): void;
}

type Send = (message: ClusterMessage, handle?: Handle, ...rest: unknown[]) => boolean;

export function closeUntakenConnections(worker: Worker): void {
  const untaken = new Map<number, Handle>();
  const child = worker.process as unknown as {
    send: Send;
    on(event: "internalMessage", listener: (message: ClusterMessage) => void): void;
    once(event: "close", listener: () => void): void;
  };
  const send = child.send.bind(child);
  child.send = (message, handle, ...rest) => {
    if (message.act === "newconn" && message.seq !== undefined && handle !== undefined) {
      untaken.set(message.seq, handle);
    }
    return send(message, handle, ...rest);
  };
  child.on("internalMessage", ({ ack }) => {
    if (ack !== undefined) untaken.delete(ack);
  });
  child.once("close", () => {
    for (const handle of untaken.values()) handle.close();
    untaken.clear();
  });
}
