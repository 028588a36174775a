import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { FolderWatch } from "./folder-watch.ts";

interface Watched {
  readonly folder: string;
  /** Does something, and waits until a path that ends so is told. */
  readonly toldAfter: (act: () => void, end: string) => Promise<void>;
  readonly times: () => number;
}

/** @param lookMs how often it is looked at all there is, whatever the system tells */
async function watching(use: (watched: Watched) => Promise<void>, lookMs?: number): Promise<void> {
  const folder = join(temporaryFolder(), "site");
  mkdirSync(join(folder, "sub"), { recursive: true });
  writeFileSync(join(folder, "fn.js"), "1");
  const told: string[] = [];
  let times = 0;
  let hear = (): void => {};
  const hearOf = (paths: readonly string[]): void => {
    times += 1;
    told.push(...paths);
    hear();
  };
  const watch = new FolderWatch(hearOf, () => false, lookMs);
  watch.watch([folder]);
  const toldAfter = async (act: () => void, end: string): Promise<void> => {
    told.length = 0;
    act();
    while (!told.some((path) => path.endsWith(end))) {
      await new Promise<void>((resolve) => {
        hear = resolve;
      });
    }
  };
  try {
    await use({ folder, toldAfter, times: () => times });
  } finally {
    watch.close();
  }
}

test("a file that is written in place, or moved into its place, is told", async () => {
  await watching(async ({ folder, toldAfter }) => {
    const file = join(folder, "fn.js");
    await toldAfter(() => writeFileSync(file, "2"), "fn.js");
    await toldAfter(() => {
      writeFileSync(`${file}~`, "3");
      renameSync(`${file}~`, file);
    }, "fn.js");
    await toldAfter(() => rmSync(file), "fn.js");
    await toldAfter(() => writeFileSync(file, "4"), "fn.js");
  });
});

test("a link that leads to itself, and one that leads nowhere, are files that change like others", async () => {
  await watching(async ({ folder, toldAfter }) => {
    await toldAfter(() => symlinkSync("circle.js", join(folder, "circle.js")), "circle.js");
    await toldAfter(() => symlinkSync("nothing.js", join(folder, "nowhere.js")), "nowhere.js");
    await toldAfter(() => writeFileSync(join(folder, "fn.js"), "2"), "fn.js");
  });
});

test("many files at once are told together", async () => {
  await watching(async ({ folder, toldAfter, times }) => {
    await toldAfter(() => {
      for (let index = 0; index < 200; index += 1) writeFileSync(join(folder, `${index}.js`), "x");
    }, "199.js");
    assert.ok(times() < 20, `${times()} times`);
  });
});

test("a folder that comes, is renamed, or goes is told, and what is saved in it from then on", async () => {
  await watching(async ({ folder, toldAfter }) => {
    const [sub, other] = [join(folder, "sub"), join(folder, "other")];
    await toldAfter(() => writeFileSync(join(sub, "a.js"), "1"), "a.js");
    await toldAfter(() => renameSync(sub, other), "other");
    await toldAfter(() => writeFileSync(join(other, "a.js"), "2"), "a.js");
    await toldAfter(() => mkdirSync(join(folder, "new/deep"), { recursive: true }), "new");
    await toldAfter(() => writeFileSync(join(folder, "new/deep/b.js"), "2"), "b.js");
    await toldAfter(() => rmSync(other, { recursive: true }), "other");
  });
});

test("a root that is moved away, and back, is followed again", async () => {
  await watching(async ({ folder, toldAfter }) => {
    await toldAfter(() => renameSync(folder, `${folder}-away`), "site");
    await toldAfter(() => {
      renameSync(`${folder}-away`, folder);
      writeFileSync(join(folder, "fn.js"), "22");
    }, "");
    await toldAfter(() => writeFileSync(join(folder, "fn.js"), "333"), "fn.js");
  });
});

test("a folder that is removed and made again is watched as before, though it has the same number", async () => {
  await watching(async ({ folder, toldAfter }) => {
    const sub = join(folder, "sub");
    for (let count = 0; count < 5; count += 1) {
      await toldAfter(() => {
        rmSync(sub, { recursive: true });
        mkdirSync(sub);
      }, "sub");
      // Nobody waits for the next look: it is told by the system, or not at all.
      await toldAfter(() => writeFileSync(join(sub, `${count}.js`), "1"), `${count}.js`);
    }
  }, 600_000);
});

test("node_modules, hidden files and what is skipped are not told of", async () => {
  await watching(async ({ folder, toldAfter }) => {
    mkdirSync(join(folder, "node_modules/x"), { recursive: true });
    writeFileSync(join(folder, "node_modules/x/i.js"), "1");
    let isTold = false;
    const silent = toldAfter(() => writeFileSync(join(folder, ".fn.js.swp"), "1"), ".swp").then(
      () => {
        isTold = true;
      },
    );
    await toldAfter(() => writeFileSync(join(folder, "fn.js"), "2"), "fn.js");
    assert.equal(isTold, false);
    void silent;
  });
});
