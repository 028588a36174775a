/** What happens to a log's streams in NATS that nobody wants to happen. */
import { cpSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { NatsServer } from "./nats-server.ts";

export type StreamManager = Awaited<ReturnType<typeof jetstreamManager>>;

export async function withStreamManager(
  { port }: NatsServer,
  act: (jsm: StreamManager) => Promise<unknown>,
): Promise<void> {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  // Whether servers that elect a leader answer is for whoever asks them for something.
  await act(await jetstreamManager(connection, { checkAPI: false }));
  await connection.close();
}

/** @param names what stands after the prefix */
export function deleteStreams(
  server: NatsServer,
  ...names: readonly ("changes" | "objects")[]
): Promise<void> {
  return withStreamManager(server, async (jsm) => {
    for (const name of names) await jsm.streams.delete(`footlight_${name}`);
  });
}

/** @returns when it runs again */
export async function backUpStore(server: NatsServer, folder: string): Promise<void> {
  await server.kill("SIGTERM");
  cpSync(server.store, folder, { recursive: true });
  await server.start();
}

/** @returns when it runs on what was backed up */
export async function restoreStore(server: NatsServer, folder: string): Promise<void> {
  await server.kill("SIGTERM");
  rmSync(server.store, { recursive: true });
  cpSync(folder, server.store, { recursive: true });
  await server.start();
}

/** Cuts the last entry's end off in its file. */
export function cutOffEnd({ store }: NatsServer): void {
  const names = readdirSync(store, { recursive: true, encoding: "utf8" });
  const block = names.filter((name) => /footlight_changes\/msgs\/\d+\.blk$/.test(name)).at(-1);
  const file = join(store, block ?? "there is no block");
  truncateSync(file, statSync(file).size - 40);
}
