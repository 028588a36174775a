/**
 * Which port viewers connect to by HTTPS. One that nobody asked for by its number is no reason for a node not to start: where
 * the usual one is taken, it is another.
 */
import { freePort, isPortFree } from "./free-port.ts";
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
  if (prefersUsual && (await isPortFree(edgeHost, usualPort))) return start(usualPort);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort(edgeHost, flag));
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || !(error as Error).message.includes(flag) || attempt === attempts) throw error;
    }
  }
}
