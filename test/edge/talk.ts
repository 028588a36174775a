/** A viewer that speaks bytes, whatever they are. */
import { open } from "./viewer-scene.ts";

/** Sends packets and reads until the connection ends, or nothing came for a while. */
export async function talk(
  port: number,
  packets: readonly string[],
  silenceMs: number,
): Promise<string> {
  const socket = open(port);
  let text = "";
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  const ended = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  for (const packet of packets) {
    socket.write(packet, "latin1");
    await new Promise((resolve) => void setTimeout(resolve, 2));
  }
  socket.setTimeout(silenceMs, () => socket.destroy());
  await ended;
  return text;
}
