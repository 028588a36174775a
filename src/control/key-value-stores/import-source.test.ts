import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createImportReader } from "./import-source.ts";
import { importSourcesPattern } from "./import-sources-pattern.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-import-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "seeds/deep"), { recursive: true });
writeFileSync(join(folder, "seeds/a.json"), "in a");
writeFileSync(join(folder, "seeds/deep/b c.json"), "in b");
writeFileSync(join(folder, "secret"), "secret");
symlinkSync(join(folder, "secret"), join(folder, "seeds/link.json"));

const read = async (table: string, key: string, maxBytes = 100): Promise<string> =>
  Buffer.from(await createImportReader(table)(`arn:aws:s3:::${key}`, maxBytes)).toString();
const seeds = `seeds=${folder}/seeds`;

test("createImportReader() reads a bucket's object from its folder", async () => {
  assert.equal(await read(seeds, "seeds/a.json"), "in a");
  assert.equal(await read(seeds, "seeds/deep/b c.json"), "in b");
});

test("createImportReader() takes the longest prefix that fits", async () => {
  const table = `seeds=/nowhere,seeds/deep=${folder}/seeds,${folder}=x`;
  assert.equal(await read(table, "seeds/deep/a.json"), "in a");
});

test("createImportReader() refuses a bucket that is there twice", () => {
  for (const table of ["a=/x,a=/y", "b=/x,a/b=/x,a/b/=/y"]) {
    assert.throws(() => createImportReader(table), { message: /^"a(\/b)?" is there twice/ });
  }
});

test("createImportReader() reads one byte more than allowed, and no further", async () => {
  assert.equal(await read(seeds, "seeds/a.json", 2), "in ");
});

test("createImportReader() reads from a web server, with each part of the key encoded", async () => {
  const server = createServer(({ url, headers }, response) => {
    if (url === "/base/d%20e/x%3F.json") response.end("from the web");
    else if (url === "/base/who") response.end(headers.authorization ?? "nobody");
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const table = `web=http://127.0.0.1:${port}/base/`;
  assert.equal(await read(table, "web/d e/x?.json"), "from the web");
  assert.equal(await read(table, "web/d e/x?.json", 3), "from the web".slice(0, 12));
  await assert.rejects(read(table, "web/none"), { message: /its server answered 404/ });
  assert.equal(await read(table, "web/who"), "nobody");
  const signedIn = `web=http://user:p%40ss@127.0.0.1:${port}/base`;
  assert.equal(await read(signedIn, "web/who"), `Basic ${btoa("user:p@ss")}`);
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  await assert.rejects(read(table, "web/none"), {
    message: /its server cannot be reached \([A-Z_]+\)$/,
  });
});

const refusals: [string, string, RegExp][] = [
  ["", "seeds/a.json", /bucket "seeds" is. Start the node with --import-sources seeds=/],
  ["seed=/x", "seeds/a.json", /nothing says where the bucket "seeds" is/],
  [seeds, "seeds/none.json", /there is no such object/],
  [seeds, "seeds/deep", /it cannot be read \(EISDIR\)/],
  [seeds, "seeds/../secret", /without empty, \. or \.\. segments/],
  [seeds, "seeds//a.json", /without empty, \. or \.\. segments/],
  [seeds, "seeds/link.json", /outside its bucket's folder/],
  [seeds, "seeds", /must be the ARN of an S3 object/],
  [seeds, "seeds/a\0b", /must be the ARN of an S3 object/],
];
for (const [table, key, message] of refusals) {
  test(`createImportReader() refuses ${JSON.stringify(key)} where ${message}`, async () => {
    await assert.rejects(read(table, key), (error: Error & { code?: string }) => {
      assert.equal(error.code, "InvalidArgument");
      assert.match(error.message, message);
      assert.ok(!error.message.includes(folder), "the caller is not told where things are");
      return true;
    });
  });
}

test("importSourcesPattern takes rows of a name and a place", () => {
  for (const table of ["", "a=b", "a/b=./c,d=http://host/e"]) {
    assert.match(table, importSourcesPattern);
  }
  for (const table of ["a", "=b", "a=", "a=b,", "a=b,c"]) {
    assert.doesNotMatch(table, importSourcesPattern);
  }
});
