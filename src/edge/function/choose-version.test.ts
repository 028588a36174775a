import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import type { Published, ServedShare } from "../../model/function-versions.ts";
import { chooseVersion, keptApart } from "./choose-version.ts";

type Serving = Pick<Published, "shares" | "settled">;

const published = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();

/** @param shares by version; the first that is named is settled */
function serving(...shares: readonly (readonly [version: number, share: number])[]): Serving {
  const served = shares.map(([version, share]): ServedShare => {
    const lastModifiedTime = published(version);
    const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
    const copy = { config, code: "", version, createdTime: published(1), lastModifiedTime };
    return { version, share, copy };
  });
  return { shares: served.sort((a, b) => b.version - a.version), settled: shares[0]![0] };
}

const address = fc.oneof(fc.ipV4(), fc.ipV6());
/** Enough of them that a share is off by less than a hundredth in all but one run of ten thousand. */
const addresses = fc.array(address, { minLength: 4000, maxLength: 4000 });
const seeded = { seed: 58, numRuns: 10 };

test("one version serves everybody", () => {
  fc.assert(
    fc.property(address, (ip) => {
      assert.equal(chooseVersion("fn", serving([4, 1]), ip).version, 4);
    }),
    tried(),
  );
});

test("of random addresses, each version gets its share", () => {
  const parts = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(parts, addresses, (weights, ips) => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const shares = serving(...weights.map((weight, index) => [index + 1, weight / sum] as const));
      const counts = new Map<number, number>();
      for (const ip of new Set(ips)) {
        const { version } = chooseVersion("fn", shares, ip);
        counts.set(version, (counts.get(version) ?? 0) + 1);
      }
      for (const { version, share } of shares.shares) {
        const found = (counts.get(version) ?? 0) / new Set(ips).size;
        assert.ok(Math.abs(found - share) < 0.04, `version ${version}: ${found} of ${share}`);
      }
    }),
    seeded,
  );
});

test("who has the new version keeps it when its share grows, and gets it first when it comes back", () => {
  const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(share, share, address, (a, b, ip) => {
      const [small, large] = a < b ? [a, b] : [b, a];
      const chosenAt = (part: number) =>
        chooseVersion("fn", serving([1, 1 - part], [2, part]), ip).version;
      if (chosenAt(small) === 2) assert.equal(chosenAt(large), 2);
    }),
    tried(2000),
  );
});

test("what a version has of one function says nothing of another function, or of another publish", () => {
  fc.assert(
    fc.property(addresses, (ips) => {
      const different = [...new Set(ips)];
      const half = serving([1, 0.5], [2, 0.5]);
      const next = serving([2, 0.5], [3, 0.5]);
      const both = (chooses: (ip: string) => boolean): number =>
        different.filter((ip) => chooseVersion("one", half, ip).version === 2 && chooses(ip))
          .length / different.length;
      const other = both((ip) => chooseVersion("two", half, ip).version === 2);
      assert.ok(Math.abs(other - 0.25) < 0.04, `${other}`);
      const later = both((ip) => chooseVersion("one", next, ip).version === 3);
      assert.ok(Math.abs(later - 0.25) < 0.04, `${later}`);
    }),
    seeded,
  );
});

test("the choice is what it was: every worker and every edge must agree, of whatever release", () => {
  const chosen = ["192.0.2.1", "192.0.2.7", "198.51.100.23", "2001:db8::1", "203.0.113.9"].map(
    (ip) => chooseVersion("fn", serving([1, 0.5], [2, 0.5]), ip).version,
  );
  assert.deepEqual(chosen, [1, 1, 1, 2, 2]);
});

test("a cache is kept apart for new versions alone, and only while there are several", () => {
  const several = serving([2, 0.9], [3, 0.1]);
  const [newest, old] = several.shares;
  const mark = `fn:3 ${published(3)}`;
  assert.deepEqual(keptApart("fn", several, newest!), { own: mark, all: [mark, ""] });
  assert.deepEqual(keptApart("fn", several, old!), { own: "", all: [mark, ""] });
  const alone = serving([3, 1]);
  assert.deepEqual(keptApart("fn", alone, alone.shares[0]!), { own: "", all: [""] });
});
