import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { readBytes } from "./read-bytes.ts";

test("what the system has read comes in order, without an event of the stream", async (context) => {
  const { reading, writing } = await socketPair(context);
  const read = new Read();
  readBytes(reading, read.take);
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

test("a paused socket keeps what comes, and asks the system for no more than it holds", async (context) => {
  const { reading, writing } = await socketPair(context);
  const read = new Read();
  readBytes(reading, read.take);
  writing.write("begin");
  await read.until((whole) => whole === "begin");
  reading.pause();
  const large = "x".repeat(16 * 1024 * 1024);
  writing.write(large);
  while (reading.readableLength < reading.readableHighWaterMark) await turn();
  for (let turns = 0; turns < 20; turns += 1) await turn();
  assert.equal(read.text, "begin");
  assert.ok(reading.readableLength < 1024 * 1024, `it holds ${reading.readableLength} bytes`);
  reading.resume();
  await read.until((whole) => whole.length === large.length + 5);
  assert.equal(read.text, `begin${large}`);
  // And it reads directly again.
  writing.write("end");
  await read.until((whole) => whole.endsWith("end"));
});

test("a reader that pauses at each piece gets each once, in order", async (context) => {
  const { reading, writing } = await socketPair(context);
  const parts: Buffer[] = [];
  readBytes(reading, (bytes) => {
    parts.push(bytes);
    reading.pause();
    setImmediate(() => reading.resume());
  });
  const sent = Array.from({ length: 40_000 }, (_, at) => `${at},`).join("");
  writing.end(sent);
  await once(reading, "end");
  assert.equal(Buffer.concat(parts).toString(), sent);
});

test("who stops in the middle leaves the rest to a stream like any other", async (context) => {
  const { reading, writing } = await socketPair(context);
  const first = new Read();
  const stop = readBytes(reading, first.take);
  writing.write("mine");
  await first.until((whole) => whole === "mine");
  stop();
  reading.unshift(Buffer.from("mine"));
  const rest = new Read();
  reading.on("data", rest.take);
  reading.resume();
  writing.end("and theirs");
  await once(reading, "end");
  assert.equal(first.text, "mine");
  assert.equal(rest.text, "mineand theirs");
  assert.equal(reading.listenerCount("data"), 1);
});

test("an end and a broken connection are told as ever", async (context) => {
  const ended = await socketPair(context);
  readBytes(ended.reading, () => {});
  ended.writing.end("last");
  await once(ended.reading, "end");
  const broken = await socketPair(context);
  const read = new Read();
  readBytes(broken.reading, read.take);
  broken.writing.write("last");
  await read.until((whole) => whole === "last");
  broken.writing.resetAndDestroy();
  const [error] = (await once(broken.reading, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET");
});

test("nothing is read after the reader has destroyed the socket", async (context) => {
  const { reading, writing } = await socketPair(context);
  const read = new Read();
  readBytes(reading, (bytes) => {
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

class Read {
  readonly #parts: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.#parts).toString();
  }

  readonly take = (bytes: Buffer): void => {
    this.#parts.push(bytes);
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
