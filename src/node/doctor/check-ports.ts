/** Whether a node can listen where it is told to, and where it cannot, who does. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setDeadline } from "../../base/deadline.ts";
import { request } from "../../base/http-module.ts";
import { hostOf, listenErrorMessage } from "../listen-address.ts";
import type { NodeOptions } from "../options.ts";
import { failure, ok, type Finding } from "./finding.ts";

type OfPorts = Pick<
  NodeOptions,
  "apiPort" | "apiHost" | "edgePort" | "edgeHost" | "edgeHttpsPort" | "adminPort" | "adminHost"
>;

interface Wanted {
  readonly about: string;
  readonly flag: string;
  readonly host: string;
  readonly port: number;
}

/** A node on a machine that is busy, or stands still for a moment, is still one of Footlight's. */
const answerTimeoutMs = 5000;

export function checkPorts(options: OfPorts): Promise<readonly Finding[]> {
  return Promise.all(wantedBy(options).map((wanted) => checkPort(wanted)));
}

function wantedBy(options: OfPorts): Wanted[] {
  const { apiPort, edgePort, edgeHttpsPort, adminPort } = options;
  const apiHost = hostOf(options.apiHost);
  const edgeHost = hostOf(options.edgeHost);
  const wanted = [
    { about: "API port", flag: "--api-port", host: apiHost, port: apiPort },
    { about: "edge port", flag: "--edge-port", host: edgeHost, port: edgePort },
  ];
  // Where none is chosen, a free one is taken.
  if (/^\d+$/.test(edgeHttpsPort)) {
    const port = Number(edgeHttpsPort);
    wanted.push({ about: "HTTPS port", flag: "--edge-https-port", host: edgeHost, port });
  }
  if (adminPort !== "") {
    const host = hostOf(options.adminHost);
    wanted.push({ about: "admin port", flag: "--admin-port", host, port: Number(adminPort) });
  }
  return wanted.filter(({ port }) => port !== 0);
}

async function checkPort({ about, flag, host, port }: Wanted): Promise<Finding> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    return ok(about, `${port} is free`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" && (await isFootlights(host, port))) {
      return ok(about, `a node of Footlight listens on ${port}`);
    }
    const [says = "", remedy = `Choose another address`] = listenErrorMessage(
      error as Error,
      { host, port },
      flag,
    ).split("; ");
    return failure(about, says, remedy);
  } finally {
    server.close();
  }
}

/** The edge, its API and its admin port each have something in their answers that others have not. */
function isFootlights(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const path = "/footlight/v1/health/live";
    const asked = request({ host, port, path }, (answer) => {
      answer.resume();
      const { headers, statusCode } = answer;
      const isOurs =
        headers["x-amz-cf-id"] !== undefined ||
        headers["x-amzn-requestid"] !== undefined ||
        (statusCode === 200 && headers["content-type"] === "application/json");
      resolve(isOurs);
    });
    const stopWaiting = setDeadline(() => void asked.destroy(), answerTimeoutMs);
    asked.on("error", () => resolve(false));
    asked.on("close", stopWaiting);
    asked.end();
  });
}
