/**
 * Which port viewers connect to by HTTPS. One that nobody asked for by its number is no reason for a node not to start: where
 * the usual one is taken, it is another.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { freePort } from "./free-port.ts";
import type { NodeOptions } from "./options.ts";

const usualPort = 8443;
const attempts = 5;
const flag = "--edge-https-port";

/**
 * @param start listens on the port it is given, undefined for none; rejects with the code `EADDRINUSE` when it is taken
 * @throws what `start` does
 */
export async function onHttpsPort<Result>(
  { edgeHttpsPort, edgeHost, edgePort }: NodeOptions,
  start: (port: number | undefined) => Promise<Result>,
): Promise<Result> {
  if (edgeHttpsPort === "off") return start(undefined);
  if (edgeHttpsPort !== "" && edgeHttpsPort !== "0") return start(Number(edgeHttpsPort));
  const prefersUsual = edgeHttpsPort === "" && edgePort !== 0;
  if (prefersUsual && (await isFree(edgeHost, usualPort))) return start(usualPort);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort(edgeHost, flag));
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || !(error as Error).message.includes(flag) || attempt === attempts) throw error;
    }
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, "listening");
  } catch {
    return false;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
