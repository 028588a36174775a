import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { originSettings } from "./origin-settings.ts";
import { originSourcesPattern, readOriginSources } from "./origin-sources.ts";

const origin = originSettings({
  Id: "photos",
  DomainName: "Photos.s3.amazonaws.com",
  OriginPath: "/2026",
  S3OriginConfig: { OriginAccessIdentity: "" },
});

test("a folder stands for an origin, whose path is one in it", () => {
  const sources = readOriginSources("photos.S3.amazonaws.com=./public");
  const located = sources?.locate(origin);
  assert.deepEqual(located?.source, { kind: "folder", folder: resolve("public") });
  assert.equal(located?.path, "/2026");
  assert.deepEqual(sources?.folders, [["photos.s3.amazonaws.com", resolve("public")]]);
  assert.equal(sources?.locate(origin), located);
});

test("a server stands for an origin, which keeps its name", () => {
  const sources = readOriginSources(
    "a.test=b, photos.s3.amazonaws.com=http://127.0.0.1:9000/photos/",
  );
  const { source, ...located } = sources!.locate(origin);
  assert.deepEqual(source, { kind: "server", hostname: "127.0.0.1" });
  assert.equal(located.path, "/photos/2026");
  assert.deepEqual([located.protocol, located.httpPort], ["http-only", 9000]);
  assert.equal(located.domainName, "photos.s3.amazonaws.com");
  assert.equal(located.sni, "");
});

test("a server with TLS is asked for its own name, whose certificate it has", () => {
  const sources = readOriginSources("photos.s3.amazonaws.com=https://Minio.internal");
  const { protocol, httpsPort, sni, certificateNames } = sources!.locate(origin);
  assert.deepEqual([protocol, httpsPort], ["https-only", 443]);
  assert.deepEqual([sni, certificateNames], ["minio.internal", ["minio.internal"]]);
});

test("an IPv6 address of a URL is connected to without its brackets", () => {
  const sources = readOriginSources("photos.s3.amazonaws.com=http://[::1]:9000");
  assert.deepEqual(sources!.locate(origin).source, { kind: "server", hostname: "::1" });
});

test("an origin that nothing stands for stays as it is", () => {
  assert.equal(readOriginSources(""), undefined);
  assert.equal(readOriginSources("other.test=b")?.locate(origin), origin);
});

for (const [table, says] of [
  ["a.test=b,A.test=c", '"a.test" is there twice, and only one could count'],
  ["a/b=c", '"a/b" is no domain name, as an origin\'s DomainName has it'],
  ["a.test= ", "a folder or a URL must follow the equals sign"],
  ["a.test=ftp://b", '"ftp://b" is neither a folder nor a URL of http or https'],
  ["a.test=http://", '"http://" is neither a folder nor a URL of http or https'],
  ["a.test=http://b?c", '"http://b?c" may have a path, but no user, query or fragment'],
  ["a.test=http://u:p@b", '"http://u:p@b" may have a path, but no user, query or fragment'],
] as const) {
  test(`a table of ${table} is refused`, () => {
    assert.match(table, originSourcesPattern);
    assert.throws(() => readOriginSources(table), new Error(says));
  });
}
