import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { readEventFile } from "./event-file.ts";
import { eventFilesIn, findFunctions, keysFileOf } from "./find-events.ts";

const handler = "function handler(event) { return event.request; }";

/** @returns what is found in a folder with these files, as paths from there */
function found(
  files: readonly string[],
  paths: readonly string[] = ["."],
): Record<string, string[]> {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file.includes("other") ? "" : handler);
  }
  const inside = (file: string): string => relative(folder, file);
  const functions = findFunctions(paths.map((path) => join(folder, path)));
  return Object.fromEntries(
    functions.map(({ file, events }) => [inside(file), events.map(inside)]),
  );
}

test("A function's events are in NAME.events beside it", () => {
  const files = ["a.js", "a.events/2.json", "a.events/1.json", "b.js", "b.events/1.json", "c.js"];
  assert.deepEqual(found(files), {
    "a.js": ["a.events/1.json", "a.events/2.json"],
    "b.js": ["b.events/1.json"],
    "c.js": [],
  });
});

test("In a folder with one function they may be in events, at any depth", () => {
  const files = [
    "sites/one/fn.js",
    "sites/one/events/a.json",
    "sites/one/fn.test.js",
    "sites/one/other.js",
    "sites/two/fn.js",
    "sites/two/events/b.json",
    "node_modules/x/fn.js",
  ];
  const expected = {
    "sites/one/fn.js": ["sites/one/events/a.json"],
    "sites/two/fn.js": ["sites/two/events/b.json"],
  };
  assert.deepEqual(found(files), expected);
  assert.deepEqual(found(files, ["sites/two", "sites/one/fn.js"]), expected);
});

test("An event behind a function is that one's, wherever it is", () => {
  const files = ["fn.js", "fn.events/own.json", "elsewhere/a.json", "elsewhere/b.json"];
  assert.deepEqual(found(files, ["fn.js", "elsewhere/a.json", "elsewhere/b.json"]), {
    "fn.js": ["elsewhere/a.json", "elsewhere/b.json"],
  });
  assert.deepEqual(found(files, ["fn.events/own.json"]), { "fn.js": ["fn.events/own.json"] });
});

test("Expectations and keys.json are no events", () => {
  const files = ["a.js", "events/1.json", "events/1.expect.json", "events/keys.json"];
  assert.deepEqual(found(files), { "a.js": ["events/1.json"] });
  const folder = temporaryFolder();
  writeFileSync(join(folder, "1.json"), "{}");
  assert.equal(keysFileOf(join(folder, "1.json")), undefined);
  writeFileSync(join(folder, "keys.json"), "{}");
  assert.equal(keysFileOf(join(folder, "1.json")), join(folder, "keys.json"));
  assert.deepEqual(eventFilesIn(folder), [join(folder, "1.json")]);
});

const wrong: readonly (readonly [files: readonly string[], paths: readonly string[], RegExp])[] = [
  [["a.js", "b.js", "events/1.json"], ["."], /could be of a\.js or b\.js: .* like a\.events/],
  [["a.js", "b.js", "events/1.json"], ["events/1.json"], /could be of a\.js or b\.js/],
  [["other.js", "events/1.json"], ["."], /is of no function: .*Name the function before it/],
  [["a.events/1.json"], ["."], /a\.events has the events of .*a\.js, which is not there/],
  [["a.js", "events/1.expect.json"], ["."], /is expected of 1\.json, which is not there/],
  [["a.js"], ["nothing"], /nothing cannot be read/],
];
for (const [files, paths, message] of wrong) {
  test(`${paths[0]} of ${files.join(", ")} is refused with ${message}`, () => {
    assert.throws(() => found(files, paths), message);
  });
}

test("A function may be TypeScript, and the JavaScript beside it is what was made of it", () => {
  const files = ["a.ts", "a.js", "a.d.ts", "a.test.ts", "a.events/1.json", "b.ts"];
  assert.deepEqual(found(files), { "a.ts": ["a.events/1.json"], "b.ts": [] });
  assert.deepEqual(found(files, ["a.events/1.json"]), { "a.ts": ["a.events/1.json"] });
});

test("What may not be read is passed over, unless it is what was asked for", () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "database"));
  writeFileSync(join(folder, "fn.js"), handler);
  writeFileSync(join(folder, "own.js"), handler);
  chmodSync(join(folder, "own.js"), 0);
  chmodSync(join(folder, "database"), 0);
  asNobody(() => {
    assert.deepEqual(
      findFunctions([folder]).map(({ file }) => relative(folder, file)),
      ["fn.js"],
    );
    assert.throws(() => findFunctions([join(folder, "database")]), {
      name: "EventFileError",
      message: /database cannot be read: EACCES/,
    });
  });
});

/** The superuser may read everything. */
function asNobody(run: () => void): void {
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid!(65_534);
  try {
    run();
  } finally {
    if (isSuperuser) process.seteuid!(0);
  }
}

test("What is called like an event and is no file is told, and not waited for", () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  mkdirSync(at("folder.json"));
  assert.equal(spawnSync("mkfifo", [at("pipe.json")]).status, 0);
  symlinkSync("/dev/zero", at("device.json"));
  for (const [name, kind] of [
    ["folder.json", "a folder"],
    ["pipe.json", "a pipe"],
    ["device.json", "a device or a socket"],
  ] as const) {
    assert.throws(() => readEventFile(at(name)), {
      name: "EventFileError",
      message: new RegExp(`${name} is ${kind}, and no file: call it otherwise`),
    });
  }
  writeFileSync(at("fn.js"), handler);
  writeFileSync(at("fn.events"), "");
  assert.throws(() => findFunctions([at("fn.js")]), {
    name: "EventFileError",
    message: /fn\.events cannot be read: ENOTDIR/,
  });
});
