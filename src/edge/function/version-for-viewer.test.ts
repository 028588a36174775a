/** Who gets which version while waves are on: of random plans, groups, addresses and cookies. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { publishedOnce, type Published } from "../../model/function-versions.ts";
import { sharesIn, waveShare, type WavePlan, type WaveStep } from "../../model/function-waves.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { chooseVersion } from "./choose-version.ts";
import { versionForViewer } from "./version-for-viewer.ts";

const copies = [1, 2].map((version) => ({
  ...{ config: { Comment: "", Runtime: "cloudfront-js-2.0" as const }, code: "", version },
  ...{
    createdTime: "2026-01-01T00:00:00.000Z",
    lastModifiedTime: `2026-01-0${version}T00:00:00.000Z`,
  },
}));
const once = publishedOnce({ name: "fn", development: copies[0]! }, copies[0]!).published!;
const token = "correct-horse-battery";

/** @returns how the function stands while a step of the plan is on */
function published(steps: readonly WaveStep[], step: number): Published {
  const plan: WavePlan = {
    ...{ steps, gates: [], minRequests: 0, whenFew: "wait", cookieKey: "a2V5" },
    tokenHash: hash("sha256", token, "hex"),
  };
  const waves = { plan, version: 2, step, stepRevision: step, revision: step, stepAt: "" };
  const versions = copies.map((copy, index) => ({ number: index + 1, copy }));
  const all = { ...once, versions, settled: 1, waves };
  return { ...all, shares: sharesIn(all, "nobody") };
}

function choose(
  now: Published,
  {
    ip,
    headers = [],
    group = "default",
    cookies = false,
  }: {
    readonly ip: string;
    readonly headers?: readonly string[];
    readonly group?: string;
    readonly cookies?: boolean;
  },
) {
  const setsCookies: string[] = [];
  const request = { ip, headers, scheme: "http" } as unknown as ViewerRequest;
  const { share, waves } = versionForViewer(
    "fn",
    now,
    { request, setsCookies },
    { group, cookies },
  );
  return { version: share.version, setsCookies, isCounted: waves !== undefined };
}

const groups = ["a", "b", "default"] as const;
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const stepOf = fc.record({
  share: fc.double({ min: 0.001, max: 1, noNaN: true }),
  groups: fc.option(fc.uniqueArray(fc.constantFrom(...groups), { minLength: 1 })),
});
const steps = fc
  .array(stepOf, { minLength: 1, maxLength: 6 })
  .map((all) =>
    all.map(({ share, groups: named }): WaveStep =>
      named === null ? { share } : { share, groups: named },
    ),
  );

test("nobody gets the new version where it has no share, all do where it has all, and who had it keeps it", () => {
  fc.assert(
    fc.property(steps, address, fc.constantFrom(...groups), (plan, ip, group) => {
      let had = 1;
      for (const step of plan.keys()) {
        const now = published(plan, step);
        const { version } = choose(now, { ip, group });
        const share = waveShare(now.waves!, group);
        if (share === 0) assert.equal(version, 1);
        if (share === 1) assert.equal(version, 2);
        assert.ok(version >= had, "who has the new version keeps it");
        // Within a step, on any worker, the same again.
        assert.equal(choose(published(plan, step), { ip, group }).version, version);
        had = version;
      }
    }),
    tried(1000),
  );
});

test("a step's share is what it says, at the edges of each group", () => {
  const parts: WaveStep[] = [{ share: 0.2 }, { share: 0.5, groups: ["a"] }, { share: 0.3 }];
  fc.assert(
    fc.property(fc.array(address, { minLength: 4000, maxLength: 4000 }), (ips) => {
      const different = [...new Set(ips)];
      const now = published(parts, 2);
      for (const [group, share] of [
        ["a", 0.5],
        ["b", 0.3],
      ] as const) {
        const found = different.filter((ip) => choose(now, { ip, group }).version === 2).length;
        assert.ok(Math.abs(found / different.length - share) < 0.04, `${group}: ${found}`);
      }
    }),
    { seed: 59, numRuns: 5 },
  );
});

test("a cookie says what its first address would have, and one that is changed says nothing", () => {
  fc.assert(
    fc.property(address, address, (first, later) => {
      const now = published([{ share: 0.5 }], 0);
      const begun = choose(now, { ip: first, cookies: true });
      assert.equal(begun.version, chooseVersion("fn", now, first).version);
      const [pair = ""] = begun.setsCookies[0]!.split(";");
      const again = choose(now, { ip: later, headers: ["Cookie", `x=y; ${pair}`], cookies: true });
      assert.deepEqual([again.version, again.setsCookies], [begun.version, []]);
      const own = choose(now, { ip: later });
      assert.deepEqual(own.setsCookies, [], "where the operator allows none");
      const [name = "", value = ""] = pair.split("=");
      const other = `${name}=${Buffer.from(later).toString("base64url")}.${value.split(".")[1]}`;
      if (later !== first) {
        const forged = choose(now, { ip: later, headers: ["Cookie", other], cookies: true });
        assert.deepEqual([forged.version, forged.setsCookies.length], [own.version, 1]);
      }
    }),
    tried(500),
  );
});

test("a header chooses with the right token, and what it chose is not counted", () => {
  const now = published([{ share: 0.5 }], 0);
  const ip = "192.0.2.1";
  const own = choose(now, { ip });
  const by = (value: string) => choose(now, { ip, headers: ["X-Footlight-Version", value] });
  for (const version of [1, 2]) {
    assert.deepEqual(by(`${version} ${token}`), { version, setsCookies: [], isCounted: false });
  }
  for (const value of ["2", `2 ${token}x`, `2 ${token.slice(1)}`, `3 ${token}`, token, ""]) {
    assert.deepEqual(by(value), own);
  }
});
