import assert from "node:assert/strict";
import { test } from "node:test";
import { lookUpInCache } from "./cache-calls.ts";

for (const url of ["", "ftp://x/y", "mailto:a@b.example", "http:/a", "http://", "a b", "x:port/"]) {
  test(`lookUpInCache() says that "${url}" is no URL of an object`, async () => {
    const query = `url=${encodeURIComponent(url)}`;
    await assert.rejects(lookUpInCache(query, undefined), /url must be the URL of an object/);
  });
}

for (const url of ["http://a.example", "https://a.example:8080/b?c#d", "a.example/b"]) {
  test(`lookUpInCache() takes ${url}`, async () => {
    const query = `url=${encodeURIComponent(url)}`;
    await assert.rejects(lookUpInCache(query, undefined), /This node serves no viewers/);
  });
}
