/** Which client certificates are trusted, and what is wrong with the others. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { ExtendedKeyUsage, Extension, KeyUsageFlags } from "@peculiar/x509";
import {
  authoritiesOf,
  certificatesOf,
  expired,
  makeBetween,
  makeClient,
  makeClientRoot,
  notYetValid,
  validNow,
} from "../../test/tls/client-authority.ts";
import { makeRoot } from "./make-certificate.ts";
import { readAuthorities } from "./authorities.ts";
import { verifyClient, type Verifying } from "./verify-client.ts";
import type { PemPair } from "./local-authority.ts";

const root = await makeClientRoot();
const between = await makeBetween(root);
const stranger = await makeClientRoot();
const unknownCritical = new Extension("1.2.3.4", true, new Uint8Array([5, 0]).buffer);
const restriction = new Extension("2.5.29.30", false, new Uint8Array([0x30, 0]).buffer);

async function judge(
  shown: readonly PemPair[],
  trusted: readonly PemPair[] = [root],
  more: Partial<Verifying> = {},
) {
  const verifying = { now: new Date(), ignoresExpiry: false, ...more };
  return verifyClient(certificatesOf(...shown), {
    ...verifying,
    authorities: authoritiesOf(...trusted),
  });
}

const leaf = (from: PemPair, more = {}) => makeClient(from, more);

test("a certificate is trusted that an authority of the store signed, or one below it", async () => {
  assert.equal(await judge([await leaf(root)]), undefined);
  const below = await leaf(between);
  assert.equal(await judge([below, between]), undefined);
  assert.equal(await judge([below, between, root]), undefined, "the root shown too");
  assert.equal(await judge([below], [between]), undefined, "the one below is the store's own");
  assert.equal(await judge([below], [root, between]), undefined, "both are");
  assert.equal(await judge([below, stranger, between]), undefined, "in no order");
  assert.equal(await judge([await leaf(root, { uses: [] })]), undefined, "says nothing of its use");
});

test("each kind of bad certificate is refused by its name", async () => {
  const old = await makeClientRoot(expired);
  const oldBetween = await makeBetween(root, { period: expired });
  const noAuthority = await makeBetween(root, { isAuthority: false });
  const short = await makeBetween(root, { pathLengthMax: 0 });
  const belowShort = await makeBetween(short);
  const restricted = await makeBetween(root, { extensions: [restriction] });
  const odd = await makeBetween(root, { extensions: [unknownCritical] });
  const first = await makeBetween(root);
  const second = await makeBetween(first);
  const third = await makeBetween(second);
  const cases: readonly (readonly [string, readonly PemPair[], string, (readonly PemPair[])?])[] = [
    ["nobody", [], "ClientCertUntrusted"],
    ["a stranger's", [await leaf(stranger)], "ClientCertUntrusted"],
    ["self-signed", [stranger], "ClientCertUntrusted"],
    ["without the one between", [await leaf(between)], "ClientCertUntrusted"],
    ["expired", [await leaf(root, { period: expired })], "ClientCertExpired"],
    ["not yet valid", [await leaf(root, { period: notYetValid })], "ClientCertNotYetValid"],
    ["of an expired authority", [await leaf(old)], "ClientCertExpired", [old]],
    ["below one expired", [await leaf(oldBetween), oldBetween], "ClientCertExpired"],
    [
      "for servers",
      [await leaf(root, { uses: [ExtendedKeyUsage.serverAuth] })],
      "ClientCertIntentInvalid",
    ],
    [
      "not for signing",
      [await leaf(root, { usages: KeyUsageFlags.keyAgreement })],
      "ClientCertIntentInvalid",
    ],
    ["below no authority", [await leaf(noAuthority), noAuthority], "ClientCertInvalid"],
    ["below a client", [await leaf(await leaf(root)), await leaf(root)], "ClientCertUntrusted"],
    [
      "below too many",
      [await leaf(belowShort), belowShort, short],
      "ClientCertMaxChainDepthExceeded",
    ],
    [
      "five with the root",
      [await leaf(third), third, second, first],
      "ClientCertMaxChainDepthExceeded",
    ],
    [
      "five shown",
      [await leaf(third), third, second, first, root],
      "ClientCertMaxChainDepthExceeded",
    ],
    ["below a restricted one", [await leaf(restricted), restricted], "ClientCertInvalid"],
    ["below one with an unknown extension", [await leaf(odd), odd], "ClientCertInvalid"],
    [
      "with an unknown critical extension",
      [await leaf(root, { extensions: [unknownCritical] })],
      "ClientCertInvalid",
    ],
  ];
  for (const [name, shown, fault, trusted] of cases) {
    assert.equal(await judge(shown, trusted), fault, name);
  }
});

test("what is expired alone is let through where that is ignored, and nothing else is", async () => {
  const ignoring = (shown: readonly PemPair[]) => judge(shown, [root], { ignoresExpiry: true });
  assert.equal(await ignoring([await leaf(root, { period: expired })]), undefined);
  assert.equal(
    await ignoring([await leaf(root, { period: notYetValid })]),
    "ClientCertNotYetValid",
  );
  assert.equal(
    await ignoring([await leaf(stranger, { period: expired })]),
    "ClientCertUntrusted",
    "expired and a stranger's",
  );
  assert.equal(
    await ignoring([await leaf(root, { period: expired, uses: [ExtendedKeyUsage.serverAuth] })]),
    "ClientCertIntentInvalid",
  );
});

test("an authority of the same name with another key vouches for nobody", async () => {
  const [{ subject, serialNumber }] = certificatesOf(root) as [X509Certificate];
  const namesake = await makeRoot(validNow, serialNumber, "any");
  assert.equal(certificatesOf(namesake)[0]?.subject, subject);
  const other = await makeClient(namesake);
  assert.equal(await judge([other, namesake], [root]), "ClientCertUntrusted");
});

test("readAuthorities() takes a bundle whole, or says what is wrong with which part of it", async () => {
  const bundle = `# the root\n${root.certificate}\n${between.certificate}`;
  assert.equal(readAuthorities(bundle).length, 2);
  assert.throws(() => readAuthorities(""), /holds no certificate in PEM/);
  assert.throws(() => readAuthorities(root.privateKey), /holds no certificate in PEM/);
  const client = await leaf(root);
  assert.throws(
    () => readAuthorities(root.certificate + client.certificate),
    /certificate 2 is not an authority's/,
  );
  const broken = root.certificate.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
  assert.throws(() => readAuthorities(broken), /certificate 1 is none in PEM/);
});

test("names of authorities are told without anything to trust", async () => {
  const authorities = authoritiesOf(root, between);
  const names = authorities.names.map((text) => new X509Certificate(text));
  const [told] = names;
  assert.deepEqual(
    names.map(({ subject }) => subject),
    certificatesOf(root, between).map(({ subject }) => subject),
  );
  const [client] = certificatesOf(await leaf(root));
  assert.equal(told && client?.checkIssued(told), false);
});
