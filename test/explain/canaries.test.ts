/** No secret is told: values that stand for secrets are planted wherever a request has some, and looked for in all that is kept or told. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const run = promisify(execFile);
const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

/** Each is another, so that a leak says where from. */
const planted = {
  cookie: "canary-cookie-7f3a",
  quoted: "canary-quoted-19bc",
  encoded: "canary%2Dencoded%2Dcookie",
  bearer: "canary-bearer-token-55",
  password: "canary-password-81",
  apiKey: "canary-api-key-d02e",
  securityToken: "canary-security-token-4e",
  signature: "canary-signature-c0ffee",
  policy: "canary-policy-eyJTdGF0",
  keyPair: "CANARYKEYPAIR1",
  amzSignature: "canary-amz-signature-9",
  queryToken: "canary-query-token-2b",
  refererToken: "canary-referer-token-6d",
  originCookie: "canary-origin-cookie-aa",
  functionCookie: "canary-function-cookie-bb",
  locationToken: "canary-location-token-cc",
} as const;

/** Puts what it is given where nothing masks it by a name: logs, headers, the path, and its error's message. */
const source = `function handler(event) {
  var request = event.request;
  console.log(JSON.stringify(event));
  console.log('cookie ' + request.cookies.session.value + ' ' + request.headers.authorization.value);
  if (request.uri === '/fails') throw new Error('no such ' + request.cookies.session.value);
  if (request.uri === '/answers') return {
    statusCode: 302, statusDescription: 'Found',
    headers: { location: { value: '/b?token=${planted.locationToken}' }, 'x-user': request.headers.authorization },
    cookies: { made: { value: '${planted.functionCookie}', attributes: 'Secure' } }
  };
  request.headers['x-user'] = { value: request.cookies.session.value };
  request.querystring.copy = request.querystring['token'];
  request.cookies.made = { value: '${planted.functionCookie}' };
  request.uri = '/users/' + request.cookies.session.value;
  return request;
}`;

test("no secret of a request is in the store, in the API's answers or in what the command prints", async (t) => {
  const origin = await startTestOrigin((_, response) => {
    response.setHeader("set-cookie", [`sid=${planted.originCookie}; Path=/`, "theme=dark"]);
    response.end("body");
  });
  const node = await startTestNode({ args: ["--traces", "on"] });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { host } = await createLiveFunction(node.client, {
    ...{ name: "leaks", source, originPort: origin.port },
  });
  const query = [
    ...[`Signature=${planted.signature}`, `Policy=${planted.policy}`],
    ...[`Key-Pair-Id=${planted.keyPair}`, `X-Amz-Signature=${planted.amzSignature}`],
    ...[`token=${planted.queryToken}`, "plain=told"],
  ].join("&");
  const headers = {
    cookie: `session=${planted.cookie}; q="${planted.quoted}"; e=${planted.encoded}`,
    authorization: `Bearer ${planted.bearer}`,
    "proxy-authorization": `Basic ${Buffer.from(`me:${planted.password}`).toString("base64")}`,
    "x-api-key": planted.apiKey,
    "x-amz-security-token": planted.securityToken,
    "x-copy": `it is ${planted.password} and ${planted.apiKey}`,
    referer: `https://www.example.com/?access_token=${planted.refererToken}`,
  };
  const ids: string[] = [];
  for (const path of ["/goes-on", "/fails", "/answers"]) {
    const { headers: answered } = await view(node.edge, host, `${path}?${query}`, { headers });
    ids.push(String(answered["x-amz-cf-id"]));
  }
  // Refused at a door: there is no such distribution, and no such message.
  await view(node.edge, "nobody.example.com", `/x?${query}`, { headers });

  const told: Record<string, string> = {};
  const list = await fetch(`${node.api}/footlight/v1/traces?limit=100`);
  told["the list"] = await list.text();
  assert.match(told["the list"], /"\/goes-on"/);
  for (const id of ids) {
    const answer = await fetch(`${node.api}/footlight/v1/trace?id=${encodeURIComponent(id)}`);
    told[`the API, ${id}`] = await answer.text();
    const printed = await run(process.execPath, [bin, "explain", "--api", node.api, "--id", id]);
    told[`the command, ${id}`] = printed.stdout;
    assert.match(printed.stdout, /function leaks\n {2}viewer-request, LIVE with ETag/);
    assert.match(printed.stdout, /plain=told/);
  }
  await node.stop();
  for (const name of readdirSync(node.dataFolder).filter((file) => file.startsWith("traces.db"))) {
    told[`the file ${name}`] = readFileSync(join(node.dataFolder, name), "latin1");
  }
  const all = Object.values(planted).flatMap((value) => [
    ...[value, decodeURIComponent(value), encodeURIComponent(value)],
    ...[Buffer.from(value).toString("base64"), Buffer.from(value).toString("hex")],
  ]);
  for (const [where, text] of Object.entries(told)) {
    for (const value of all) assert.ok(!text.includes(value), `${where} has ${value}`);
  }
  assert.ok(Object.keys(told).some((where) => where.includes("traces.db")));
});
