import assert from "node:assert/strict";
import { createPublicKey, sign } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../../test/support/tried.ts";
import { ecKey, rsaKey } from "../../../../test/support/signing-keys.ts";
import { SignedAccess, type SignedRequest } from "./signed-access.ts";

const ec = ecKey("K1");
const rsa = rsaKey("K2");
const keys = new Map([ec, rsa].map(({ id, publicKey }) => [id, createPublicKey(publicKey)]));
const trust = { groups: [keys], signers: [] };
const now = new Date("2026-01-02T03:04:05.000Z");
const access = new SignedAccess(new Map(), () => now);
const asked: SignedRequest = {
  scheme: "http",
  hostHeader: "example.com:8080",
  path: "/a",
  querystring: undefined,
  headers: [],
  ip: "192.0.2.1",
  isWebSocket: false,
};

const mapped = (bytes: Buffer): string =>
  bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "~").replaceAll("=", "_");

/** @returns the query string of a canned policy that was signed for a URL */
function signedFor(url: string): string {
  const policy = `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":1900000000}}}]}`;
  const signature = sign("sha1", Buffer.from(policy), ec.privateKey);
  return `Expires=1900000000&Signature=${mapped(signature)}&Key-Pair-Id=K1`;
}

const spellings: readonly (readonly [
  url: string,
  request: Partial<SignedRequest>,
  isTaken: boolean,
])[] = [
  ["http://example.com:8080/a", {}, true],
  ["http://example.com/a", {}, true],
  ["https://example.com:8080/a", {}, false],
  ["https://example.com:8080/a", { scheme: "https" }, true],
  ["ws://example.com:8080/a", {}, false],
  ["ws://example.com:8080/a", { isWebSocket: true }, true],
  ["wss://example.com/a", { isWebSocket: true, scheme: "https" }, true],
  ["http://example.com/a", { hostHeader: "example.com" }, true],
  ["http://example.com:8080/a", { hostHeader: "example.com" }, false],
  ["http://[::1]/a", { hostHeader: "[::1]:8080" }, true],
  ["http://[::1]:8080/a", { hostHeader: "[::1]:8080" }, true],
  ["http://[:/a", { hostHeader: "[::1]" }, false],
];

for (const [url, request, isTaken] of spellings) {
  test(`refuse() ${isTaken ? "takes" : "refuses"} ${url} for ${JSON.stringify(request)}`, () => {
    const viewer = { ...asked, querystring: signedFor(url), ...request };
    assert.equal(access.refuse(trust, viewer)?.code, isTaken ? undefined : "AccessDenied");
  });
}

test("refuse() asks the time for a policy that it knows", () => {
  let at = now;
  const clocked = new SignedAccess(new Map(), () => at);
  const policy = Buffer.from(
    `{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":${now.getTime() / 1000 + 10}}}}]}`,
  );
  const signature = mapped(sign("sha256", policy, rsa.privateKey));
  const querystring = `Policy=${mapped(policy)}&Signature=${signature}&Key-Pair-Id=K2&Hash-Algorithm=SHA256`;
  const viewer = { ...asked, querystring };
  assert.equal(clocked.refuse(trust, viewer), undefined);
  assert.equal(clocked.refuse(trust, viewer), undefined);
  at = new Date(now.getTime() + 10_000);
  assert.equal(clocked.refuse(trust, viewer)?.code, "AccessDenied");
  // What is remembered is remembered for all that was sent.
  at = now;
  const otherHash = querystring.replace("SHA256", "SHA1");
  assert.equal(clocked.refuse(trust, { ...asked, querystring: otherHash })?.code, "AccessDenied");
  const otherKey = querystring.replace("K2", "K1");
  assert.equal(clocked.refuse(trust, { ...asked, querystring: otherKey })?.code, "AccessDenied");
});

test("refuse() lets nothing in that nobody signed, and never throws", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40, unit: "binary-ascii" }),
    fc.constantFrom("K1", "K2", "SHA1", "SHA256", "1900000000", "__proto__", "%", "%ff", "e30_"),
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => mapped(Buffer.from(bytes))),
    fc.json().map((json) => mapped(Buffer.from(json))),
    fc.json().map((json) => mapped(Buffer.from(`{"Statement":[{"Condition":${json}}]}`))),
  );
  const name = fc.constantFrom(
    ...["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm", "a", ""],
  );
  const pairs = fc.array(fc.tuple(name, text), { maxLength: 8 });
  fc.assert(
    fc.property(pairs, pairs, fc.constantFrom("K1", "K2", ""), (query, cookies, id) => {
      const parameters = [...query, ["Key-Pair-Id", id] as const];
      const querystring = parameters.map((pair) => pair.join("=")).join("&");
      const headers = ["Cookie", cookies.map((pair) => `CloudFront-${pair.join("=")}`).join("; ")];
      for (const viewer of [{ querystring }, { headers }, { querystring, headers }]) {
        assert.notEqual(access.refuse(trust, { ...asked, ...viewer })?.code, undefined);
      }
    }),
    tried(300),
  );
});
