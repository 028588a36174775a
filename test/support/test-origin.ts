/** An origin on this machine that answers with what it was asked, for tests that look at that. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export interface TestOrigin {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Answers 200 with `METHOD URL` as text, unless another way to answer is given. */
export async function startTestOrigin(
  answer: (request: IncomingMessage, response: ServerResponse) => void = echoRequestLine,
): Promise<TestOrigin> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function echoRequestLine(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain" });
  response.end(`${request.method} ${request.url}`);
}
