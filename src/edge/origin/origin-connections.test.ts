import assert from "node:assert/strict";
import { test } from "node:test";
import { originSettings } from "../deployment/origin-settings.ts";
import { createOriginConnections } from "./origin-connections.ts";

const place = (host: string) => ({
  origin: originSettings({ Id: "origin", DomainName: host }),
  scheme: "http" as const,
  serverName: "",
});

test("no more than a thousand origins' pools are kept, and the oldest is closed first", async (t) => {
  const connections = createOriginConnections([]);
  t.after(() => connections.close());
  const oldest = connections.poolFor(place("one.example.com"), true);
  for (let count = 1; count < 1000; count += 1) {
    connections.poolFor(place(`${count}.example.com`), true);
  }
  assert.equal(connections.poolFor(place("one.example.com"), true), oldest);
  const second = connections.poolFor(place("1.example.com"), true);
  connections.poolFor(place("new.example.com"), true);
  assert.equal(oldest.closed, true);
  assert.notEqual(connections.poolFor(place("one.example.com"), true), oldest);
  assert.equal(second.closed, true);
  assert.equal(connections.poolFor(place("new.example.com"), true).closed, false);
});
