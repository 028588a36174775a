import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { ecKey, rsaKey, withKeyGroups } from "../../../test/support/signing-keys.ts";
import { emptyState } from "../../state/state.ts";
import { readVerifyingKey, TrustedKeys } from "./trusted-keys.ts";

const one = ecKey("K1");
const other = ecKey("K2");
const empty = emptyState("000000000000");

test("TrustedKeys takes over groups whose keys stay, and makes anew those whose keys change", () => {
  const before = new TrustedKeys(
    withKeyGroups(empty, [one, other], { a: ["K1"], b: ["K1", "K2"] }),
  );
  const state = withKeyGroups(empty, [one, other], { a: ["K1"], b: ["K2"] });
  const after = new TrustedKeys(state, before);
  // The configurations are other objects with the same keys in them.
  assert.deepEqual([...(after.find("b")?.keys() ?? [])], ["K2"]);
  assert.equal(after.isOf(state), true);
  assert.equal(before.isOf(state), false);
});

test("TrustedKeys reads a key once", () => {
  const state = withKeyGroups(empty, [one, other], { a: ["K1"] });
  const before = new TrustedKeys(state);
  const group = state.resources.get("key-group")!.get("a")!;
  const changed = {
    ...state,
    resources: state.resources.setIn(["key-group", "b"], {
      ...group,
      id: "b",
      config: { Name: "b", Items: ["K2"] },
    }),
  };
  const after = new TrustedKeys(changed, before);
  assert.equal(after.find("a"), before.find("a"));
  assert.deepEqual([...(after.find("b")?.keys() ?? [])], ["K2"]);
});

test("TrustedKeys has no key of an id that no public key has, and no group that is not there", () => {
  const keys = new TrustedKeys(withKeyGroups(empty, [one], { a: ["K1", "K9"] }));
  assert.deepEqual([...(keys.find("a")?.keys() ?? [])], ["K1"]);
  assert.equal(keys.find("z"), undefined);
});

test("readVerifyingKey() takes RSA and ECDSA with P-256, and nothing else", () => {
  const pem = { type: "spki", format: "pem" } as const;
  assert.equal(readVerifyingKey(rsaKey("K1", 1024).publicKey)?.asymmetricKeyType, "rsa");
  assert.equal(readVerifyingKey(one.publicKey)?.asymmetricKeyType, "ec");
  const { publicKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: pem,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  assert.equal(readVerifyingKey(publicKey), undefined);
  const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).publicKey.export(pem);
  assert.equal(readVerifyingKey(p384.toString()), undefined);
  assert.equal(readVerifyingKey("no key"), undefined);
});
