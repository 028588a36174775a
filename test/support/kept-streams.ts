/** The streams of a log in NATS as a file: what a release has left there, for later ones to read. */
import { readFileSync, writeFileSync } from "node:fs";
import { jetstream, jetstreamManager, type StreamConfig } from "@nats-io/jetstream";
import { connect, headers as newHeaders, type NatsConnection } from "@nats-io/transport-node";
import type { NatsServer } from "./nats-server.ts";

interface KeptMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** In base64. */
  readonly data: string;
}

interface KeptStream {
  readonly config: StreamConfig;
  readonly messages: readonly KeptMessage[];
}

const names = ["footlight_changes", "footlight_objects"] as const;

export async function keepStreams(server: NatsServer, file: string): Promise<void> {
  const connection = await connectTo(server);
  const jsm = await jetstreamManager(connection);
  const streams: KeptStream[] = [];
  for (const name of names) {
    const { config, state } = await jsm.streams.info(name);
    const messages: KeptMessage[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const message = await jsm.streams.getMessage(name, { seq }).catch(() => null);
      // One that another has replaced.
      if (message === null) continue;
      const { subject, header, data } = message;
      const headers = Object.fromEntries(header.keys().map((key) => [key, header.values(key)]));
      messages.push({ subject, headers, data: Buffer.from(data).toString("base64") });
    }
    streams.push({ config, messages });
  }
  await connection.close();
  writeFileSync(file, `${JSON.stringify(streams, null, 1)}\n`);
}

/** Makes them on a server that has none. */
export async function restoreStreams(server: NatsServer, file: string): Promise<void> {
  const connection = await connectTo(server);
  const jsm = await jetstreamManager(connection);
  const js = jetstream(connection);
  for (const { config, messages } of JSON.parse(readFileSync(file, "utf8")) as KeptStream[]) {
    await jsm.streams.add(config);
    for (const { subject, headers, data } of messages) {
      const header = newHeaders();
      for (const [key, values] of Object.entries(headers)) {
        // Said to the server that took it then, and to no later one.
        if (key.startsWith("Nats-")) continue;
        for (const value of values) header.append(key, value);
      }
      await js.publish(subject, Buffer.from(data, "base64"), { headers: header });
    }
  }
  await connection.close();
}

function connectTo({ port }: NatsServer): Promise<NatsConnection> {
  return connect({ servers: `127.0.0.1:${port}` });
}
