import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { certificate, privateKey } from "../../test/edge/origin-certificate.ts";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { OptionError } from "./option-table.ts";
import { readOriginOptions } from "./origin-options.ts";

const none = { originSources: "", originCa: "", refusePrivateOrigins: false };

function file(content: string): string {
  const path = join(temporaryFolder(), "ca.pem");
  writeFileSync(path, content);
  return path;
}

test("nothing is trusted or put for an origin unless it is said", () => {
  assert.deepEqual(readOriginOptions(none), {
    originSources: undefined,
    originCertificateAuthorities: [],
    refusesPrivateOrigins: false,
  });
});

test("every certificate of every --origin-ca is trusted, whatever else is in the file", () => {
  const originCa = `${file(`# a comment\n${certificate}\n${certificate}`)}, ${file(certificate)}`;
  const { originCertificateAuthorities } = readOriginOptions({ ...none, originCa });
  assert.deepEqual(originCertificateAuthorities, Array(3).fill(certificate.trim()));
});

for (const [content, says] of [
  ["", /Cannot use --origin-ca .*ca\.pem: .*ca\.pem holds no certificate in PEM/],
  [privateKey, /Cannot use --origin-ca .*ca\.pem: .*ca\.pem holds no certificate in PEM/],
  [certificate.replace("MII", "MIX"), /Cannot use --origin-ca .*ca\.pem: /],
] as const) {
  test(`a file with ${JSON.stringify(content.slice(0, 60))} is refused`, () => {
    const given = { ...none, originCa: file(content) };
    assert.throws(() => readOriginOptions(given), OptionError);
    assert.throws(() => readOriginOptions(given), says);
  });
}

test("a file that is not there is refused, by its name", () => {
  const given = { ...none, originCa: "/nowhere/ca.pem" };
  assert.throws(() => readOriginOptions(given), /Cannot use --origin-ca \/nowhere\/ca.pem: ENOENT/);
});
