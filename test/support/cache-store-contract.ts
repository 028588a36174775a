/** What every CacheStore promises. Each implementation's test file runs all of it. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  bytesOf,
  keep,
  keptTexts,
  sampleBytes,
  sampleMeta,
  sampleNow,
} from "./sample-responses.ts";
import type { CacheStore, StoredMeta, StoreWriter } from "../../src/cache/store.ts";

export interface StoreUnderTest {
  /** @param maxBytes at least 8 MB */
  readonly open: (t: TestContext, maxBytes: number) => Promise<OpenedStore>;
  /** What it may take beyond its bound. */
  readonly marginBytes: number;
}

export interface OpenedStore {
  readonly store: CacheStore;
  /** What it takes now, in bytes. */
  readonly bytes: () => number;
}

const roomy = 64 * 1024 * 1024;
const tight = 8 * 1024 * 1024;

export function cacheStoreContract(name: string, under: StoreUnderTest): void {
  keepingContract(name, under);
  variantsContract(name, under);
  writerContract(name, under);
  changingContract(name, under);
  boundsContract(name, under);
}

async function opened(t: TestContext, { open }: StoreUnderTest, maxBytes = roomy) {
  const { store } = await open(t, maxBytes);
  t.after(() => store.close());
  return store;
}

function keepingContract(name: string, under: StoreUnderTest): void {
  test(`${name} gives back what it was given`, async (t) => {
    const store = await opened(t, under);
    const meta = sampleMeta({
      status: 203,
      reason: "Caf\u00e9",
      headers: ["ETag", 'W/"\u00ff"', "X-Empty", "", "Set-Cookie", "a=1", "Set-Cookie", "b=2"],
      varied: ["accept-language", "de, en;q=0.5"],
      initialAge: 7,
      updatingUntil: sampleNow + 90_000,
      staleUntil: sampleNow + 120_000.5,
      revision: 123_456,
      uri: "/a?b=%20c",
      tags: ["red", "blue"],
    });
    assert.deepEqual(store.variantsOf("key", sampleNow), []);
    const kept = await keep(store, "key", "hello", meta);
    assert.deepEqual(kept && { ...kept }, { key: "key", meta, length: 5 });
    const [found, ...others] = store.variantsOf("key", sampleNow);
    assert.deepEqual(found && { ...found }, { key: "key", meta, length: 5 });
    assert.deepEqual(others, []);
    assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  });

  test(`${name} keeps bodies of any length, also read in parts`, async (t) => {
    const store = await opened(t, under);
    for (const length of [0, 1, 4_096, 65_535, 65_537, 262_145, 1_000_000, 5_000_001]) {
      const bytes = sampleBytes(length, length);
      const stored = await keep(store, `of ${length}`, bytes);
      assert.ok(stored, `${length}`);
      const body = store.open(stored);
      assert.ok(body);
      assert.equal(body.length, length);
      if (body.whole !== undefined) assert.ok(Buffer.from(bytes).equals(body.whole));
      assert.ok(Buffer.from(bytes).equals(await bytesOf(body.slice(0, length), true)));
      for (const [first, end] of [
        [0, Math.min(1, length)],
        [length >> 1, (length >> 1) + Math.min(10, length - (length >> 1))],
        [Math.floor(length / 3), length],
        [length, length],
      ] as const) {
        const part = body.slice(first, end);
        assert.equal(part.length, end - first);
        assert.ok(Buffer.from(bytes.subarray(first, end)).equals(await bytesOf(part)));
      }
      body.slice(0, length).discard();
      assert.throws(() => body.slice(0, length + 1), RangeError);
    }
  });

  test(`${name} tells keys apart that differ in any character`, async (t) => {
    const store = await opened(t, under);
    const long = "x".repeat(20_000);
    const keys = [
      ...["", "a", "a\0", "\0a", "A", "a ", "\u00e4", "\u00c3\u00a4", "\u{1f600}", "\ud83d"],
      ...[`${long}1`, `${long}2`, `1${long}`, long],
      ...Array.from({ length: 500 }, (_, index) => `/object/${index}`),
    ];
    for (const key of keys) assert.ok(await keep(store, key, `body of ${key}`));
    for (const key of keys) {
      const [stored] = store.variantsOf(key, sampleNow);
      assert.equal(stored?.key, key);
      assert.deepEqual(await keptTexts(store, key), [Buffer.from(`body of ${key}`).toString()]);
    }
    assert.deepEqual(store.variantsOf("/object/500", sampleNow), []);
  });

  test(`${name}.variantsOf() gives the same objects as long as nothing changes`, async (t) => {
    const store = await opened(t, under);
    await keep(store, "key", "hello");
    const [first] = store.variantsOf("key", sampleNow);
    const [second] = store.variantsOf("key", sampleNow + 1);
    assert.ok(first);
    assert.equal(first, second);
  });

  test(`${name} gives what has expired, too: it may be found to be right`, async (t) => {
    const store = await opened(t, under);
    await keep(store, "key", "hello");
    assert.deepEqual(await keptTexts(store, "key", sampleNow + 3_600_000), ["hello"]);
  });
}

function variantsContract(name: string, under: StoreUnderTest): void {
  const late: [what: string, late: Partial<StoredMeta>, large: boolean, left: string[]][] = [
    ["came before what is kept", { storedAt: sampleNow - 1 }, false, ["kept"]],
    ["is large and came before what is kept", { storedAt: sampleNow - 1 }, true, ["kept"]],
    ["came before and knows more", { storedAt: sampleNow - 1, revision: 99 }, false, ["late"]],
    ["came at the same time", {}, false, ["late"]],
  ];
  for (const [what, changes, isLarge, texts] of late) {
    test(`${name} keeps the later of two responses when the one that is done last ${what}`, async (t) => {
      const store = await opened(t, under);
      const body = isLarge ? sampleBytes(1_000_000, 1) : "late";
      const writer = store.begin("key", sampleMeta({ revision: 5, ...changes }), undefined);
      await keep(store, "key", "kept", { revision: 5 });
      assert.ok(writer);
      writer.write(Buffer.from(body));
      writer.end();
      const { readable } = writer;
      const hold = writer.slice(0, 0);
      const stored = await writer.commit();
      // Those who read it while it came go on.
      const read = await bytesOf(writer.slice(0, readable));
      assert.ok(Buffer.from(body).subarray(0, readable).equals(read));
      hold.discard();
      assert.equal(stored === undefined, texts[0] === "kept");
      assert.deepEqual(await keptTexts(store, "key"), texts);
    });
  }

  /** Keeps one after the other. @returns the bodies left, newest first */
  async function left(
    t: TestContext,
    ...responses: readonly (readonly [string, Partial<StoredMeta>])[]
  ): Promise<string[]> {
    const store = await opened(t, under);
    for (const [body, changes] of responses) await keep(store, "key", body, changes);
    return await keptTexts(store, "key");
  }
  const part = (first: number, last: number): Partial<StoredMeta> => ({
    status: 206,
    part: { first, last, size: 100 },
  });

  test(`${name} has the newer response take the place of the older`, async (t) => {
    assert.deepEqual(await left(t, ["one", {}], ["two", { status: 404 }]), ["two"]);
  });

  test(`${name} keeps variants apart by the headers that they vary by`, async (t) => {
    const de = { varied: ["accept-language", "de"] };
    const en = { varied: ["accept-language", "en"] };
    const both = { varied: ["accept-language", "de", "dnt", "1"] };
    assert.deepEqual(
      await left(t, ["any", {}], ["de", de], ["en", en], ["both", both], ["de again", de]),
      ["de again", "both", "en", "any"],
    );
  });

  test(`${name} keeps parts until one that holds them comes, or all of it`, async (t) => {
    const parts = [
      ["0123", part(0, 3)],
      ["4567", part(4, 7)],
      ["23", part(2, 3)],
    ] as const;
    assert.deepEqual(await left(t, ...parts), ["23", "4567", "0123"]);
    assert.deepEqual(await left(t, ...parts, ["01234", part(0, 4)]), ["01234", "4567"]);
    assert.deepEqual(await left(t, ...parts, ["all", {}]), ["all"]);
    assert.deepEqual(await left(t, ["all", {}], ["01", part(0, 1)]), ["01", "all"]);
  });

  test(`${name} has an answer to HEAD take no place but that of another`, async (t) => {
    const head = { isHeadOnly: true };
    assert.deepEqual(await left(t, ["all", {}], ["", head], ["", head]), ["", "all"]);
    assert.deepEqual(await left(t, ["01", part(0, 1)], ["", head]), ["", "01"]);
    assert.deepEqual(await left(t, ["", head], ["01", part(0, 1)]), ["01", ""]);
    assert.deepEqual(await left(t, ["", head], ["all", {}]), ["all"]);
  });

  test(`${name} bounds the variants of a key`, async (t) => {
    const store = await opened(t, under);
    for (let index = 0; index < 200; index += 1) {
      await keep(store, "key", `${index}`, { varied: ["user-agent", `${index}`] });
    }
    const texts = await keptTexts(store, "key");
    assert.ok(texts.length >= 8 && texts.length <= 64, `${texts.length}`);
    assert.equal(texts[0], "199");
  });
}

function writerContract(name: string, under: StoreUnderTest): void {
  /** Waits until what was written can be read back. */
  async function readableUpTo(writer: StoreWriter, bytes: number): Promise<void> {
    while (writer.readable < bytes) await new Promise(setImmediate);
  }

  test(`${name} has nothing of a response before its commit`, async (t) => {
    const store = await opened(t, under);
    const writer = store.begin("key", sampleMeta(), undefined);
    assert.ok(writer);
    writer.write(Buffer.from("hello"));
    assert.deepEqual(store.variantsOf("key", sampleNow), []);
    writer.end();
    await readableUpTo(writer, 5);
    assert.deepEqual(store.variantsOf("key", sampleNow), []);
    const stored = await writer.commit();
    assert.equal(stored?.length, 5);
    assert.deepEqual(await keptTexts(store, "key"), ["hello"]);
  });

  test(`${name} leaves what was there until the commit of what takes its place`, async (t) => {
    const store = await opened(t, under);
    await keep(store, "key", "old");
    const writer = store.begin("key", sampleMeta(), 3);
    assert.ok(writer);
    writer.write(Buffer.from("new"));
    assert.deepEqual(await keptTexts(store, "key"), ["old"]);
    writer.end();
    await writer.commit();
    assert.deepEqual(await keptTexts(store, "key"), ["new"]);
  });

  test(`${name} keeps nothing of what breaks off, or has another length than was said`, async (t) => {
    const store = await opened(t, under);
    const broken = store.begin("key", sampleMeta(), 5);
    assert.ok(broken);
    broken.write(Buffer.from("hello"));
    broken.breakOff();
    assert.equal(await broken.commit(), undefined);
    for (const length of [4, 6]) {
      const writer = store.begin("key", sampleMeta(), length);
      assert.ok(writer);
      writer.write(Buffer.from("hello"));
      writer.end();
      assert.equal(await writer.commit(), undefined);
    }
    assert.deepEqual(store.variantsOf("key", sampleNow), []);
  });

  for (const length of [1_000, 3_000_000]) {
    test(`${name} reads back ${length} bytes while they come, and after`, async (t) => {
      const store = await opened(t, under);
      const bytes = Buffer.from(sampleBytes(length));
      const writer = store.begin("key", sampleMeta(), undefined);
      assert.ok(writer);
      const middle = length >> 1;
      writer.write(bytes.subarray(0, middle));
      await readableUpTo(writer, middle);
      assert.equal(writer.readable, middle);
      assert.throws(() => writer.slice(0, middle + 1), RangeError);
      assert.ok(bytes.subarray(10, middle).equals(await bytesOf(writer.slice(10, middle), true)));
      const early = writer.slice(0, middle);
      writer.write(bytes.subarray(middle));
      writer.end();
      await readableUpTo(writer, length);
      const ended = writer.slice(middle, length);
      assert.ok(await writer.commit());
      assert.ok(bytes.equals(await bytesOf(writer.slice(0, length), true)));
      assert.ok(bytes.subarray(0, middle).equals(await bytesOf(early)));
      assert.ok(bytes.subarray(middle).equals(await bytesOf(ended)));
    });
  }

  test(`${name} keeps no reference to what it was given`, async (t) => {
    const store = await opened(t, under);
    const writer = store.begin("key", sampleMeta(), 10);
    assert.ok(writer);
    const given = Buffer.from("hello");
    writer.write(given);
    given.set(Buffer.from("world"));
    writer.write(given);
    given.fill(0);
    writer.end();
    assert.ok(await writer.commit());
    assert.deepEqual(await keptTexts(store, "key"), ["helloworld"]);
  });

  test(`${name} keeps the last of several that were committed for a key`, async (t) => {
    const store = await opened(t, under);
    const writers = ["one", "two", "three"].map((text) => {
      const writer = store.begin("key", sampleMeta(), text.length);
      writer?.write(Buffer.from(text));
      writer?.end();
      return writer;
    });
    for (const writer of writers) await writer?.commit();
    assert.deepEqual(await keptTexts(store, "key"), ["three"]);
  });
}

function changingContract(name: string, under: StoreUnderTest): void {
  test(`${name}.refresh() gives a response another head, and leaves its body`, async (t) => {
    const store = await opened(t, under);
    const long = sampleBytes(2_000_000);
    const cases = [Buffer.from("hello"), long].map(async (body, index) => {
      const key = `key ${index}`;
      const stored = await keep(store, key, body);
      assert.ok(stored);
      const meta = sampleMeta({
        headers: ["ETag", '"1"', "X-New", "yes"],
        freshUntil: sampleNow + 120_000,
        revision: 9,
      });
      const refreshed = store.refresh(stored, meta);
      assert.deepEqual({ ...refreshed }, { key, meta, length: body.length });
      const [found, ...others] = store.variantsOf(key, sampleNow);
      assert.deepEqual(found?.meta, meta);
      assert.deepEqual(others, []);
      for (const each of [refreshed, found]) {
        const opened = store.open(each);
        assert.ok(opened);
        assert.ok(Buffer.from(body).equals(await bytesOf(opened.slice(0, body.length))));
      }
      // Again, from what came out.
      store.refresh(refreshed, { ...meta, revision: 10 });
      assert.equal(store.variantsOf(key, sampleNow)[0]?.meta.revision, 10);
    });
    await Promise.all(cases);
  });

  test(`${name}.refresh() brings nothing back that is gone`, async (t) => {
    const store = await opened(t, under);
    const stored = await keep(store, "key", "hello");
    assert.ok(stored);
    store.remove(stored);
    const refreshed = store.refresh(stored, sampleMeta({ revision: 2 }));
    assert.equal(refreshed.meta.revision, 2);
    assert.equal(store.open(refreshed), undefined);
    assert.deepEqual(store.variantsOf("key", sampleNow), []);
  });

  test(`${name}.remove() takes one variant away, at once`, async (t) => {
    const store = await opened(t, under);
    const de = await keep(store, "key", "de", { varied: ["accept-language", "de"] });
    await keep(store, "key", "en", { varied: ["accept-language", "en"] });
    assert.ok(de);
    store.remove(de);
    assert.deepEqual(await keptTexts(store, "key"), ["en"]);
    assert.equal(store.open(de), undefined);
    store.remove(de);
    assert.deepEqual(await keptTexts(store, "key"), ["en"]);
  });

  test(`${name} finishes what is being sent when it is removed or replaced`, async (t) => {
    const store = await opened(t, under);
    const bytes = Buffer.from(sampleBytes(2_000_000));
    const stored = await keep(store, "key", bytes);
    assert.ok(stored);
    const body = store.open(stored)?.slice(0, bytes.length);
    assert.ok(body);
    const read = bytesOf(body, true);
    await keep(store, "key", "new");
    store.remove(stored);
    assert.ok(bytes.equals(await read));
    assert.deepEqual(await keptTexts(store, "key"), ["new"]);
  });
}

function boundsContract(name: string, under: StoreUnderTest): void {
  test(`${name} stays within its bytes, and keeps what is asked for`, async (t) => {
    const { store, bytes } = await under.open(t, tight);
    t.after(() => store.close());
    let most = 0;
    let kept = 0;
    for (let index = 0; index < 300; index += 1) {
      if (await keep(store, `key ${index}`, sampleBytes(100_000, index))) kept += 1;
      if (index === 0) continue;
      most = Math.max(most, bytes());
      for (let asked = 0; asked < 3; asked += 1) store.variantsOf("key 0", sampleNow);
    }
    assert.ok(most <= tight + under.marginBytes, `${most}`);
    assert.ok(kept > 250, `${kept}`);
    assert.equal(store.variantsOf("key 0", sampleNow).length, 1);
    const there = Array.from({ length: 300 }, (_, index) => index).filter(
      (index) => store.variantsOf(`key ${index}`, sampleNow).length > 0,
    );
    assert.ok(there.length > 30, `${there.length} are left`);
    for (const index of there) {
      const [stored] = store.variantsOf(`key ${index}`, sampleNow);
      const body = stored && store.open(stored);
      if (body === undefined) {
        // A copy of what is known of it was there still; now that is gone as well.
        assert.deepEqual(store.variantsOf(`key ${index}`, sampleNow), []);
        continue;
      }
      assert.ok(
        Buffer.from(sampleBytes(100_000, index)).equals(await bytesOf(body.slice(0, 100_000))),
      );
    }
  });

  test(`${name} counts what is known of a response, too`, async (t) => {
    const { store, bytes } = await under.open(t, tight);
    t.after(() => store.close());
    const headers = ["X-Long", "x".repeat(10_000)];
    for (let index = 0; index < 2_000; index += 1)
      await keep(store, `key ${index}`, "", { headers });
    assert.ok(bytes() <= tight + under.marginBytes, `${bytes()}`);
    assert.deepEqual(store.variantsOf("key 0", sampleNow), []);
  });

  test(`${name}.begin() refuses what is too large`, async (t) => {
    const store = await opened(t, under, tight);
    await keep(store, "key", "small");
    assert.equal(store.begin("key", sampleMeta(), tight), undefined);
    assert.equal(store.begin("key", sampleMeta(), 1e15), undefined);
    assert.deepEqual(await keptTexts(store, "key"), ["small"]);
  });

  test(`${name} gives up on what proves too large, and what came stays readable`, async (t) => {
    const { store, bytes } = await under.open(t, tight);
    t.after(() => store.close());
    await keep(store, "key", "small");
    const writer = store.begin("large", sampleMeta(), undefined);
    assert.ok(writer);
    const chunk = Buffer.from(sampleBytes(65_536));
    for (let written = 0; written < 2 * tight; written += chunk.length) {
      if (!writer.write(chunk)) await new Promise<void>((resolve) => writer.whenReady(resolve));
    }
    assert.ok(bytes() <= tight + under.marginBytes, `${bytes()}`);
    const { readable } = writer;
    if (readable >= 65_536) assert.ok(chunk.equals(await bytesOf(writer.slice(0, 65_536))));
    writer.end();
    assert.equal(await writer.commit(), undefined);
    assert.deepEqual(store.variantsOf("large", sampleNow), []);
    assert.ok(bytes() < tight / 2, `${bytes()}`);
  });

  test(`${name} refuses what comes after its close, and may be closed again`, async (t) => {
    const store = await opened(t, under);
    const writer = store.begin("key", sampleMeta(), 5);
    await store.close();
    writer?.write(Buffer.from("hello"));
    writer?.end();
    assert.equal(await writer?.commit(), undefined);
    assert.equal(store.begin("key", sampleMeta(), 5), undefined);
    assert.deepEqual(store.variantsOf("key", sampleNow), []);
    await store.close();
  });
}
