/**
 * What editors complete in functions, as a compiler sees it: each line behind @ts-expect-error must be an error, and no other may be.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/test-node.ts";

const root = resolve(import.meta.dirname, "../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");

const compilerOptions = {
  ...{ strict: true, noEmit: true, module: "NodeNext", target: "ES2022", lib: ["ES2022"] },
  ...{ types: [], skipLibCheck: false },
};

/** @returns what a compiler says in a project that has the package installed */
function compile(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/footlight"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["*.ts"] }),
  );
  return spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" }).stdout;
}

test("viewer-request functions of 2.0 have the event, its members and the module cloudfront", () => {
  assert.equal(compile({ "fn.ts": viewerRequest }), "");
});

test("viewer-response and connection functions of 2.0 have theirs", () => {
  assert.equal(compile({ "fn.ts": viewerResponse }), "");
});

test("functions of 1.0 have neither promises nor what came later, nor the module", () => {
  assert.equal(compile({ "fn.ts": ofRuntime10 }), "");
  const told = compile({ "fn.ts": 'import cf from "cloudfront";\nexport default cf;\n' });
  assert.match(told, /fn\.ts\(1,16\): error TS2307: Cannot find module 'cloudfront'/);
});

const viewerRequest = `import type { ViewerRequestEvent, ViewerRequestHandler, ViewerRequestResult } from "footlight/types";
import cf from "cloudfront";

const store = cf.kvs();

async function handler(event: ViewerRequestEvent): Promise<ViewerRequestResult> {
  const request = event.request;
  const uri: string = request.uri;
  const host: string = request.headers.host.value;
  const raw: string | undefined = request.rawQueryString();
  request.headers["x-from"] = { value: uri + host + raw };
  delete request.headers["x-other"];
  request.querystring["a"] = { value: "1", multiValue: [{ value: "1" }] };
  for (const name in request.headers) if (name === "x") return request;
  const text: string = await store.get("key");
  const flags = (await store.get("flags", { format: "json" })) as { on: boolean };
  cf.updateRequestOrigin({ domainName: text, timeouts: { readTimeout: 5 } });
  cf.selectRequestOriginById("b", { hostHeader: "b.example" });
  cf.createRequestOriginGroup({ originIds: ["a", { originId: "b" }], failoverCriteria: { statusCodes: [500] } });
  if (flags.on) return { statusCode: 302, headers: { location: { value: "/" } }, cookies: { a: { value: "1", attributes: "Secure" } } };
  request.querystring = "a=1";
  // @ts-expect-error a header in capitals is never there
  request.headers["X-From"].value;
  // @ts-expect-error nor is one set by that name
  request.headers["Location"] = { value: "/" };
  // @ts-expect-error a header may be missing
  request.headers["x-unset"].value;
  // @ts-expect-error a value is an object
  request.headers["x-from"] = "text";
  // @ts-expect-error the host may be read only
  request.headers.host = { value: "a" };
  // @ts-expect-error so may the method
  request.method = "PUT";
  // @ts-expect-error a response is not in this event
  event.response;
  // @ts-expect-error a status is a number
  const wrong: ViewerRequestResult = { statusCode: "302" };
  // @ts-expect-error stores are read, and not written
  store.put("key", "value");
  // @ts-expect-error there is no such protocol
  cf.updateRequestOrigin({ customOriginConfig: { port: 80, protocol: "ftp", sslProtocols: [] } });
  return wrong ?? request;
}
export const typed: ViewerRequestHandler = handler;
// @ts-expect-error a handler returns something
export const missing: ViewerRequestHandler = (event) => { event.request.uri = "/"; };
`;

const viewerResponse = `import type { Connection, ConnectionHandler, ViewerResponseEvent, ViewerResponseHandler } from "footlight/types/2.0";

export const handler: ViewerResponseHandler = (event: ViewerResponseEvent) => {
  const response = event.response;
  response.headers["x-id"] = { value: event.context.requestId };
  response.cookies["a"] = { value: "1", attributes: "Path=/" };
  response.statusCode = 404;
  response.body = { encoding: "text", data: event.request.uri };
  // @ts-expect-error the request may be read only
  event.request.uri = "/";
  // @ts-expect-error a body is text or base64
  response.body = { encoding: "utf8", data: "" };
  // @ts-expect-error this is a viewer's response
  if (event.context.eventType === "viewer-request") return response;
  return response;
};
// @ts-expect-error a request is no answer
export const wrong: ViewerResponseHandler = (event) => event.request;
export const connected: ConnectionHandler = (connection: Connection) => {
  if (connection.clientCertificate?.certificates.leaf.issuer === "CN=a") connection.allow();
};
`;

const ofRuntime10 = `import type { ViewerRequestEvent, ViewerRequestHandler } from "footlight/types/1.0";

export const handler: ViewerRequestHandler = function (event: ViewerRequestEvent) {
  event.request.uri += "/";
  // @ts-expect-error 1.0 has no such method
  event.request.rawQueryString();
  return event.request;
};
// @ts-expect-error and no promises
export const later: ViewerRequestHandler = async function (event: ViewerRequestEvent) { return event.request; };
`;
