/**
 * Many connections to an origin at once: as many are kept as may be, and the rest are closed.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { talk } from "./talk.ts";
import { domainName, listenOn, startScene } from "./viewer-scene.ts";

/** What the edge keeps idle, to all origins together. */
const idleMax = 1024;

test("of more connections than 1,024 that fall idle the rest are closed", async (t) => {
  const open = new Set<Socket>();
  const waiting: ServerResponse[] = [];
  const origin = createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    waiting.push(response);
  });
  origin.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  const scene = await startScene(t, { originPort: await listenOn(t, origin) });
  const request = `GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`;
  const viewers = Array.from({ length: idleMax + 50 }, () => talk(scene.port, [request], 30_000));
  while (waiting.length < idleMax + 50) await delay(20);
  for (const response of waiting) response.end("ok");
  const texts = await Promise.all(viewers);
  assert.ok(texts.every((text) => text.endsWith("\r\n\r\nok")));
  while (open.size > idleMax) await delay(20);
  assert.equal(open.size, idleMax);
});
