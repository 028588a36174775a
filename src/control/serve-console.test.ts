import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiResponse } from "../wire/api-message.ts";
import { MethodNotAllowed } from "../wire/route.ts";
import { serveConsole, type ReadConsoleFile } from "./serve-console.ts";

const files: Readonly<Record<string, string>> = {
  "index.html": "<!doctype html>",
  "assets/app-1A2B.js": "run()",
};

const read: ReadConsoleFile = async (name, takesGzip) => {
  const body = files[name];
  if (body === undefined) return undefined;
  return {
    bytes: Buffer.from(body),
    contentType: name.endsWith(".js") ? "text/javascript; charset=utf-8" : "text/html",
    etag: `"${name}${takesGzip ? "-gzip" : ""}"`,
    isGzipped: takesGzip,
  };
};

function get(path: string, headers = {}, method = "GET"): Promise<ApiResponse | undefined> {
  return serveConsole({ method, path, headers }, read);
}

test("serveConsole() leaves other paths to the API", async () => {
  for (const path of ["/", "/footlight/v1/health", "/footlight/consoles", "/2020-05-31/function"]) {
    assert.equal(await get(path), undefined, path);
  }
});

test("serveConsole() answers the page for each of its views, to be asked for anew each time", async () => {
  for (const path of ["/footlight/console/", "/footlight/console/functions/a"]) {
    const response = await get(path);
    assert.equal(response?.status, 200);
    assert.equal(String(response?.body), "<!doctype html>");
    assert.equal(response?.headers["cache-control"], "no-cache");
  }
  assert.equal((await get("/footlight/console"))?.headers["location"], "/footlight/console/");
});

test("serveConsole() answers assets for good, and none but those that are there", async () => {
  const response = await get("/footlight/console/assets/app-1A2B.js");
  assert.equal(response?.headers["content-type"], "text/javascript; charset=utf-8");
  assert.match(response?.headers["cache-control"] ?? "", /immutable/);
  for (const name of ["assets/app-0000.js", "assets/../index.html", "assets/"]) {
    assert.equal((await get(`/footlight/console/${name}`))?.status, 404, name);
  }
});

test("serveConsole() answers 304 to who has the form that it would send", async () => {
  const path = "/footlight/console/";
  const status = async (headers: Record<string, string>): Promise<number | undefined> =>
    (await get(path, headers))?.status;
  assert.equal(await status({ "if-none-match": `"other", W/"index.html"` }), 304);
  assert.equal(
    await status({ "if-none-match": `"index.html"`, "accept-encoding": "br, gzip" }),
    200,
  );
  assert.equal(await status({ "if-none-match": `"x"` }), 200);
});

test("serveConsole() compresses for who takes it", async () => {
  const encoding = async (accept: string): Promise<string | undefined> =>
    (await get("/footlight/console/", { "accept-encoding": accept }))?.headers["content-encoding"];
  assert.equal(await encoding("gzip, deflate, br"), "gzip");
  assert.equal(await encoding("gzip;q=0.5"), "gzip");
  assert.equal(await encoding("br, gzip;q=0"), undefined);
  assert.equal(await encoding(""), undefined);
});

test("serveConsole() lets a page run no script and style but its own files", async () => {
  const csp = (await get("/footlight/console/"))?.headers["content-security-policy"] ?? "";
  assert.match(csp, /default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(csp, /frame-ancestors 'none'; require-trusted-types-for 'script'/);
  assert.doesNotMatch(csp, /unsafe|nonce/);
});

test("serveConsole() refuses what is no reading", async () => {
  await assert.rejects(get("/footlight/console/", {}, "POST"), MethodNotAllowed);
});

test("serveConsole() says how the console is built where it is not", async () => {
  const none = await serveConsole(
    { method: "GET", path: "/footlight/console/", headers: {} },
    async () => undefined,
  );
  assert.equal(none?.status, 503);
  assert.match(String(none?.body), /npm run console/);
});
