import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { OptionError } from "./option-table.ts";
import { optionsOf, readOptions } from "./options.ts";

test("readOptions() takes a flag before a variable, and a variable before the default", () => {
  const environment = { FOOTLIGHT_API_PORT: "1000", FOOTLIGHT_EDGE_PORT: "2000" };
  const { apiPort, edgePort, account } = readOptions(["--api-port", "3000"], environment);
  assert.deepEqual([apiPort, edgePort, account], [3000, 2000, "000000000000"]);
});

test("readOptions() takes a value after an equals sign, and a bare flag for on", () => {
  const { data, readyJson } = readOptions(["--data=a=b", "--ready-json"], {});
  assert.deepEqual([data, readyJson], ["a=b", true]);
});

for (const [args, says] of [
  [["--api-port", "80a"], '--api-port must be a whole number from 0 to 65535, got "80a"'],
  [["--api-port", "65536"], '--api-port must be a whole number from 0 to 65535, got "65536"'],
  [["--account", "12"], '--account must be 12 digits, got "12"'],
  [["--data"], "--data needs a value"],
  [["--prot", "1"], "Unknown option --prot. --help lists what this command takes"],
  [["8080"], 'Nothing is expected at "8080". --help lists the options'],
  [["--ready-json=maybe"], '--ready-json is on or off: true or false, got "maybe"'],
] as const) {
  test(`readOptions() refuses ${args.join(" ")}, naming the option and the value`, () => {
    assert.throws(() => readOptions(args, {}), new OptionError(says));
  });
}

test("readOptions() takes a flag several times where it may be, and its last value elsewhere", () => {
  const environment = { FOOTLIGHT_ORIGIN_SOURCES: "z.test=z" };
  const args = [
    "--origin-sources",
    "a.test=a",
    "--data=b",
    "--origin-sources=c.test=c",
    "--data=d",
  ];
  const { originSources, data } = readOptions(args, environment);
  assert.deepEqual([originSources, data], ["a.test=a,c.test=c", "d"]);
});

test("readOptions() takes a list from a settings file where a flag may be given several times", (t) => {
  const file = settingsFile(t, '{"originSources": ["a.test=a", "b.test=b"]}');
  assert.equal(readOptions(["--settings", file], {}).originSources, "a.test=a,b.test=b");
});

test("readOptions() names the variable, when it has a value that the option cannot have", () => {
  assert.throws(() => readOptions([], { FOOTLIGHT_WORKERS: "0" }), {
    message: 'FOOTLIGHT_WORKERS must be a whole number from 1 to 256, got "0"',
  });
});

function settingsFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-settings-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "settings.json");
  writeFileSync(file, text);
  return file;
}

test("readOptions() takes a settings file before the default, and all else before the file", (t) => {
  const text = '{"apiPort": 1, "edgePort": 2, "workers": 3, "pop": "FRA56-P4", "readyJson": true}';
  const environment = { FOOTLIGHT_SETTINGS: settingsFile(t, text), FOOTLIGHT_EDGE_PORT: "20" };
  const given = readOptions(["--api-port", "10"], environment);
  const { apiPort, edgePort, workers, pop, readyJson, account } = given;
  assert.deepEqual([apiPort, edgePort, workers, pop], [10, 20, 3, "FRA56-P4"]);
  assert.deepEqual([readyJson, account, "settings" in given], [true, "000000000000", false]);
});

test("one settings file serves commands that take other options of it", (t) => {
  const file = settingsFile(t, '{"apiPort": 1, "edgePort": 2}');
  const { apiPort, edgePort } = readOptions(["--settings", file], {}, ["settings", "edgePort"]);
  assert.deepEqual([apiPort, edgePort], [4580, 2]);
});

const noSetting = "which is no setting; docs/options.md lists them, like apiPort for --api-port";

for (const [text, says] of [
  ['{"apiPrt": 1}', `FILE sets "apiPrt", ${noSetting}`],
  ['{"settings": "b"}', `FILE sets "settings", ${noSetting}`],
  ['{"apiPort": "1"}', 'apiPort in FILE must be a number, got "1"'],
  ['{"apiPort": 1.5}', 'apiPort in FILE must be a whole number from 0 to 65535, got "1.5"'],
  ['{"account": "12"}', 'account in FILE must be 12 digits, got "12"'],
  ['{"readyJson": null}', "readyJson in FILE must be a boolean, got null"],
  ['{"pop": "FRA56-P4", "pop": "FRA56-P5"}', 'FILE says "pop" twice, and only one could count'],
  ['{"pop": ["FRA56-P4"]}', 'pop in FILE must be a string, got ["FRA56-P4"]'],
  ['{"originSources": [1]}', "originSources in FILE must be a string, got [1]"],
  ["[]", 'FILE must hold a JSON object, like {"apiPort": 4580}'],
] as const) {
  test(`readOptions() refuses a settings file of ${text}`, (t) => {
    const file = settingsFile(t, text);
    const error = new OptionError(says.replace("FILE", file));
    assert.throws(() => readOptions([`--settings=${file}`], {}), error);
  });
}

test("readOptions() refuses a settings file that is not there, or is no JSON", (t) => {
  assert.throws(() => readOptions(["--settings=/nowhere/at-all"], {}), /\/nowhere\/at-all/);
  const file = settingsFile(t, "{");
  assert.throws(() => readOptions([`--settings=${file}`], {}), /settings.json is not JSON/);
});

test("optionsOf() hands over a part's options, and none of another's", () => {
  const edge = optionsOf(readOptions([], {}), ["edge"]);
  assert.equal(edge.edgePort, 8080);
  assert.ok(!("apiPort" in edge) && !("account" in edge));
});
