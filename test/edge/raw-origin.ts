/** Origins of tests that speak bytes, and settings by which they are tried. */
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { listenOn, originConfig, type OriginConfig } from "./viewer-scene.ts";

/** `answer` gets the connection with each packet that comes, and how many have come to all of them. */
export async function listenRaw(
  t: TestContext,
  answer: (socket: Socket, count: number) => void,
): Promise<{ readonly port: number; readonly count: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => {
      count += 1;
      answer(socket, count);
    });
  });
  const port = await listenOn(t, server);
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  return { port, count: () => count };
}

/** @param custom members of its CustomOriginConfig */
export function originWith(
  port: number,
  custom: object,
  more: Partial<OriginConfig> = {},
): OriginConfig {
  const config = originConfig(port, more);
  return {
    ...config,
    CustomOriginConfig: { ...config.CustomOriginConfig, ...custom },
  } as OriginConfig;
}
