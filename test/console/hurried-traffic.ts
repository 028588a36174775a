/**
 * A node's API, but for the requests of viewers: a thousand a second come there, and time passes as fast as a page takes
 * them and reads what was counted. All the rest is the node's own.
 */
import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface HurriedTraffic {
  readonly api: string;
  /** That have passed. */
  readonly seconds: () => number;
  /** Has nothing come, until it is to go on: so that nothing is under way while the page is looked at. */
  readonly hold: (isHeld: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** How often a node tells of what came. */
const lineMs = 150;
/** How often the page reads what was counted. */
const readingMs = 2500;

interface Traces {
  readonly items: readonly { readonly id: string; readonly took_ms: number }[];
}

/** @param api of the node, of which viewers have asked for something */
export async function hurryTraffic(api: string, perSecond: number): Promise<HurriedTraffic> {
  const response = await fetch(`${api}/footlight/v1/traces?limit=100`, {
    headers: { accept: "application/json" },
  });
  // What real requests are like.
  const { items: models } = ((await response.json()) as { data: Traces }).data;
  const began = Date.now();
  let lines = 0;
  let readings = 0;
  let isHeld = false;
  const isAhead = (): boolean => lines * lineMs > (readings + 1) * readingMs;

  const tell = (limit: number): string => {
    lines += 1;
    const fresh = Math.round((perSecond * lineMs) / 1000);
    const came = lines * fresh;
    const items = Array.from({ length: Math.min(limit, fresh) }, (_, index) => {
      const number = came - index;
      const model = models[number % models.length]!;
      const status = number % 97 === 0 ? 500 : number % 13 === 0 ? 404 : 200;
      return {
        ...model,
        ...{ id: `${model.id}-${number}`, path: `/part-${number % 5}/${number}`, status },
        at: new Date(began + (number / perSecond) * 1000).toISOString(),
        took_ms: model.took_ms * (1 + (number % 7)),
      };
    });
    const keptMax = 20_000;
    const data = {
      ...{ kept: Math.min(came, keptMax), lost: Math.max(0, came - keptMax), items },
      ...{ missed: fresh - items.length, next_marker: `0000000000000000-${came}` },
    };
    return `${JSON.stringify({ success: true, data })}\n`;
  };
  const follow = async (limit: number, outgoing: ServerResponse): Promise<void> => {
    const gone = once(outgoing, "close");
    outgoing.writeHead(200, { "content-type": "application/x-ndjson" });
    while (!outgoing.destroyed) {
      while ((isHeld || isAhead()) && !outgoing.destroyed) await delay(5);
      if (outgoing.write(tell(limit))) await new Promise(setImmediate);
      else await Promise.race([once(outgoing, "drain"), gone]);
    }
  };

  const agent = new Agent({ keepAlive: true });
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url: path, headers } = incoming;
    const { host, hostname, port } = new URL(api);
    const passed = request(
      { hostname, port, method, path, agent, headers: { ...headers, host } },
      (answered) => {
        outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(outgoing);
      },
    );
    passed.once("error", () => outgoing.destroy());
    outgoing.once("close", () => passed.destroy());
    incoming.pipe(passed);
  };
  const server = createServer((incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? "/", api);
    if (pathname === "/footlight/v1/metrics") readings += 1;
    if (pathname === "/footlight/v1/traces/live") {
      void follow(Number(searchParams.get("limit")), outgoing);
    } else pass(incoming, outgoing);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seconds: () => (lines * lineMs) / 1000,
    hold: (held) => {
      isHeld = held;
    },
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
      agent.destroy();
    },
  };
}
