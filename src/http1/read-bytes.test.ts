import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { readBytes } from "./read-bytes.ts";
import { canLend, readLentBytes } from "./read-lent-bytes.ts";

for (const [name, readBy] of Object.entries({ readBytes, readLentBytes }))
  testReading(name, readBy);

function testReading(name: string, readBy: typeof readBytes): void {
  test(`${name}(): what the system has read comes in order, without an event of the stream`, async (context) => {
    const { reading, writing } = await socketPair(context);
    const read = new Read();
    readBy(reading, read.take);
    let events = 0;
    reading.on("data", () => {
      events += 1;
    });
    for (const text of ["one", "two", "three"]) {
      writing.write(text);
      await read.until((whole) => whole.endsWith(text));
    }
    assert.equal(read.text, "onetwothree");
    assert.equal(events, 0);
  });

  test(`${name}(): a paused socket keeps what comes, and asks the system for no more than it holds`, async (context) => {
    const { reading, writing } = await socketPair(context);
    const read = new Read();
    readBy(reading, read.take);
    writing.write("begin");
    await read.until((whole) => whole === "begin");
    reading.pause();
    const large = "x".repeat(16 * 1024 * 1024);
    writing.write(large);
    for (let turns = 0; turns < 50; turns += 1) await turn();
    assert.equal(read.text, "begin");
    assert.ok(reading.readableLength < 1024 * 1024, `it holds ${reading.readableLength} bytes`);
    reading.resume();
    await read.until((whole) => whole.length === large.length + 5);
    assert.equal(read.text, `begin${large}`);
    // And it reads directly again.
    writing.write("end");
    await read.until((whole) => whole.endsWith("end"));
  });

  test(`${name}(): a reader that pauses at each piece gets each once, in order`, async (context) => {
    const { reading, writing } = await socketPair(context);
    const parts: Buffer[] = [];
    readBy(reading, (bytes) => {
      parts.push(Buffer.from(bytes));
      reading.pause();
      setImmediate(() => reading.resume());
    });
    const sent = Array.from({ length: 40_000 }, (_, at) => `${at},`).join("");
    writing.end(sent);
    await once(reading, "end");
    assert.equal(Buffer.concat(parts).toString(), sent);
  });

  test(`${name}(): who stops in the middle leaves the rest to a stream like any other`, async (context) => {
    const { reading, writing } = await socketPair(context);
    const first = new Read();
    const stop = readBy(reading, first.take);
    writing.write("mine");
    await first.until((whole) => whole === "mine");
    stop();
    reading.unshift(Buffer.from("mine"));
    const rest = new Read();
    reading.on("data", (bytes: Buffer) => {
      rest.take(bytes);
      reading.pause();
      setImmediate(() => reading.resume());
    });
    reading.resume();
    const theirs = "and theirs".repeat(400_000);
    writing.end(theirs);
    await once(reading, "end");
    assert.equal(first.text, "mine");
    assert.equal(rest.text, `mine${theirs}`);
    assert.equal(reading.listenerCount("data"), 1);
  });

  test(`${name}(): an end and a broken connection are told as ever`, async (context) => {
    const ended = await socketPair(context);
    readBy(ended.reading, () => {});
    ended.writing.end("last");
    await once(ended.reading, "end");
    const broken = await socketPair(context);
    const read = new Read();
    readBy(broken.reading, read.take);
    broken.writing.write("last");
    await read.until((whole) => whole === "last");
    broken.writing.resetAndDestroy();
    const [error] = (await once(broken.reading, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNRESET");
  });

  test(`${name}(): nothing is read after the reader has destroyed the socket`, async (context) => {
    const { reading, writing } = await socketPair(context);
    const read = new Read();
    readBy(reading, (bytes) => {
      read.take(bytes);
      reading.destroy();
    });
    writing.on("error", () => {});
    writing.write("a");
    await once(reading, "close");
    writing.write("b");
    await turn();
    assert.equal(read.text, "a");
  });
}

test("readLentBytes() reads all sockets into one buffer, on each Node that is supported", async (context) => {
  assert.ok(canLend);
  const memory = new Set<ArrayBufferLike>();
  for (const text of ["one", "another"]) {
    const { reading, writing } = await socketPair(context);
    const read = new Read();
    readLentBytes(reading, (bytes) => {
      memory.add(bytes.buffer);
      read.take(bytes);
    });
    writing.write(text);
    await read.until((whole) => whole === text);
  }
  assert.equal(memory.size, 1);
});

test("readLentBytes() lends nothing to a stream: it keeps what it is given", async (context) => {
  const { reading, writing } = await socketPair(context);
  const stop = readLentBytes(reading, () => {});
  stop();
  const parts: Buffer[] = [];
  reading.on("data", (bytes: Buffer) => parts.push(bytes));
  const text = (): string => Buffer.concat(parts).toString();
  for (const all of ["aaaa", "aaaabbbb", "aaaabbbbcccc"]) {
    writing.write(all.slice(-4));
    while (text().length < all.length) await turn();
  }
  assert.equal(text(), "aaaabbbbcccc");
});

test("readLentBytes() reads a socket that is no system's own as readBytes() does", async (context) => {
  const { reading, writing } = await socketPair(context);
  Object.setPrototypeOf(reading, Object.create(Object.getPrototypeOf(reading) as object));
  const memory = new Set<ArrayBufferLike>();
  const read = new Read();
  readLentBytes(reading, (bytes) => {
    memory.add(bytes.buffer);
    read.take(bytes);
  });
  for (const all of ["one", "onetwo"]) {
    writing.write(all.slice(-3));
    await read.until((whole) => whole === all);
  }
  assert.equal(memory.size, 2);
});

class Read {
  readonly #parts: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.#parts).toString();
  }

  readonly take = (bytes: Buffer): void => {
    this.#parts.push(Buffer.from(bytes));
  };

  async until(isEnough: (text: string) => boolean): Promise<void> {
    while (!isEnough(this.text)) await turn();
  }
}

async function socketPair(
  context: TestContext,
): Promise<{ readonly reading: Socket; readonly writing: Socket }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const writing = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [reading] = (await once(server, "connection")) as [Socket];
  context.after(() => {
    reading.destroy();
    writing.destroy();
    server.close();
  });
  return { reading, writing };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
