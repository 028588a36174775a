import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { allowAll } from "../../test/support/access-key.ts";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { defaultOptions } from "./options.ts";
import { openAccessKeys, type AccessKeyOptions } from "./access-keys.ts";

function optionsFor(data: string): AccessKeyOptions {
  return { ...defaultOptions, data, logLevel: "silent" };
}

test("openAccessKeys() makes no folder that it was only to look into", async () => {
  const data = join(temporaryFolder(), "mistyped");
  await assert.rejects(openAccessKeys(optionsFor(data), false), {
    name: "OptionError",
    message: /^No node has kept anything in .*mistyped, and no access key is there\. --data says/,
  });
  assert.equal(existsSync(data), false);

  const keys = await openAccessKeys(optionsFor(data), true);
  const { accessKeyId } = await keys.create({ policy: allowAll });
  await keys.close();
  const again = await openAccessKeys(optionsFor(data), false);
  assert.deepEqual(
    again.list().map(({ id }) => id),
    [accessKeyId],
  );
  await again.close();
});

test("openAccessKeys() makes the data folder for its owner alone", async () => {
  const data = join(temporaryFolder(), "data");
  const keys = await openAccessKeys(optionsFor(data), true);
  await keys.close();
  if (process.platform !== "win32") assert.equal(statSync(data).mode & 0o077, 0);
});

test("create() makes no key that the node with the others could not open", async () => {
  const data = temporaryFolder();
  const keys = await openAccessKeys(optionsFor(data), true);
  await keys.create({ policy: allowAll });
  await keys.close();

  const secretKeyFile = join(temporaryFolder(), "other.key");
  writeFileSync(secretKeyFile, "7".repeat(64), { mode: 0o600 });
  const other = await openAccessKeys({ ...optionsFor(data), secretKeyFile }, true);
  await assert.rejects(other.create({ policy: allowAll }), {
    name: "OptionError",
    message: /was encrypted with another secret key\. Give the one that the node has/,
  });
  assert.equal(other.list().length, 1);
  await other.close();
});
