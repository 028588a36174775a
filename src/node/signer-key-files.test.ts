import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { ecKey } from "../../test/support/signing-keys.ts";
import { readSignerKeys } from "./signer-key-files.ts";

const { publicKey, privateKey } = ecKey("APKA1");

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "signers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test("readSignerKeys() reads a folder an account, and knows the node's own by both names", (t) => {
  const folder = folderOf(t, {
    "self/APKA1.pem": publicKey,
    "111122223333/APKA2.pem": publicKey,
    "111122223333/.hidden": "",
  });
  const own = { APKA1: publicKey };
  assert.deepEqual(readSignerKeys(folder, "000000000000"), {
    self: own,
    "000000000000": own,
    "111122223333": { APKA2: publicKey },
  });
  assert.deepEqual(readSignerKeys("", "000000000000"), {});
});

const refusals: readonly (readonly [files: Record<string, string>, message: RegExp])[] = [
  [
    { "acme/APKA1.pem": publicKey },
    /acme must be named "self" or by an account number of 12 digits/,
  ],
  [{ "self/rsa-APKA1.txt": publicKey }, /rsa-APKA1\.txt must be named by a key pair id/],
  [{ "self/APKA1.pem": privateKey }, /APKA1\.pem must be a public key in PEM form/],
  [{ "self/APKA1.pem": "" }, /APKA1\.pem must be a public key in PEM form/],
  [
    { "self/APKA1.pem": publicKey, "000000000000/APKA1.pem": publicKey },
    /"self" is the account 000000000000, and both are in/,
  ],
  [{ self: "a file" }, /ENOTDIR/],
];

for (const [files, message] of refusals) {
  test(`readSignerKeys() refuses ${Object.keys(files).join(" and ")}: ${message.source}`, (t) => {
    assert.throws(() => readSignerKeys(folderOf(t, files), "000000000000"), {
      name: "OptionError",
      message,
    });
  });
}

test("readSignerKeys() refuses a folder that is not there", () => {
  assert.throws(() => readSignerKeys("/nowhere", "000000000000"), /--trusted-signer-keys: ENOENT/);
});

test("readSignerKeys() refuses more keys than workers can be handed", (t) => {
  const files = Array.from({ length: 400 }, (_, at) => [`111122223333/K${at}.pem`, publicKey]);
  const folder = folderOf(t, Object.fromEntries(files) as Record<string, string>);
  assert.throws(
    () => readSignerKeys(folder, "000000000000"),
    /characters of keys, and 65536 are taken/,
  );
});
