/**
 * Keeps the connections of an HTTP server below a number, so that its process never runs out of
 * descriptors: a process without any can take nothing more, not even what it would need to let go.
 *
 * The last place is kept free. Whoever has waited longest without asking gives way to who comes
 * new, then all that wait between two requests do. Where all are busy, new ones are refused.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "./logger.ts";
import type { OpenConnections } from "./open-connections.ts";

export interface ConnectionLimit {
  readonly server: Server;
  readonly connections: OpenConnections;
  /** The most connections at one time; Infinity for as many as come. */
  readonly max: number;
  /** Told when places run out, and when there is room again. */
  readonly onFull: (isFull: boolean) => void;
  readonly logger: Logger;
}

/** To look for idle connections goes through all of them. */
const closeIdleIntervalMs = 100;
/** Without need of a place for so long, there is room again. */
const roomAfterMs = 2000;

/** From when places run out until there is room again. */
interface Episode {
  closed: number;
  refused: number;
  lastNeedAt: number;
}

/** @returns whether there is a place for a connection of another server whose connections are counted with them; makes room where it can */
export function limitConnections({
  server,
  connections,
  max,
  onFull,
  logger,
}: ConnectionLimit): (socket: Socket) => boolean {
  let episode: Episode | undefined;
  let closedIdleAt = -Infinity;

  /** @param newest which the room is made for */
  function makeRoom(newest?: Socket): Episode {
    const now = performance.now();
    episode ??= begin();
    episode.lastNeedAt = now;
    if (connections.closeOldestSilent(newest)) {
      episode.closed += 1;
    } else if (now - closedIdleAt >= closeIdleIntervalMs) {
      closedIdleAt = now;
      connections.closeIdle();
    }
    return episode;
  }

  function begin(): Episode {
    logger.warn(
      { open: connections.open, max },
      "connections are at the limit of this process: idle ones are closed for new ones, and where none is idle new ones are refused; " +
        "raise its limit of open files (ulimit -n, or LimitNOFILE= of systemd), or start more workers",
    );
    onFull(true);
    watch(roomAfterMs);
    return { closed: 0, refused: 0, lastNeedAt: 0 };
  }

  function watch(afterMs: number): void {
    setTimeout(() => {
      if (episode !== undefined) endOrWatch(episode);
    }, afterMs).unref();
  }

  function endOrWatch({ lastNeedAt, closed, refused }: Episode): void {
    const quietForMs = performance.now() - lastNeedAt;
    if (quietForMs < roomAfterMs || connections.open >= max) {
      watch(Math.max(roomAfterMs - quietForMs, roomAfterMs / 4));
      return;
    }
    episode = undefined;
    const { open } = connections;
    logger.warn({ open, max, closed, refused }, "there is room for connections again");
    onFull(false);
  }

  if (max !== Infinity) server.maxConnections = max;
  server.on("connection", (socket: Socket) => {
    if (connections.open >= max) makeRoom(socket);
  });
  server.on("drop", () => {
    makeRoom().refused += 1;
  });
  server.on("error", ({ code }: NodeJS.ErrnoException) => {
    // Of accepting, when something else took the descriptors; of listening, its caller is told.
    if (code === "EMFILE" || code === "ENFILE") makeRoom();
  });
  return (socket) => {
    if (connections.open < max) return true;
    const need = makeRoom(socket);
    if (connections.open <= max) return true;
    need.refused += 1;
    return false;
  };
}
