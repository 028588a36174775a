/** What docs/scale.md says that nodes may do on the servers is enough, and keeps edges from appending. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { GetDistributionCommand } from "@aws-sdk/client-cloudfront";
import { LogFailure } from "../../src/log/log-failure.ts";
import { openAccount, type OpenedAccount } from "../../src/node/open-account.ts";
import { defaultOptions, type NodeOptions } from "../../src/node/options.ts";
import { commitChange } from "../../src/state/commit.ts";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { NatsOperator, type UserRights } from "../support/nats-jwt.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { functionCreated } from "../support/sample-changes.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { callFunction, publishInWaves, readWaves } from "../support/waves-api.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-permissions-"));
after(() => rmSync(folder, { recursive: true }));

suite("the permissions that docs/scale.md gives", { skip: skipWithoutNats() }, () => {
  test("are enough for control nodes and edges, and an edge cannot append", async (t) => {
    const server = await startServer(
      t,
      `accounts { A { jetstream: enabled, users: [
        { user: control, password: c, permissions: ${permissionsOf("control")} }
        { user: edge, password: e, permissions: ${permissionsOf("edge")} }
      ] } }`,
    );
    const as = (login: string): string => server.address.replace("//", `//${login}@`);
    const control = await open(t, { log: as("control:c") }, true);
    await commit(control, "a");
    // A snapshot is an object: the edge that comes next begins with it.
    const { state } = control.replica;
    await control.replica.close();
    assert.equal((await control.log.loadSnapshot())?.revision, state.revision);
    const edge = await open(t, { log: as("edge:e") }, false);
    assert.equal(edge.replica.state.functions.size, 1);
    const writer = await open(t, { log: as("control:c") }, true);
    await commit(writer, "b");
    // Too long for a message, so kept as an object.
    await commit(writer, "c", Buffer.alloc(700_000, "x").toString("base64"));
    await edge.replica.whenAt(3);
    assert.equal(edge.replica.state.functions.size, 3);
    await assert.rejects(edge.log.append(new Uint8Array(1), 3), (error: unknown) => {
      assert.ok(error instanceof LogFailure);
      assert.match(error.message, /has not the permission/);
      return true;
    });
    assert.equal(await writer.log.lastRevision(), 3);
  });

  test("are enough for users by JWT, with credentials files as nsc writes them", async (t) => {
    const operator = new NatsOperator();
    const server = await startServer(t, operator.configuration);
    const file = (kind: "control" | "edge"): string => {
      const path = join(folder, `${kind}.creds`);
      writeFileSync(path, operator.credentials(subjectsOf(kind)), { mode: 0o600 });
      return path;
    };
    const args = (kind: "control" | "edge"): string[] => [
      ...["--log", server.address, "--log-credentials", file(kind)],
    ];
    const control = await startTestNode({ command: "control", args: args("control") });
    t.after(() => control.kill());
    const edge = await startTestNode({ command: "edge", args: args("edge") });
    t.after(() => edge.kill());
    const page = await createLiveFunction(control.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const get = new GetDistributionCommand({ Id: page.distributionId });
    // Reports go by their own subjects.
    while ((await control.client.send(get)).Distribution?.Status !== "Deployed") {
      await setTimeout(20);
    }
    // It waits for the edges that it has heard of.
    while ((await view(edge.edge, page.host, "/")).body !== "one") await setTimeout(20);
    // So do what edges count in waves, and how versions ran.
    await page.update(pageOf("two"));
    await publishInWaves(control.api, "page", "50% 1h, 100%");
    const counted = async (): Promise<number> => {
      const { on } = await readWaves(control.api, "page");
      return (on?.counted?.new.requests ?? 0) + (on?.counted?.old.requests ?? 0);
    };
    while ((await counted()) === 0) await view(edge.edge, page.host, "/");
    // On a busy machine an edge may be slow to answer; one that may not is never heard.
    const areTold = async (): Promise<boolean> => {
      const runs = await callFunction<{ readonly items: readonly object[] }>(
        control.api,
        "page/runs",
      );
      return runs.items.length > 0 && !("unanswered" in runs);
    };
    while (!(await areTold())) await setTimeout(20);
    const follower = await open(t, { log: server.address, logCredentials: file("edge") }, false);
    await assert.rejects(follower.log.append(new Uint8Array(1), 3), /has not the permission/);

    const stranger = join(folder, "stranger.creds");
    writeFileSync(stranger, new NatsOperator().credentials(subjectsOf("control")));
    await assert.rejects(
      open(t, { log: server.address, logCredentials: stranger }, true),
      /Cannot reach the change log at .*does not let this user in/,
    );
  });

  test("a node logs in by token", async (t) => {
    const server = await startServer(t, `authorization { token: "s3cret" }`);
    const log = server.address.replace("//", "//s3cret@");
    await commit(await open(t, { log }, true), "a");
    await assert.rejects(open(t, { log: server.address }, true), /does not let this user in/);
  });

  test("a node shows its certificate where the servers ask for one", async (t) => {
    const [ca, key] = [join(folder, "own.pem"), join(folder, "own.key")];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-keyout", key, "-out", ca, "-days", "2", "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost"],
      ],
      { stdio: "ignore" },
    );
    const server = await NatsServer.start([
      ...["-js", "--tls", "--tlscert", ca, "--tlskey", key],
      ...["--tlscacert", ca, "--tlsverify"],
    ]);
    t.after(() => server.stop());
    const log = `nats://localhost:${server.port}`;
    const own = { log, logCa: ca, logCertificate: ca, logKey: key };
    await commit(await open(t, own, true), "a");
    await assert.rejects(
      open(t, { log, logCa: ca, logWait: 0 }, true),
      /Cannot reach the change log/,
    );
  });
});

/** In the form of the server's configuration. */
function permissionsOf(kind: "control" | "edge"): string {
  const { publish, subscribe } = subjectsOf(kind);
  return `{ publish: ${JSON.stringify(publish)}, subscribe: ${JSON.stringify(subscribe)} }`;
}

/** As docs/scale.md writes them, for the group `default`. */
function subjectsOf(kind: "control" | "edge"): UserRights {
  const docs = readFileSync(resolve(import.meta.dirname, "../../docs/scale.md"), "utf8");
  const [, block = ""] =
    new RegExp(`^    ${kind}: +(publish [^]*?)(?=\\n\\n|\\n    \\w+:)`, "m").exec(docs) ?? [];
  const [, publish = "", subscribe = ""] = /publish([^]*)subscribe([^]*)/.exec(block) ?? [];
  const list = (text: string): string[] =>
    text
      .replaceAll("GROUP", "default")
      .split(/\s+/)
      .filter((subject) => subject !== "");
  return { publish: list(publish), subscribe: list(subscribe) };
}

async function startServer(t: TestContext, configuration: string): Promise<NatsServer> {
  const file = join(folder, `${Math.random()}.conf`);
  const store = configuration.includes("store_dir") ? "" : "jetstream { store_dir: $NATS_STORE }\n";
  writeFileSync(file, store + configuration);
  const server = await NatsServer.start(["-js", "-c", file]);
  t.after(() => server.stop());
  return server;
}

async function open(
  t: TestContext,
  given: Partial<NodeOptions>,
  isWriter: boolean,
): Promise<OpenedAccount> {
  const options = { ...defaultOptions, data: temporaryFolder(), ...given };
  const opened = await openAccount(options, { isWriter, group: undefined, logger: notedLogger() });
  t.after(async () => {
    await opened.replica.close();
    await opened.log.close();
  });
  return opened;
}

async function commit({ log, replica }: OpenedAccount, name: string, code?: string): Promise<void> {
  await commitChange(log, replica, () => functionCreated(name, code));
}
