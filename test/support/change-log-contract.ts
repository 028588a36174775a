/**
 * What every ChangeLog promises. Each implementation's test file runs all of it.
 *
 * A log is opened by the name of a place. Where the entries outlive the process (`isShared`),
 * opening the same place again gives the same log, and two handles behave as two processes do.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import type { ChangeLog, Entry, Revision } from "../../src/log/change-log.ts";
import { appendAll, bytes, following, range, sequence, texts } from "./log-probe.ts";

export interface LogUnderTest {
  readonly open: (place: string) => Promise<ChangeLog>;
  /** Whether opening a place again finds what an earlier log left there. */
  readonly isShared: boolean;
}

const decoder = new TextDecoder();

export function changeLogContract(name: string, { open, isShared }: LogUnderTest): void {
  appendingContract(name, open);
  followingContract(name, open);
  snapshotContract(name, open);
  beginningContract(name, open);
  closingContract(name, open);
  if (isShared) sharedContract(name, open);
}

type Open = LogUnderTest["open"];

function appendingContract(name: string, open: Open): void {
  test(`${name}.append() numbers entries from 1, without gaps`, async (t) => {
    const log = await opened(t, open);
    assert.equal(await log.lastRevision(), 0);
    assert.equal(await log.append(bytes("first"), 0), 1);
    assert.equal(await log.append(bytes("second"), 1), 2);
    assert.equal(await log.lastRevision(), 2);
    assert.equal(await log.requireLast(), 2);
  });

  test(`${name}.append() refuses a revision that is no longer the last`, async (t) => {
    const log = await opened(t, open);
    await log.append(bytes("first"), 0);
    assert.equal(await log.append(bytes("rival"), 0), undefined);
    assert.deepEqual(texts(await log.read(0)), ["1 first"]);
  });

  test(`${name}.append() refuses a revision that the log has not reached`, async (t) => {
    const log = await opened(t, open);
    assert.equal(await log.append(bytes("early"), 1), undefined);
    assert.equal(await log.lastRevision(), 0);
  });

  test(`${name}.append() lets one of many concurrent appends at a revision succeed`, async (t) => {
    const log = await opened(t, open);
    const attempts = Array.from({ length: 20 }, (_, index) => log.append(bytes(`${index}`), 0));
    const revisions = (await Promise.all(attempts)).filter((revision) => revision !== undefined);
    assert.deepEqual(revisions, [1]);
    assert.equal((await log.read(0)).length, 1);
  });

  test(`${name}.append() keeps every entry of writers that try again, each in its order`, async (t) => {
    const log = await opened(t, open);
    await Promise.all(["a", "b", "c"].map((writer) => appendAll(log, writer, 30)));
    const written = texts(await log.read(0)).map((text) => text.split(" ")[1]);
    for (const writer of ["a", "b", "c"]) {
      const own = written.filter((text) => text?.startsWith(writer));
      assert.deepEqual(own, sequence(writer, 30));
    }
    assert.equal(await log.lastRevision(), 90);
  });

  test(`${name}.append() keeps bytes of any value and any length`, async (t) => {
    const log = await opened(t, open);
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    const long = new Uint8Array(300_000).fill(7);
    for (const [index, value] of [every, new Uint8Array(0), long].entries()) {
      await log.append(value, index);
    }
    const kept = (await log.read(0)).map((entry) => Buffer.from(entry.bytes));
    assert.deepEqual(
      kept,
      [every, new Uint8Array(0), long].map((value) => Buffer.from(value)),
    );
  });

  test(`${name}.append() keeps an entry of 8 MB, which is delivered among others`, async (t) => {
    const log = await opened(t, open);
    const followed = following(log, 0);
    const long = Buffer.alloc(8_000_000, randomBytes(251));
    assert.equal(await log.append(bytes("before"), 0), 1);
    assert.equal(await log.append(long, 1), 2);
    assert.equal(await log.append(long, 1), undefined);
    assert.equal(await log.append(bytes("after"), 2), 3);
    await followed.until(3);
    const [, kept] = await log.read(0);
    assert.equal(Buffer.compare(kept?.bytes ?? bytes(""), long), 0);
    assert.deepEqual(followed.revisions, [1, 2, 3]);
  });

  test(`${name}.append() keeps no reference to what it was given, nor read() to what it gives`, async (t) => {
    const log = await opened(t, open);
    const given = bytes("kept");
    await log.append(given, 0);
    given.fill(0);
    for (const entry of await log.read(0)) entry.bytes.fill(0);
    assert.deepEqual(texts(await log.read(0)), ["1 kept"]);
  });

  test(`${name}.read() gives what lies after a revision, oldest first, up to the limit`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 5);
    assert.deepEqual(texts(await log.read(2)), ["3 e3", "4 e4", "5 e5"]);
    assert.deepEqual(texts(await log.read(1, 2)), ["2 e2", "3 e3"]);
    assert.deepEqual(await log.read(5), []);
    assert.deepEqual(await log.read(9), []);
  });

  test(`${name}.read() gives at most 1000 entries when no limit is named`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 1001);
    assert.equal((await log.read(0)).length, 1000);
  });
}

function followingContract(name: string, open: Open): void {
  test(`${name}.follow() delivers what was there and what comes, in order and each once`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 700);
    const followed = following(log, 100);
    await appendAll(log, "e", 300);
    await followed.until(1000);
    assert.deepEqual(followed.revisions, range(101, 1000));
    assert.equal(followed.texts.at(-1), "1000 e1000");
  });

  test(`${name}.follow() delivers a long backlog to its end, with nobody appending`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 1200);
    const followed = following(log, 0);
    await followed.until(1200);
    assert.deepEqual(followed.revisions, range(1, 1200));
  });

  test(`${name}.follow() delivers to each of several followers from its own revision`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 3);
    const fromStart = following(log, 0);
    const fromEnd = following(log, 3);
    await appendAll(log, "e", 2);
    await Promise.all([fromStart.until(5), fromEnd.until(5)]);
    assert.deepEqual(fromStart.revisions, [1, 2, 3, 4, 5]);
    assert.deepEqual(fromEnd.revisions, [4, 5]);
  });

  test(`${name}.follow() calls no listener before it has returned`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 1);
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      log.follow(0, () => resolve(void order.push("listener")));
      order.push("returned");
    });
    assert.deepEqual(order, ["returned", "listener"]);
  });

  test(`${name}.follow() delivers nothing more once it is stopped, even amid a batch`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 10);
    const revisions: Revision[] = [];
    const stop = log.follow(0, ({ revision }) => {
      revisions.push(revision);
      if (revision === 4) stop();
    });
    const other = following(log, 0);
    await appendAll(log, "e", 1);
    await other.until(11);
    assert.deepEqual(revisions, [1, 2, 3, 4]);
  });

  test(`${name}.follow() delivers what its own listener appends`, async (t) => {
    const log = await opened(t, open);
    const followed = following(log, 0);
    log.follow(0, ({ revision }) => {
      if (revision < 5) void log.append(bytes(`e${revision + 1}`), revision);
    });
    await log.append(bytes("e1"), 0);
    await followed.until(5);
    assert.deepEqual(followed.texts, ["1 e1", "2 e2", "3 e3", "4 e4", "5 e5"]);
  });

  test(`${name}.follow() ends and says why when its listener throws, and others go on`, async (t) => {
    const log = await opened(t, open);
    const revisions: Revision[] = [];
    const errors: string[] = [];
    const broken = ({ revision }: Entry): void => {
      revisions.push(revision);
      if (revision === 2) throw new Error("cannot take entry 2");
    };
    log.follow(0, broken, (error) => errors.push(error.message));
    const other = following(log, 0);
    await appendAll(log, "e", 4);
    await other.until(4);
    assert.deepEqual(revisions, [1, 2]);
    assert.deepEqual(errors, ["cannot take entry 2"]);
  });
}

function snapshotContract(name: string, open: Open): void {
  test(`${name}.loadSnapshot() gives the newest snapshot, and nothing before the first`, async (t) => {
    const log = await opened(t, open);
    assert.equal(await log.loadSnapshot(), undefined);
    await appendAll(log, "e", 3);
    await log.saveSnapshot({ revision: 2, bytes: bytes("at 2") });
    await log.saveSnapshot({ revision: 3, bytes: bytes("at 3") });
    await log.saveSnapshot({ revision: 1, bytes: bytes("late") });
    const snapshot = await log.loadSnapshot();
    assert.equal(snapshot?.revision, 3);
    assert.equal(decoder.decode(snapshot?.bytes), "at 3");
  });

  test(`${name}.saveSnapshot() replaces one of the same revision, and takes revision 0`, async (t) => {
    const log = await opened(t, open);
    await log.saveSnapshot({ revision: 0, bytes: bytes("empty") });
    await log.saveSnapshot({ revision: 0, bytes: bytes("again") });
    assert.equal(decoder.decode((await log.loadSnapshot())?.bytes), "again");
  });

  test(`${name}.saveSnapshot() drops no entry`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 3);
    await log.saveSnapshot({ revision: 3, bytes: bytes("at 3") });
    assert.deepEqual(texts(await log.read(0)), ["1 e1", "2 e2", "3 e3"]);
  });

  test(`${name}.saveSnapshot() refuses a revision that the log has not reached`, async (t) => {
    const log = await opened(t, open);
    await assert.rejects(log.saveSnapshot({ revision: 1, bytes: bytes("early") }), /ahead of/);
    assert.equal(await log.loadSnapshot(), undefined);
  });

  test(`${name}.saveSnapshot() keeps no reference to what it was given`, async (t) => {
    const log = await opened(t, open);
    const given = bytes("kept");
    await log.saveSnapshot({ revision: 0, bytes: given });
    given.fill(0);
    (await log.loadSnapshot())?.bytes.fill(0);
    assert.equal(decoder.decode((await log.loadSnapshot())?.bytes), "kept");
  });
}

function beginningContract(name: string, open: Open): void {
  test(`${name}.beginAfter() drops what came before, and goes on as before`, async (t) => {
    const log = await opened(t, open);
    assert.equal(await log.firstRevision(), 1);
    await appendAll(log, "e", 5);
    const followed = following(log, 3);
    await log.beginAfter({ revision: 3, bytes: bytes("at 3") }, new Set());
    assert.equal(await log.firstRevision(), 4);
    assert.deepEqual(texts(await log.read(0)), ["4 e4", "5 e5"]);
    assert.deepEqual(texts(await log.read(0, 1)), ["4 e4"]);
    assert.deepEqual(texts(await log.read(4)), ["5 e5"]);
    assert.equal(await log.append(bytes("e6"), 5), 6);
    await followed.until(6);
    assert.deepEqual(followed.revisions, [4, 5, 6]);
  });

  test(`${name}.beginAfter() may leave no entry, and the next gets the next revision`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 2);
    await log.beginAfter({ revision: 2, bytes: bytes("at 2") }, new Set());
    assert.deepEqual(await log.read(0), []);
    assert.equal(await log.lastRevision(), 2);
    assert.equal(await log.firstRevision(), 3);
    assert.equal(await log.append(bytes("early"), 0), undefined);
    assert.equal(await log.append(bytes("e3"), 2), 3);
    assert.deepEqual(texts(await log.read(0)), ["3 e3"]);
  });

  test(`${name}.beginAfter() keeps its snapshot when later ones come, until it begins later`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 5);
    await log.saveSnapshot({ revision: 1, bytes: bytes("at 1") });
    await log.beginAfter({ revision: 2, bytes: bytes("at 2") }, new Set());
    await log.saveSnapshot({ revision: 4, bytes: bytes("at 4") });
    await log.saveSnapshot({ revision: 5, bytes: bytes("at 5") });
    const revisions = async (): Promise<Revision[]> => {
      const found: Revision[] = [];
      for (let before: Revision | undefined; ; before = found.at(-1)) {
        const snapshot = await log.loadSnapshot(before);
        if (snapshot === undefined) return found;
        found.push(snapshot.revision);
      }
    };
    assert.deepEqual(await revisions(), [5, 2]);
    await log.beginAfter({ revision: 3, bytes: bytes("at 3") }, new Set());
    assert.deepEqual(await revisions(), [5, 3]);
  });

  test(`${name}.beginAfter() keeps aside what it is told, as long as it is told so`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 9);
    await log.beginAfter({ revision: 5, bytes: bytes("at 5") }, new Set([2, 4, 5]));
    assert.deepEqual(texts(await log.readKept(0)), ["2 e2", "4 e4", "5 e5"]);
    assert.deepEqual(texts(await log.readKept(2, 1)), ["4 e4"]);
    assert.deepEqual(texts(await log.read(0)), ["6 e6", "7 e7", "8 e8", "9 e9"]);
    await log.beginAfter({ revision: 7, bytes: bytes("at 7") }, new Set([4, 7]));
    assert.deepEqual(texts(await log.readKept(0)), ["4 e4", "7 e7"]);
  });

  test(`${name}.beginAfter() refuses what the log has not reached, or begins behind`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 3);
    const at = (revision: Revision) => ({ revision, bytes: bytes("") });
    await assert.rejects(log.beginAfter(at(4), new Set()), /ahead of/);
    await log.beginAfter(at(2), new Set());
    await assert.rejects(log.beginAfter(at(1), new Set()), /begins after revision 2 already/);
    assert.equal(await log.firstRevision(), 3);
  });

  test(`${name}.beginAfter() drops nothing where the log begins there already`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 2);
    await log.beginAfter({ revision: 0, bytes: bytes("empty") }, new Set());
    assert.deepEqual(texts(await log.read(0)), ["1 e1", "2 e2"]);
    const other = await opened(t, open);
    await other.startAfter({ revision: 5, bytes: bytes("base") }, []);
    await other.append(bytes("e6"), 5);
    await other.beginAfter({ revision: 5, bytes: bytes("base once more") }, new Set());
    assert.deepEqual(texts(await other.read(0)), ["6 e6"]);
  });

  test(`${name}.startAfter() makes a log that has nothing begin where another does`, async (t) => {
    const log = await opened(t, open);
    const kept = [{ revision: 3, bytes: bytes("e3") }];
    await log.startAfter({ revision: 7, bytes: bytes("at 7") }, kept);
    assert.equal(await log.firstRevision(), 8);
    assert.equal(await log.lastRevision(), 7);
    assert.deepEqual(texts(await log.readKept(0)), ["3 e3"]);
    assert.equal((await log.loadSnapshot())?.revision, 7);
    const followed = following(log, 7);
    assert.equal(await log.append(bytes("early"), 0), undefined);
    assert.equal(await log.append(bytes("e8"), 7), 8);
    await followed.until(8);
    assert.deepEqual(texts(await log.read(0)), ["8 e8"]);
    await assert.rejects(
      log.startAfter({ revision: 9, bytes: bytes("at 9") }, []),
      /has \d entries already/,
    );
    await appendAll(log, "e", 2);
    await log.beginAfter({ revision: 9, bytes: bytes("at 9") }, new Set([3, 8]));
    assert.deepEqual(texts(await log.readKept(0)), ["3 e3", "8 e8"]);
    assert.deepEqual(texts(await log.read(0)), ["10 e10"]);
    assert.equal(await log.append(bytes("e11"), 10), 11);
  });

  test(`${name}.findFailure() finds nothing where appending works`, async (t) => {
    const log = await opened(t, open);
    assert.equal(await log.findFailure(), undefined);
    await appendAll(log, "e", 1);
    assert.equal(await log.findFailure(), undefined);
  });
}

function closingContract(name: string, open: Open): void {
  test(`${name}.close() ends all following and refuses later calls`, async (t) => {
    const log = await opened(t, open);
    await appendAll(log, "e", 1);
    let delivered = 0;
    log.follow(0, () => (delivered += 1));
    await log.close();
    await assert.rejects(log.append(bytes("late"), 1), /closed/);
    await assert.rejects(log.read(0), /closed/);
    await assert.rejects(log.lastRevision(), /closed/);
    await assert.rejects(log.saveSnapshot({ revision: 0, bytes: bytes("") }), /closed/);
    await assert.rejects(log.loadSnapshot(), /closed/);
    await assert.rejects(log.firstRevision(), /closed/);
    await assert.rejects(log.readKept(0), /closed/);
    await assert.rejects(log.findFailure(), /closed/);
    assert.throws(() => log.follow(0, () => {}), /closed/);
    const deliveredAtClose = delivered;
    await new Promise(setImmediate);
    assert.equal(delivered, deliveredAtClose);
  });

  test(`${name}.close() may be called again`, async (t) => {
    const log = await opened(t, open);
    await log.close();
    await log.close();
  });
}

function sharedContract(name: string, open: Open): void {
  test(`${name} gives back entries and snapshot when it is opened again`, async (t) => {
    const place = newPlace();
    const before = await open(place);
    await appendAll(before, "e", 3);
    await before.saveSnapshot({ revision: 2, bytes: bytes("at 2") });
    await before.close();

    const log = await opened(t, open, place);
    assert.deepEqual(texts(await log.read(0)), ["1 e1", "2 e2", "3 e3"]);
    assert.equal((await log.loadSnapshot())?.revision, 2);
    assert.equal(await log.append(bytes("e4"), 3), 4);
  });

  test(`${name} begins where it was made to begin when it is opened again`, async (t) => {
    const place = newPlace();
    const before = await open(place);
    await appendAll(before, "e", 4);
    await before.beginAfter({ revision: 3, bytes: bytes("at 3") }, new Set([1]));
    await before.close();

    const log = await opened(t, open, place);
    assert.equal(await log.firstRevision(), 4);
    assert.deepEqual(texts(await log.readKept(0)), ["1 e1"]);
    assert.equal((await log.loadSnapshot())?.revision, 3);
    assert.equal(await log.append(bytes("e5"), 4), 5);
  });

  test(`${name}.append() compares with what another handle appended`, async (t) => {
    const place = newPlace();
    const [ours, theirs] = [await opened(t, open, place), await opened(t, open, place)];
    await theirs.append(bytes("theirs"), 0);
    assert.equal(await ours.append(bytes("ours"), 0), undefined);
    assert.equal(await ours.append(bytes("ours"), 1), 2);
    assert.deepEqual(texts(await theirs.read(0)), ["1 theirs", "2 ours"]);
  });

  test(`${name}.follow() delivers what another handle appends, among our own`, async (t) => {
    const place = newPlace();
    const [ours, theirs] = [await opened(t, open, place), await opened(t, open, place)];
    const followed = following(ours, 0);
    await Promise.all([appendAll(ours, "o", 100), appendAll(theirs, "t", 100)]);
    await followed.until(200);
    assert.deepEqual(followed.revisions, range(1, 200));
    assert.deepEqual(followed.texts, texts(await ours.read(0)));
  });

  test(`${name}.follow() delivers what another handle appends when ours is idle`, async (t) => {
    const place = newPlace();
    const [ours, theirs] = [await opened(t, open, place), await opened(t, open, place)];
    const followed = following(ours, 0);
    await theirs.append(bytes("first"), 0);
    await followed.until(1);
    await theirs.append(bytes("second"), 1);
    await followed.until(2);
    assert.deepEqual(followed.texts, ["1 first", "2 second"]);
  });
}

let places = 0;

/** @returns a name that no other log of this test run has */
function newPlace(): string {
  places += 1;
  return `contract-${process.pid}-${places}`;
}

async function opened(t: TestContext, open: Open, place: string = newPlace()): Promise<ChangeLog> {
  const log = await open(place);
  t.after(() => log.close());
  return log;
}
