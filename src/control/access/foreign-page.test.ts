import assert from "node:assert/strict";
import { test } from "node:test";
import { trustEveryone } from "./access.ts";

const host = "127.0.0.1:4580";

async function send(
  method: string,
  headers: Record<string, string>,
  sourceIp: string = "127.0.0.1",
): Promise<string> {
  const path = "/footlight/v1/reset";
  const body = new Uint8Array();
  const request = { method, path, query: "", headers: { host, ...headers }, body, sourceIp };
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

test("refuseForeignPage() refuses a page whose site made its name mean this machine", async () => {
  const rebound = "evil.example:4580";
  const refusal = { name: "AccessDenied", message: /not by "evil\.example:4580"/ };
  const sameOrigin = { host: rebound, origin: `http://${rebound}` };
  await assert.rejects(send("POST", sameOrigin), refusal);
  await assert.rejects(send("POST", sameOrigin, "192.0.2.7"), refusal);
  for (const sourceIp of ["127.0.0.1", "::1"]) {
    const read = { host: rebound, "accept-language": "en" };
    await assert.rejects(send("GET", read, sourceIp), refusal);
    // A page may choose its languages.
    for (const chosen of ["*", "", "*;q=0.5"]) {
      await assert.rejects(send("GET", { ...read, "accept-language": chosen }, sourceIp), refusal);
    }
  }
});

test("refuseForeignPage() takes nothing that only ends like a local name for one", async () => {
  const hosts = ["evil.com%00.local", "evil.com#.local", "evil.com/.local", "evil.com?.test"];
  for (const host of [...hosts, "localhost.evil.com", "evil.com.", "127.0.0.1@evil.com"]) {
    const page = { host, "sec-fetch-site": "same-origin" };
    await assert.rejects(send("GET", page), { name: "AccessDenied" }, host);
  }
});

test("refuseForeignPage() lets programs use any name, and browsers local ones", async () => {
  await send("POST", { host: "api.footlight.example" });
  await send("GET", { host: "api.footlight.example", "accept-language": "en" }, "192.0.2.7");
  const nodeFetch = { "accept-language": "*", "sec-fetch-mode": "cors" };
  await send("POST", { host: "api.footlight.example", ...nodeFetch });
  const names = ["localhost", "000000000000.localhost", "[::1]", "10.0.0.7", "footlight", "a.test"];
  for (const name of names) {
    const page = { host: `${name}:4580`, origin: `http://${name}:4580`, "accept-language": "en" };
    assert.equal(await send("PUT", page), "anonymous", name);
  }
});

test("refuseForeignPage() lets a foreign page read, but where that is an entry in the audit", async () => {
  const read = async (headers: Record<string, string>) => {
    const path = "/footlight/v1/functions/fn/recorded-runs";
    const rest = { query: "", body: new Uint8Array(), sourceIp: "127.0.0.1" };
    const request = { method: "GET", path, headers: { host, ...headers }, ...rest };
    (await trustEveryone(request)).requireChange();
  };
  for (const headers of foreign) {
    await assert.rejects(read(headers), { name: "AccessDenied" }, JSON.stringify(headers));
  }
  await read({});
  await read({ "sec-fetch-site": "same-origin" });
});
