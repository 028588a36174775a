import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import { OptionError } from "./option-table.ts";
import { loadSecretKey } from "./secret-key.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-secret-key-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Given {
  readonly data?: string;
  readonly secretKeyFile?: string;
  readonly variable?: string;
  readonly mayCreate?: boolean;
  readonly warn?: (details: object, message: string) => void;
}

function load({
  data = folder,
  secretKeyFile = "",
  variable,
  mayCreate = true,
  warn,
}: Given): string {
  const key = loadSecretKey({
    options: { data, secretKeyFile },
    environment: { FOOTLIGHT_SECRET_KEY: variable },
    mayCreate,
    logger: { ...silentLogger, ...(warn && { warn }) },
  });
  return Buffer.from(key).toString("hex");
}

test("loadSecretKey() makes a file on first use that only its owner may read, and reads it again", () => {
  const data = join(folder, "new", "data");
  const made = load({ data });
  assert.match(made, /^[0-9a-f]{64}$/);
  assert.equal(load({ data, mayCreate: false }), made);
  assert.deepEqual(readdirSync(data), ["secret.key"]);
  assert.equal(statSync(join(data, "secret.key")).mode & 0o777, 0o600);
});

test("loadSecretKey() takes base64 and hex, and prefers the variable", () => {
  const hex = "0f".repeat(32);
  const secretKeyFile = join(folder, "hex.key");
  writeFileSync(secretKeyFile, `${hex}\n`, { mode: 0o600 });
  assert.equal(load({ secretKeyFile }), hex);
  const variable = Buffer.alloc(32, 5).toString("base64");
  assert.equal(load({ secretKeyFile, variable }), "05".repeat(32));
});

test("loadSecretKey() makes no key when the log holds secrets already", () => {
  const secretKeyFile = join(folder, "missing.key");
  assert.throws(() => load({ secretKeyFile, mayCreate: false }), {
    name: "OptionError",
    message: /the secret key they were encrypted with is missing: there is no .*missing\.key/,
  });
  assert.ok(!existsSync(secretKeyFile));
});

test("loadSecretKey() refuses what is no key, without repeating it", () => {
  for (const variable of ["short", "zz".repeat(32), Buffer.alloc(16).toString("base64")]) {
    assert.throws(
      () => load({ variable }),
      (error) => error instanceof OptionError && !error.message.includes(variable),
    );
  }
});

test("loadSecretKey() warns when others can read the file", () => {
  const data = join(folder, "open");
  load({ data });
  chmodSync(join(data, "secret.key"), 0o644);
  const warnings: string[] = [];
  load({ data, warn: (_details, message) => warnings.push(message) });
  assert.deepEqual(warnings, ["others can read the secret key file: chmod 600"]);
});
