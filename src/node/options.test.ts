import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionError } from "./option-table.ts";
import { readOptions } from "./options.ts";

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

test("readOptions() names the variable, when it has a value that the option cannot have", () => {
  assert.throws(() => readOptions([], { FOOTLIGHT_WORKERS: "0" }), {
    message: 'FOOTLIGHT_WORKERS must be a whole number from 1 to 256, got "0"',
  });
});
