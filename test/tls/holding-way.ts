/** A way to an edge on which the end of a handshake comes together with what is sent after it, and is not looked at by itself. */
import { connect, createServer } from "node:net";
import type { TestContext } from "node:test";
import { domainName, listenOn } from "../edge/viewer-scene.ts";
import { connectSecurely } from "./secure-scene.ts";

/** For how long nothing must have come, in milliseconds. */
const silenceMs = 300;
/** Handshakes that are over at once: an edge goes on with two in a turn of its worker, and the others' bytes come meanwhile. */
const othersAtOnce = 6;

/**
 * Passes on what viewers send after their ClientHello all at once, when no more comes: first that of some who only shake hands.
 *
 * @returns the port to come to
 */
export async function holdingWayTo(t: TestContext, port: number): Promise<number> {
  let passing: (() => void)[] = [];
  let areOthersThere = false;
  let silence: NodeJS.Timeout | undefined;
  const relay = createServer((viewer) => {
    const edge = connect(port, "127.0.0.1");
    edge.setNoDelay(true);
    for (const socket of [viewer, edge]) socket.on("error", () => {});
    edge.pipe(viewer);
    viewer.once("data", (hello: Buffer) => {
      edge.write(hello);
      let held: Buffer[] = [];
      viewer.on("data", (chunk: Buffer) => {
        if (held.length === 0) {
          passing.push(() => {
            edge.write(Buffer.concat(held));
            held = [];
          });
        }
        held.push(chunk);
        if (!areOthersThere) return;
        clearTimeout(silence);
        silence = setTimeout(() => {
          for (const pass of passing) pass();
          passing = [];
        }, silenceMs);
      });
    });
    viewer.once("close", () => edge.destroy());
  });
  const way = await listenOn(t, relay);
  for (let index = 0; index < othersAtOnce; index += 1) {
    const other = await connectSecurely(t, way, {
      servername: domainName,
      ALPNProtocols: ["h2"],
    });
    other.on("error", () => {});
  }
  areOthersThere = true;
  return way;
}
