import assert from "node:assert/strict";
import { test } from "node:test";
import { combinedValue } from "../base/header-lines.ts";
import { parseCacheControl } from "./cache-control.ts";
import type { NotStored } from "./outcome.ts";
import { whyNotStorable } from "./storable.ts";

interface Exchange {
  readonly method?: string;
  readonly asked?: string[];
  readonly status?: number;
  readonly told?: string[];
}

const fresh = ["Cache-Control", "max-age=60"];
const authorized = ["Authorization", "Basic eA=="];
const control = (value: string) => ["Cache-Control", value];

const rows: [exchange: Exchange, reason: NotStored | undefined][] = [
  [{}, undefined],
  [{ told: fresh }, undefined],
  [{ method: "HEAD" }, undefined],
  [{ method: "POST", told: fresh }, "method"],
  [{ method: "PUT" }, "method"],
  [{ method: "OPTIONS", told: fresh }, "method"],
  [{ method: "get" }, "method"],

  [{ status: 100, told: fresh }, "status"],
  [{ status: 304, told: fresh }, "status"],
  [{ status: 412, told: fresh }, "status"],
  [{ status: 416, told: fresh }, "status"],
  [{ status: 206 }, undefined],
  [{ status: 404 }, undefined],
  [{ status: 201 }, "status"],
  [{ status: 302 }, "status"],
  [{ status: 403 }, "status"],
  [{ status: 500 }, "status"],
  [{ status: 599 }, "status"],
  [{ status: 302, told: fresh }, undefined],
  [{ status: 500, told: control("s-maxage=1") }, undefined],
  [{ status: 599, told: control("public") }, undefined],
  [{ status: 599, told: ["Expires", "0"] }, undefined],
  [{ status: 599, told: control("max-age=60, must-understand") }, "status"],

  [{ told: control("no-store") }, "no-store"],
  [{ told: control("max-age=60, no-store") }, "no-store"],
  [{ told: control("no-store, must-understand") }, undefined],
  [{ status: 599, told: control("max-age=60, no-store, must-understand") }, "status"],
  [{ asked: control("no-store"), told: fresh }, "no-store"],
  [{ asked: control("no-store"), told: control("no-store, must-understand") }, "no-store"],
  [{ asked: control("no-cache"), told: fresh }, undefined],
  [{ told: control("no-cache") }, undefined],

  [{ told: control("private, max-age=60") }, "private"],
  [{ told: control('private="set-cookie", max-age=60') }, undefined],

  [{ asked: authorized, told: fresh }, "authorization"],
  [{ asked: authorized, told: ["Expires", "Thu, 01 Jan 2099 00:00:00 GMT"] }, "authorization"],
  [{ asked: authorized, told: control("max-age=60, public") }, undefined],
  [{ asked: authorized, told: control("s-maxage=60") }, undefined],
  [{ asked: authorized, told: control("max-age=60, must-revalidate") }, undefined],
  [{ asked: authorized, told: control("max-age=60, proxy-revalidate") }, "authorization"],
];
for (const [exchange, reason] of rows) {
  const { method = "GET", asked = [], status = 200, told = [] } = exchange;
  const title = [method, ...asked, "and", status, ...told].join(" ");
  test(`whyNotStorable() is ${reason} for ${title}`, () => {
    const directives = parseCacheControl(combinedValue(told, "cache-control"));
    const response = { status, headers: told, directives };
    assert.equal(whyNotStorable({ method, headers: asked }, response), reason);
  });
}
