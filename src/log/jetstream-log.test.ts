import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { after, before, suite, test, type TestContext } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, nkeys } from "@nats-io/transport-node";
import { changeLogContract } from "../../test/support/change-log-contract.ts";
import { appendAll, bytes, following, range, texts } from "../../test/support/log-probe.ts";
import { NatsServer, skipWithoutNats } from "../../test/support/nats-server.ts";
import { JetStreamLog } from "./jetstream-log.ts";
import { defaultJetStreamOptions, type JetStreamOptions } from "./jetstream-options.ts";
import { LogFailure } from "./log-failure.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-jetstream-"));
let server: NatsServer;

suite("JetStreamLog", { skip: skipWithoutNats() }, () => {
  before(async () => {
    server = await NatsServer.start();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  changeLogContract("JetStreamLog", {
    open: (place) => openAt(server, { prefix: place }),
    isShared: true,
  });

  test("JetStreamLog loses nothing when its server is killed, and goes on when it is back", async (t) => {
    const own = await ownServer(t);
    const log = await opened(t, own);
    const followed = following(log, 0);
    await appendAll(log, "e", 50);
    await own.kill();
    const appended = log.append(bytes("e51"), 50);
    await own.start();
    // A server that comes back soon enough is waited for; otherwise it is said, and tried again.
    let revision = await appended.catch((error: unknown) => {
      assert.ok(error instanceof LogFailure);
    });
    while (revision === undefined) {
      revision = await log.append(bytes("e51"), 50).catch(() => undefined);
      // What was given up may have been kept all the same: then it stands there.
      const last = await log.lastRevision().catch(() => undefined);
      if (last === 51) revision = last;
    }
    assert.equal(revision, 51);
    await followed.until(51);
    assert.deepEqual(followed.revisions, range(1, 51));
    assert.equal((await log.read(0)).length, 51);
  });

  test("JetStreamLog.append() refuses in words where no server is left, and reads what it has", async (t) => {
    const own = await ownServer(t);
    const log = await opened(t, own);
    await appendAll(log, "e", 2);
    await own.kill();
    await assert.rejects(log.append(bytes("e3"), 2), (error: unknown) => {
      assert.ok(error instanceof LogFailure);
      assert.equal(error.reason, "unreachable");
      return true;
    });
    assert.equal((await log.findFailure())?.reason, "unreachable");
    await own.start();
    while ((await log.findFailure()) !== undefined) await setTimeout(20);
    assert.equal(await log.append(bytes("e3"), 2), 3);
  });

  test("JetStreamLog.append() keeps an entry once, though no answer comes in time", async (t) => {
    const own = await ownServer(t);
    const log = await opened(t, own);
    await appendAll(log, "e", 1);
    own.pause();
    const appended = log.append(bytes("e2"), 1);
    await setTimeout(3000);
    own.resume();
    assert.equal(await appended, 2);
    assert.deepEqual(texts(await log.read(0)), ["1 e1", "2 e2"]);
  });

  test("JetStreamLog neither appends to nor follows a stream that was deleted and made anew", async (t) => {
    const own = await ownServer(t);
    const log = await opened(t, own);
    await appendAll(log, "e", 3);
    const errors: string[] = [];
    const revisions: number[] = [];
    log.follow(
      3,
      ({ revision }) => revisions.push(revision),
      ({ message }) => errors.push(message),
    );
    await deleteStreams(own, ["footlight_changes"]);
    await assert.rejects(openAt(own), /footlight_changes was deleted, while footlight_objects/);
    await deleteStreams(own, ["footlight_objects"]);
    const another = await opened(t, own);
    await appendAll(another, "x", 5);
    await assert.rejects(log.append(bytes("e4"), 3), /was deleted and made anew/);
    assert.equal((await log.findFailure())?.reason, "gone");
    while (errors.length === 0) await setTimeout(20);
    assert.match(errors[0] ?? "", /made anew/);
    assert.deepEqual(revisions, []);
    assert.equal(await another.lastRevision(), 5);
  });

  test("JetStreamLog.append() says of a stream that was deleted and made anew what it is, though nobody has looked yet", async (t) => {
    const own = await ownServer(t);
    const log = await opened(t, own);
    await appendAll(log, "e", 3);
    await deleteStreams(own, ["footlight_changes", "footlight_objects"]);
    await opened(t, own);
    await assert.rejects(log.append(bytes("e4"), 3), { reason: "gone", message: /made anew/ });
  });

  test("JetStreamLog finds an old backup of its stream, and goes back to nothing", async (t) => {
    const own = await ownServer(t);
    const log = await opened(t, own);
    await appendAll(log, "e", 3);
    await own.kill("SIGTERM");
    const backup = join(folder, "old-store");
    cpSync(own.store, backup, { recursive: true });
    await own.start();
    const followed = following(log, 0);
    await appendAll(log, "e", 2);
    await followed.until(5);
    await own.kill("SIGTERM");
    rmSync(own.store, { recursive: true });
    cpSync(backup, own.store, { recursive: true });
    await own.start();
    let failure = await log.findFailure();
    while (failure?.reason !== "gone") {
      await setTimeout(20);
      failure = await log.findFailure();
    }
    assert.match(failure.message, /has lost entries: it ends at revision 3, and 5 was seen/);
    await assert.rejects(log.append(bytes("e4"), 3), /has lost entries/);
    assert.deepEqual(followed.revisions, [1, 2, 3, 4, 5]);
  });

  test("JetStreamLog tells a message that another sends on its feed, and follows on", async (t) => {
    const log = await opened(t, server, { prefix: "forged" });
    const followed = following(log, 0);
    await appendAll(log, "e", 2);
    await followed.until(2);
    const connection = await connect({ servers: server.address.slice("nats://".length) });
    connection.publish("forged.feed", "not of the stream");
    await connection.flush();
    await connection.close();
    await appendAll(log, "e", 1);
    await followed.until(3);
    assert.deepEqual(followed.texts, ["1 e1", "2 e2", "3 e3"]);
  });

  test("JetStreamLog.open() refuses a stream of another program, and settings that lose entries", async () => {
    await withManager(server, async (jsm) => {
      await jsm.streams.add({ name: "orders_changes", subjects: ["orders.new"] });
      await assert.rejects(
        openAt(server, { prefix: "orders" }),
        /another program's, with the subjects orders\.new/,
      );
      const log = await openAt(server, { prefix: "aged" });
      await log.close();
      await jsm.streams.update("aged_changes", { max_age: 1e9 * 3600 });
      await assert.rejects(
        openAt(server, { prefix: "aged" }),
        /aged_changes has a maximum age, must have none\. Change it with: nats stream edit aged_changes/,
      );
    });
  });

  test("JetStreamLog.open() makes nothing where it is only to follow", async () => {
    await assert.rejects(
      JetStreamLog.open(server.address, { ...defaultJetStreamOptions, prefix: "none" }, false),
      /there is none yet: start a control node on it first/,
    );
  });

  test("JetStreamLog.open() says that JetStream is off, and that there are too few servers", async (t) => {
    const plain = await NatsServer.start([]);
    t.after(() => plain.stop());
    await assert.rejects(openAt(plain), /JetStream is not enabled there/);
    await assert.rejects(
      openAt(server, { prefix: "three", replicas: 3 }),
      /fewer servers than replicas .*--log-replicas 1/,
    );
  });

  test("JetStreamLog.open() logs in by name, by token and by NKey, and says when it may not", async (t) => {
    const seed = nkeys.createUser();
    const named = await ownServer(
      t,
      configured(`
      accounts { A { jetstream: enabled, users: [
        { user: "operator", password: "p@ss,word" }
        { nkey: ${seed.getPublicKey()} }
        { user: "reader", password: "r", permissions: { publish: ["$JS.API.STREAM.INFO.>", "$JS.API.DIRECT.GET.>"] } }
      ] } }`),
    );
    await assert.rejects(openAt(named), /does not let this user in/);
    const by = (login: string): string => named.address.replace("nats://", `nats://${login}@`);
    const operator = await JetStreamLog.open(by("operator:p%40ss%2Cword"), defaultJetStreamOptions);
    await appendAll(operator, "e", 1);
    await operator.close();
    const credentials = join(folder, "user.nk");
    writeFileSync(credentials, seed.getSeed());
    const keyed = await openAt(named, { credentials });
    assert.equal(await keyed.lastRevision(), 1);
    await keyed.close();
    const reader = await JetStreamLog.open(by("reader:r"), defaultJetStreamOptions, false);
    t.after(() => reader.close());
    await assert.rejects(reader.append(bytes("e2"), 1), /has not the permission/);
  });

  test("JetStreamLog goes on where it was refused for a while, and by credentials that came meanwhile", async (t) => {
    const [first, second] = [nkeys.createUser(), nkeys.createUser()];
    const settings = join(folder, "keys.conf");
    const letIn = (key: nkeys.KeyPair): void =>
      writeFileSync(
        settings,
        "jetstream: { store_dir: $NATS_STORE }\n" +
          `accounts { A { jetstream: enabled, users: [{ nkey: ${key.getPublicKey()} }] } }`,
      );
    letIn(first);
    const own = await ownServer(t, ["-js", "-c", settings]);
    const credentials = join(folder, "rotated.nk");
    writeFileSync(credentials, first.getSeed());
    const log = await opened(t, own, { credentials });
    await appendAll(log, "e", 1);
    await own.kill();
    letIn(second);
    await own.start();
    // It is refused again and again.
    await setTimeout(2000);
    assert.equal((await log.findFailure())?.reason, "unreachable");
    writeFileSync(credentials, second.getSeed());
    while ((await log.findFailure()) !== undefined) await setTimeout(50);
    assert.equal(await log.append(bytes("e2"), 1), 2);
  });

  test("JetStreamLog.findFailure() says that there is no space, until there is some", async (t) => {
    const own = await NatsServer.start(
      configured("jetstream: { store_dir: $NATS_STORE, max_file_store: 2MB }"),
    );
    t.after(() => own.stop());
    const log = await opened(t, own);
    await appendAll(log, "e", 1);
    const connection = await connect({ servers: `127.0.0.1:${own.port}` });
    t.after(() => connection.close());
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: "filler", subjects: ["filler"] });
    const js = jetstream(connection);
    while (await js.publish("filler", new Uint8Array(100_000)).catch(() => undefined));
    await assert.rejects(log.append(new Uint8Array(100_000), 1), { reason: "full" });
    assert.equal((await log.findFailure())?.reason, "full");
    // It looks once more, and finds the same.
    await setTimeout(1100);
    assert.equal((await log.findFailure())?.reason, "full");
    await jsm.streams.delete("filler");
    while ((await log.findFailure()) !== undefined) await setTimeout(50);
    assert.equal(await log.append(new Uint8Array(100_000), 1), 2);
  });

  test("JetStreamLog.open() warns of replicas only who has a say in them", async (t) => {
    const log = await opened(t, server, { prefix: "replicas", replicas: undefined });
    assert.deepEqual(log.warnings, []);
    const options = { ...defaultJetStreamOptions, prefix: "replicas", replicas: 3 };
    const other = await JetStreamLog.open(server.address, options, false);
    t.after(() => other.close());
    assert.match(other.warnings.join(), /keeps 1 replicas, and --log-replicas says 3/);
  });

  test("JetStreamLog.open() speaks TLS to servers that another authority signed", async (t) => {
    const [ca, key] = [join(folder, "server.pem"), join(folder, "server.key")];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-keyout", key, "-out", ca, "-days", "2", "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost"],
      ],
      { stdio: "ignore" },
    );
    const secure = await ownServer(t, ["-js", "--tls", "--tlscert", ca, "--tlskey", key]);
    await assert.rejects(openAt(secure), /certificate/);
    // The client checks names, and no addresses.
    const log = await JetStreamLog.open(`nats://localhost:${secure.port}`, {
      ...defaultJetStreamOptions,
      ca,
    });
    t.after(() => log.close());
    assert.equal(await log.append(bytes("e1"), 0), 1);
  });
});

function configured(text: string): string[] {
  const file = join(folder, `${Math.random()}.conf`);
  writeFileSync(file, `jetstream: { store_dir: $NATS_STORE }\n${text}`);
  return ["-js", "-c", file];
}

async function ownServer(t: TestContext, extra?: readonly string[]): Promise<NatsServer> {
  const own = await NatsServer.start(extra);
  t.after(() => own.stop());
  return own;
}

function openAt(
  { address }: NatsServer,
  options: Partial<JetStreamOptions> = {},
): Promise<JetStreamLog> {
  return JetStreamLog.open(address, { ...defaultJetStreamOptions, ...options });
}

async function opened(
  t: TestContext,
  at: NatsServer,
  options?: Partial<JetStreamOptions>,
): Promise<JetStreamLog> {
  const log = await openAt(at, options);
  t.after(() => log.close());
  return log;
}

type Manager = Awaited<ReturnType<typeof jetstreamManager>>;

async function withManager(
  { port }: NatsServer,
  act: (jsm: Manager) => Promise<void>,
): Promise<void> {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  await act(await jetstreamManager(connection));
  await connection.close();
}

async function deleteStreams(at: NatsServer, names: readonly string[]): Promise<void> {
  await withManager(at, async (jsm) => {
    for (const name of names) await jsm.streams.delete(name);
  });
}
