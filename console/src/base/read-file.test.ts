import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "./read-file.ts";

test("readFile() reads UTF-8, with a mark at its beginning or without", async () => {
  assert.equal(await readFile(new File(['{"ä":"😀"}'], "a.json")), '{"ä":"😀"}');
  assert.equal(await readFile(new File([Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b)], "a.json")), "{");
});

test("readFile() says why it does not read a file", async () => {
  const latin = new File([Uint8Array.of(0x7b, 0xe4)], "latin.json");
  await assert.rejects(readFile(latin), { message: "latin.json is not UTF-8: save it as UTF-8" });
  const huge = { name: "huge.json", size: 2e9 } as File;
  await assert.rejects(readFile(huge), { message: /^huge\.json has 2000 MB, and 67 MB are/ });
  const gone = {
    ...{ name: "gone", size: 1 },
    arrayBuffer: async () => Promise.reject(new DOMException("no", "NotFoundError")),
  };
  await assert.rejects(readFile(gone as unknown as File), { message: /^gone can't be read: / });
});
