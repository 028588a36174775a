import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { checkOriginCredentials, openOriginCredentials } from "./origin-credentials.ts";
import { OptionError } from "./option-table.ts";

const environment = {
  AWS_ACCESS_KEY_ID: "AKIAENV",
  AWS_SECRET_ACCESS_KEY: "env",
  AWS_SESSION_TOKEN: "token",
  AWS_REGION: "eu-west-1",
};

const text = `# comment
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = a=b/c+d

[minio.localhost]
aws_access_key_id=AKIAMINIO
aws_secret_access_key=minio
region=garage
output = json

[profile E2OAC]
aws_access_key_id=AKIAOAC
aws_secret_access_key=oac
aws_session_token=session
`;

function setUp(t: TestContext, content: string) {
  const folder = mkdtempSync(join(tmpdir(), "footlight-credentials-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "credentials");
  writeFileSync(file, content, { mode: 0o600 });
  return { file, write: (next: string) => writeFileSync(file, next) };
}

test("openOriginCredentials() takes the environment's, or none", () => {
  const logger = notedLogger();
  const find = openOriginCredentials({ file: "", environment, logger });
  assert.deepEqual(find(["b.s3.amazonaws.com", "E2OAC"]), {
    accessKeyId: "AKIAENV",
    secretAccessKey: "env",
    sessionToken: "token",
    region: "eu-west-1",
  });
  assert.equal(find([]), find([]));
  const half = { ...environment, AWS_SECRET_ACCESS_KEY: "" };
  assert.equal(openOriginCredentials({ file: "", environment: half, logger })([]), undefined);
});

test("openOriginCredentials() goes by the first name that has a profile, then the environment, then default", (t) => {
  const { file } = setUp(t, text);
  const logger = notedLogger();
  const find = openOriginCredentials({ file, environment, logger });
  const none = openOriginCredentials({ file, environment: {}, logger });
  assert.deepEqual(find(["minio.localhost", "E2OAC", "name"]), {
    accessKeyId: "AKIAMINIO",
    secretAccessKey: "minio",
    region: "garage",
  });
  assert.deepEqual(find(["b.s3.amazonaws.com", "E2OAC"]), {
    accessKeyId: "AKIAOAC",
    secretAccessKey: "oac",
    sessionToken: "session",
  });
  assert.equal(find(["other"])?.accessKeyId, "AKIAENV");
  assert.deepEqual(none(["other"]), {
    accessKeyId: "AKIADEFAULT",
    secretAccessKey: "a=b/c+d",
  });
});

test("openOriginCredentials() reads a file that has changed, and keeps what it had where that can't be read", (t) => {
  const { file, write } = setUp(t, text);
  const logger = notedLogger();
  let nowMs = 0;
  const find = openOriginCredentials({ file, environment: {}, logger, uptimeMs: () => nowMs });
  const secret = () => find(["minio.localhost"])?.secretAccessKey;
  const first = find(["minio.localhost"]);
  assert.equal(first?.secretAccessKey, "minio");
  write(text.replace("=minio", "=another"));
  nowMs += 999;
  assert.equal(secret(), "minio");
  nowMs += 1;
  assert.equal(secret(), "another");

  write(text.replace("=minio", ""));
  nowMs += 1000;
  assert.equal(secret(), "another");
  nowMs += 1000;
  assert.equal(secret(), "another");
  assert.equal(logger.lines.length, 1);
  assert.match(
    logger.lines[0] ?? "",
    /no aws_secret_access_key in profile \[minio\.localhost\]|line/,
  );

  // As secrets are exchanged whole: another file takes the place of the first.
  writeFileSync(`${file}.new`, text.replace("=minio", "=third"));
  renameSync(`${file}.new`, file);
  nowMs += 1000;
  assert.equal(secret(), "third");
  rmSync(file);
  nowMs += 1000;
  assert.equal(secret(), "third");
});

test("checkOriginCredentials() refuses what can't be meant, and tells no value", (t) => {
  const refusals: readonly (readonly [string, RegExp])[] = [
    ["aws_access_key_id = SECRET", /at line 1 neither a profile/],
    ["[default]\nSECRET", /at line 2 neither/],
    ["[default]\naws_access_key_id=SECRET", /no aws_secret_access_key in profile \[default\]/],
    ["[a]\ncredential_process = SECRET", /no aws_access_key_id in profile \[a\]/],
    [
      "[a]\naws_access_key_id=SEC RET\naws_secret_access_key=SECRET",
      /profile \[a\] a key id, token or region with a space/,
    ],
    [`${text}\n[Default]\naws_access_key_id=SECRET`, /profile \[default\] twice/],
  ];
  const logger = notedLogger();
  for (const [content, message] of refusals) {
    const { file } = setUp(t, content);
    assert.throws(
      () => checkOriginCredentials(file, logger),
      (error) =>
        error instanceof OptionError &&
        message.test(error.message) &&
        error.message.includes(file) &&
        !error.message.includes("SECRET"),
      content,
    );
  }
  assert.throws(() => checkOriginCredentials("/no/such/file", logger), OptionError);
  checkOriginCredentials("", logger);
});

test("checkOriginCredentials() warns of a file that others can read", (t) => {
  const { file } = setUp(t, text);
  const logger = notedLogger();
  checkOriginCredentials(file, logger);
  assert.deepEqual(logger.lines, []);
  chmodSync(file, 0o644);
  checkOriginCredentials(file, logger);
  assert.equal(logger.lines.length, 1);
});
