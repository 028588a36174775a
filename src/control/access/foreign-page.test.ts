import assert from "node:assert/strict";
import { test } from "node:test";
import { trustEveryone } from "./access.ts";

const host = "127.0.0.1:4580";

async function send(method: string, headers: Record<string, string>): Promise<string> {
  const path = "/footlight/v1/reset";
  const body = new Uint8Array();
  const request = { method, path, query: "", headers: { host, ...headers }, body, sourceIp: "" };
  const { principal } = await trustEveryone(request);
  return principal;
}

const foreign: readonly Record<string, string>[] = [
  { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-site" },
  { "sec-fetch-site": "cross-site" },
  { origin: "https://evil.example" },
  { origin: "http://127.0.0.1:3000" },
  { origin: "null" },
];
for (const headers of foreign) {
  test(`refuseForeignPage() lets no page change anything that says ${JSON.stringify(headers)}`, async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      await assert.rejects(send(method, headers), { name: "AccessDenied" });
    }
    assert.equal(await send("GET", headers), "anonymous");
  });
}

test("refuseForeignPage() takes programs, and pages that came from this API", async () => {
  for (const headers of [
    {},
    { "sec-fetch-mode": "cors" },
    { origin: `http://${host}` },
    { origin: `http://${host}`, "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ]) {
    assert.equal(await send("POST", headers as Record<string, string>), "anonymous");
  }
});
