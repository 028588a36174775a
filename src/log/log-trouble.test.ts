import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogTroubleKind } from "./log-failure.ts";
import { findTrouble } from "./log-trouble.ts";

interface Written {
  readonly id?: string;
  readonly first?: number;
  readonly hole?: number;
  /** The hash of each entry from the first revision on. */
  readonly hashes: string;
}

function asked({
  id = "log",
  first = 1,
  hole,
  hashes,
}: Written): Parameters<typeof findTrouble>[0] {
  return {
    id,
    lastRevision: async () => first - 1 + hashes.length,
    firstRevision: async () => first,
    findHash: async (revision) => hashes[revision - first],
    findFirstAfterHole: async () => hole,
  };
}

function known(hashes: string, first: number = 1, id?: string): Parameters<typeof findTrouble>[1] {
  const revision = first - 1 + hashes.length;
  return {
    id: id ?? "log",
    position: { revision, hash: hashes.at(-1) ?? "" },
    findHash: async (one) => hashes[one - first],
  };
}

const rows: readonly [
  what: string,
  log: Written,
  ours: ReturnType<typeof known>,
  kind: LogTroubleKind | undefined,
  says?: RegExp,
][] = [
  ["the same", { hashes: "abc" }, known("abc"), undefined],
  ["longer", { hashes: "abcde" }, known("abc"), undefined],
  ["a copy elsewhere, as far", { id: "new", hashes: "abcd" }, known("abc"), undefined],
  ["nothing known yet", { id: "new", hashes: "abcd" }, known(""), undefined],
  ["shorter", { hashes: "ab" }, known("abcd"), "behind", /ends at revision 2, .* has revision 4/],
  ["cut off wholly", { hashes: "" }, known("abcd"), "behind", /ends at revision 0/],
  [
    "made anew, empty",
    { id: "new", hashes: "" },
    known("abcd"),
    "remade",
    /made anew, empty.*repair/,
  ],
  [
    "made anew",
    { id: "new", hashes: "xyzxyz" },
    known("abc"),
    "remade",
    /from revision 1 on.*Decide/,
  ],
  ["went on otherwise", { hashes: "abxyz" }, known("abcd"), "diverged", /from revision 3 on/],
  ["otherwise, and shorter", { hashes: "abx" }, known("abcd"), "diverged", /from revision 3 on/],
  [
    "other, as far as is kept",
    { hashes: "xyzz" },
    known("cd", 3),
    "diverged",
    /at revision 3 or before/,
  ],
  ["purged", { hashes: "abcd", hole: 4 }, known("abc"), "purged", /before revision 4.*repair/],
  ["purged wholly", { hashes: "abcd", hole: 5 }, known("abcd"), "purged", /all entries up to 4/],
  ["dropped", { first: 5, hashes: "ef" }, known("abc"), undefined],
  ["begins right after", { id: "new", first: 4, hashes: "de" }, known("abc"), undefined],
  [
    "begins later elsewhere",
    { id: "new", first: 5, hashes: "ef" },
    known("abc"),
    "dropped",
    /Decide/,
  ],
];

for (const [what, log, ours, kind, says] of rows) {
  test(`findTrouble() tells a log that is: ${what}`, async () => {
    const trouble = await findTrouble(asked(log), ours);
    assert.equal(trouble?.kind, kind);
    if (says !== undefined) assert.match(trouble?.says ?? "", says);
  });
}
