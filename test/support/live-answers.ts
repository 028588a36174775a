/** Answers of the API that go on, as a script reads them. */
import { get, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface LiveLine {
  readonly success: boolean;
  readonly data?: {
    readonly items: readonly { readonly id: string; readonly path: string }[];
    readonly kept: number;
    readonly lost: number;
    readonly missed: number;
    readonly next_marker: string;
  };
  readonly error?: { readonly code: string; readonly message: string };
}

/** @returns the response once its head is there; nothing of its body is read yet */
export async function askLive(
  api: string,
  query = "",
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  const asking = get(`${api}/footlight/v1/traces/live${query}`, { agent: false, headers });
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  response.on("error", () => {});
  return response;
}

export async function* linesOf(response: IncomingMessage): AsyncGenerator<LiveLine> {
  for await (const line of createInterface({ input: response })) yield JSON.parse(line) as LiveLine;
}

/** @returns how many more the node goes on with at this time */
export async function roomForLive(api: string): Promise<number> {
  const open: IncomingMessage[] = [];
  try {
    for (;;) {
      const response = await askLive(api);
      response.resume();
      if (response.statusCode !== 200) return open.length;
      open.push(response);
    }
  } finally {
    for (const response of open) response.destroy();
  }
}
