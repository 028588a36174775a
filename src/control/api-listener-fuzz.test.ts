/** Odd requests to the API: read as the strictest reader would read them, or refused; never otherwise. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { createMemoryApi } from "../../test/support/memory-api.ts";
import { oddConnection, rounds, seed, timeout } from "../../test/support/odd-messages.ts";
import { readStrictly } from "../../test/support/strict-reader.ts";
import { ApiError } from "../model/errors.ts";
import { createApiListener } from "./api-listener.ts";
import type { FootlightApi } from "./footlight-call.ts";
import { talk } from "../../test/edge/talk.ts";

const host = "localhost";
const isRequestLine = (line: string) =>
  /^(GET|HEAD|POST|PUT|DELETE|OPTIONS) +\/[!-~]* HTTP\/1\.[01]$/.test(line);

const calls: string[] = [];
const { control } = createMemoryApi();
const listener = createApiListener(
  {
    ...control,
    authenticate({ method, path, body }) {
      calls.push(`${method} ${path} ${Buffer.from(body).toString("latin1")}`);
      return Promise.reject(new ApiError("AccessDenied", "Nobody may do anything here"));
    },
  },
  {} as FootlightApi,
);

const { server } = listener;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => listener.drain(0));

/** Which calls a strict reader would find, and whether the API must answer them all. */
function expectedOf(text: string): { expected: string[]; isAll: boolean } {
  const { messages, end } = readStrictly(text, isRequestLine);
  const expected: string[] = [];
  let isAll = end === "nothing";
  for (const { start, headers, body } of messages) {
    const [method, url, version] = start.split(/ +/);
    const hosts = headers.get("host")?.length ?? 0;
    if (hosts > 1 || (hosts === 0 && version === "HTTP/1.1")) return { expected, isAll: false };
    expected.push(`${method} ${url} ${body}`);
    const said = headers.get("connection")?.join().toLowerCase() ?? "";
    if (headers.has("upgrade")) return { expected, isAll: false };
    if (version === "HTTP/1.0") isAll = false;
    if (said.includes("close")) return { expected, isAll };
  }
  return { expected, isAll };
}

test("the API reads requests as a strict reader does, or refuses them", { timeout }, async () => {
  const { port } = server.address() as AddressInfo;
  let compared = 0;
  const property = fc.asyncProperty(oddConnection(host), async (packets) => {
    calls.length = 0;
    const { expected, isAll } = expectedOf(packets.join(""));
    const text = await talk(port, packets, isAll ? 2000 : 100);
    assert.deepEqual(calls, expected.slice(0, isAll ? undefined : calls.length));
    const answers = [...text.matchAll(/HTTP\/1\.1 (?!100)\d+ /g)].length;
    const ids = [...text.matchAll(/^x-amzn-requestid: /gim)].length;
    assert.equal(ids, answers);
    compared += isAll ? 1 : 0;
  });
  await fc.assert(property, { seed, numRuns: rounds });
  assert.ok(compared > rounds / 20, `${compared} of ${rounds} were well-formed`);
});
