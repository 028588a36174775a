import assert from "node:assert/strict";
import { test } from "node:test";
import { verifySignature } from "../../../src/wire/signature/verify-signature.ts";
import { readSignature } from "../../../src/wire/signature/read-signature.ts";
import { encodeQuery } from "../base/percent-encode.ts";
import { importSecret, signRequest } from "./sign-request.ts";

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

async function isTaken(path: string, search: string, body: string, method = "GET") {
  const host = "127.0.0.1:4580";
  const key = { accessKeyId: "AKIAEXAMPLE", key: await importSecret(secret), sessionToken: "t+/=" };
  const headers = { accept: "application/json", "if-match": "E1" };
  const sent = await signRequest({ method, host, path, search, headers, body }, key);
  const request = {
    ...{ method, path, query: search, headers: { ...sent, host }, sourceIp: "127.0.0.1" },
    body: Buffer.from(body),
  };
  return verifySignature(request, readSignature(request), secret);
}

test("signRequest() makes what the node takes", async () => {
  assert.equal(await isTaken("/2020-05-31/function", "", ""), true);
  assert.equal(await isTaken("/2020-05-31/function/a", "", '{"a":"ü"}', "PUT"), true);
});

test("signRequest() signs paths with encoded parts, and queries in order", async () => {
  const arn = encodeURIComponent("arn:aws:cloudfront::000000000000:key-value-store/1*(a)");
  assert.equal(await isTaken(`/key-value-stores/${arn}/keys`, "", ""), true);
  const search = encodeQuery({ "a-b": "2", a: "1 !'()*", z: undefined, b: "ü" });
  assert.equal(search, "a=1%20%21%27%28%29%2A&a-b=2&b=%C3%BC");
  assert.equal(await isTaken("/footlight/v1/changes", search, ""), true);
});

test("importSecret() makes a key that nobody can read again", async () => {
  const key = await importSecret(secret);
  assert.equal(key.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", key));
});
