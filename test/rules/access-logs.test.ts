/** What standard access logs tell of each request: CloudFront's 33 fields, and those of version 2. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Map } from "immutable";
import parser from "cloudfront-log-parser";
import { accessFormat } from "../../src/edge/record/access/access-format.ts";
import {
  chosenFields,
  plainFields,
  standardFields,
} from "../../src/edge/record/access/access-fields.ts";
import { accessListeners, type AccessLog } from "../../src/edge/record/access/access-logs.ts";
import type { AccessForm, AccessFormat } from "../../src/edge/record/access/access-format.ts";
import { inRecordOrder, realtimeFields } from "../../src/edge/record/access/realtime-fields.ts";
import type { RealtimeLog } from "../../src/edge/deployment/realtime-log.ts";
import type { State } from "../../src/state/state.ts";
import {
  account,
  domainName,
  open,
  startScene,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const realtimeArn = `arn:aws:cloudfront::${account}:realtime-log-config/live`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

interface LoggedScene extends Scene {
  /** Lines without their ends, once there are so many. */
  readonly lines: (count: number) => Promise<readonly string[]>;
}

interface Logged extends SceneOptions {
  readonly form?: AccessForm;
  readonly fields?: readonly string[];
  readonly delimiter?: string;
  readonly asSent?: boolean;
  /** Fields of the real-time log that is read in place of the standard one. */
  readonly realtime?: readonly string[];
  readonly samplingRate?: number;
  readonly random?: () => number;
}

async function startLogged(t: TestContext, options: Logged = {}): Promise<LoggedScene> {
  const { form = "w3c", fields = standardFields, delimiter = "\t", realtime } = options;
  const resources: State["resources"] = Map([
    [
      "realtime-log-config",
      Map([["live", realtimeResource(realtime ?? [], options.samplingRate ?? 100)]]),
    ],
  ]) as State["resources"];
  const scene = await startScene(t, {
    ...options,
    config: { Logging: logging(true), ...options.config },
    ...(realtime && { resources, behavior: { RealtimeLogConfigArn: realtimeArn } }),
  });
  const lines: string[] = [];
  const logOf = ({ writer }: AccessFormat): AccessLog => ({
    add: (record) => void lines.push(writer.read(record).text.trimEnd()),
  });
  const table = { plain: plainFields, chosen: chosenFields };
  const standard = [logOf(accessFormat({ form, fields, table, delimiter }))];
  const { visit, refused } = accessListeners({
    edge: { pop: "FRA56-P4", serverIp: "192.0.2.1", masksSecrets: options.asSent !== true },
    logs: {
      standard: ({ logging: { standard: goes } }) => (goes && !realtime ? standard : []),
      realtime: (log) => [logOf(realtimeFormat(log))],
    },
    places: undefined,
    now: () => at,
    random: options.random ?? (() => 0),
  });
  let visits = 0;
  let refusals = 0;
  return {
    ...scene,
    lines: async (count) => {
      await until(() => {
        while (visits < scene.visits.length) visit(scene.visits[visits++]!);
        while (refusals < scene.refused.length) refused(scene.refused[refusals++]!);
        return lines.length >= count;
      });
      assert.equal(lines.length, count);
      return lines;
    },
  };
}

function realtimeFormat({ fields }: RealtimeLog): AccessFormat {
  const chosen = inRecordOrder(fields);
  return accessFormat({ form: "plain", fields: chosen, table: realtimeFields, delimiter: "\t" });
}

function realtimeResource(Fields: readonly string[], SamplingRate: number): object {
  const config = { Name: "live", SamplingRate, Fields, EndPoints: [] };
  return { kind: "realtime-log-config", id: "live", config };
}

function logging(IncludeCookies: boolean): NonNullable<SceneOptions["config"]>["Logging"] {
  return { Enabled: true, IncludeCookies, Bucket: "logs.s3.amazonaws.com", Prefix: "" };
}

/** @returns the fields by name */
function read(line: string, names: readonly string[] = standardFields): Record<string, string> {
  const values = line.split("\t");
  assert.equal(values.length, names.length);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

test("a record has CloudFront's 33 fields, in order", async (t) => {
  const scene = await startLogged(t);
  const { text, headers } = await scene.ask(
    "GET /a/page.html?x=1 HTTP/1.1",
    "User-Agent: Mozilla/5.0 (X11)",
    "Referer: https://example.com/from",
    "Cookie: a=1; b=2",
    "X-Forwarded-For: 203.0.113.9",
  );
  const [line = ""] = await scene.lines(1);
  const { "sc-bytes": sent, "c-port": port, "cs-bytes": received, ...told } = read(line);
  assert.equal(Number(sent), text.length);
  assert.ok(Number(port) > 0 && Number(received) > 100);
  assert.match(`${told["time-taken"]} ${told["time-to-first-byte"]}`, /^\d\.\d{3} \d\.\d{3}$/);
  delete told["time-taken"];
  delete told["time-to-first-byte"];
  assert.deepEqual(told, {
    date: "2026-01-02",
    time: "03:04:05",
    "x-edge-location": "FRA56-P4",
    "c-ip": "127.0.0.1",
    "cs-method": "GET",
    "cs(Host)": domainName,
    "cs-uri-stem": "/a/page.html",
    "sc-status": "200",
    "cs(Referer)": "https://example.com/from",
    "cs(User-Agent)": "Mozilla/5.0%20(X11)",
    "cs-uri-query": "x=1",
    "cs(Cookie)": "a=1;%20b=2",
    "x-edge-result-type": "Miss",
    "x-edge-request-id": headers["x-amz-cf-id"],
    "x-host-header": domainName,
    "cs-protocol": "http",
    "x-forwarded-for": "203.0.113.9",
    "ssl-protocol": "-",
    "ssl-cipher": "-",
    "x-edge-response-result-type": "Miss",
    "cs-protocol-version": "HTTP/1.1",
    "fle-status": "-",
    "fle-encrypted-fields": "-",
    "x-edge-detailed-result-type": "Miss",
    "sc-content-type": "-",
    "sc-content-len": "11",
    "sc-range-start": "-",
    "sc-range-end": "-",
  });
});

test("a public parser of CloudFront's logs reads a record", async (t) => {
  const scene = await startLogged(t);
  await scene.ask("GET /a%3Cb?q=%3E HTTP/1.1", 'User-Agent: one "two" \\ three');
  const [line = ""] = await scene.lines(1);
  const [parsed] = parser.parse(`${line}\n`, { format: "web" });
  assert.equal(parsed?.["cs-uri-stem"], "/a%3Cb");
  assert.equal(parsed?.["cs-uri-query"], "q=%3E");
  assert.equal(parsed?.["cs-user-agent"], 'one "two" \\ three');
  assert.equal(parsed?.["sc-range-end"], "-");
});

test("values hold no character that CloudFront encodes", async (t) => {
  const scene = await startLogged(t);
  await scene.raw(
    Buffer.from(
      `GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\nUser-Agent: a\tb<>"#%{}|\\^~[]\`'é\r\n\r\n`,
      "latin1",
    ),
  );
  const [line = ""] = await scene.lines(1);
  assert.equal(
    read(line)["cs(User-Agent)"],
    "a%09b%3C%3E%22%23%25%7B%7D%7C%5C%5E%7E%5B%5D%60%27%E9",
  );
});

test("cookies stand there only where the distribution includes them", async (t) => {
  const scene = await startLogged(t, { config: { Logging: logging(false) } });
  await scene.ask("GET / HTTP/1.1", "Cookie: a=1");
  const [line = ""] = await scene.lines(1);
  assert.equal(read(line)["cs(Cookie)"], "-");
});

test("a distribution without logging has no records, nor has a host that is none's", async (t) => {
  const scene = await startLogged(t, {
    config: { Logging: { ...logging(false), Enabled: false } },
  });
  await scene.ask("GET / HTTP/1.1");
  await scene.ask("GET / HTTP/1.1", "Host: unknown.example.com");
  await until(() => scene.visits.length === 2);
  assert.deepEqual(await scene.lines(0), []);
});

test("refusals have CloudFront's words, those at the door too", async (t) => {
  let blocks = false;
  const scene = await startLogged(t, {
    behavior: {
      AllowedMethods: {
        ...{ Quantity: 2, Items: ["GET", "HEAD"] },
        CachedMethods: { Quantity: 2, Items: ["GET", "HEAD"] },
      },
    },
    config: {
      Restrictions: {
        GeoRestriction: { RestrictionType: "whitelist", Quantity: 1, Items: ["DE"] },
      },
    },
    findPlace: (ip) => ({ country: ip === "127.0.0.1" && blocks ? "FR" : "DE" }),
  });
  const detail = async (count: number): Promise<string> => {
    const told = read((await scene.lines(count)).at(-1)!);
    return `${told["sc-status"]} ${told["x-edge-result-type"]} ${told["x-edge-detailed-result-type"]}`;
  };
  await scene.ask("DELETE / HTTP/1.1");
  assert.equal(await detail(1), "403 Error InvalidRequestMethod");
  await scene.ask(`GET /${"a".repeat(9000)} HTTP/1.1`);
  assert.equal(await detail(2), "414 Error InvalidRequest");
  blocks = true;
  await scene.ask("GET / HTTP/1.1");
  assert.equal(await detail(3), "403 Error ClientGeoBlocked");
});

test("a viewer who leaves before the answer has status 000", async (t) => {
  const scene = await startLogged(t, { origin: () => {} });
  const socket = open(scene.port);
  socket.write(`GET / HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
  await until(() => scene.asked.length === 1);
  socket.destroy();
  const [line = ""] = await scene.lines(1);
  const told = read(line);
  assert.equal(told["sc-status"], "000");
  assert.equal(told["x-edge-detailed-result-type"], "ClientCommError");
  assert.equal(told["time-to-first-byte"], "-");
});

test("a part of an object is told with its range", async (t) => {
  const scene = await startLogged(t, {
    origin: (_, response) =>
      void response
        .writeHead(206, { "content-range": "bytes 2-5/11", "content-type": "text/plain; x=1" })
        .end("part"),
  });
  await scene.ask("GET / HTTP/1.1", "Range: bytes=2-5");
  const [line = ""] = await scene.lines(1);
  const told = read(line);
  assert.equal(`${told["sc-range-start"]}-${told["sc-range-end"]}`, "2-5");
  assert.equal(told["sc-content-type"], "text/plain;%20x=1");
});

test("version 2 has JSON, other delimiters, and fields of its own", async (t) => {
  const fields = ["timestamp(ms)", "cs-method", "cache-behavior-path-pattern", "origin-fbl"];
  const json = await startLogged(t, { form: "json", fields: [...fields, "cs(User-Agent)"] });
  await json.ask("GET / HTTP/1.1", 'User-Agent: "\\');
  const told = JSON.parse((await json.lines(1))[0]!) as Record<string, string>;
  assert.match(told["origin-fbl"]!, /^\d\.\d{3}$/);
  assert.deepEqual(
    { ...told, "origin-fbl": "" },
    {
      ...{ "timestamp(ms)": String(at), "cs-method": "GET", "origin-fbl": "" },
      ...{ "cache-behavior-path-pattern": "*", "cs(User-Agent)": "%22%5C" },
    },
  );
  const plain = await startLogged(t, {
    ...{ form: "plain", delimiter: "," },
    fields: ["cs-method", "cs(User-Agent)"],
  });
  await plain.ask("GET / HTTP/1.1", "User-Agent: a,b");
  assert.deepEqual(await plain.lines(1), ["GET,a%2Cb"]);
});

test("the second version's header and fields are those that were chosen", () => {
  const table = { plain: plainFields, chosen: chosenFields };
  const chosen = { form: "w3c", fields: ["date", "asn"], table, delimiter: " " } as const;
  assert.equal(accessFormat(chosen).header, "#Version: 1.0\n#Fields: date asn\n");
  assert.throws(() => accessFormat({ ...chosen, fields: ["c-name"] }), /no field "c-name"/);
});

test("signatures and credentials are masked, unless they are to be as sent", async (t) => {
  const names = ["SIGNATURE", "POLICY", "COOKIE", "TOKEN", "AMZ", "USERINFO"];
  const canaries = names.map((name) => `${name}canary`);
  const [signature, policy, cookie, token, amazon, userinfo] = canaries;
  const ask = (scene: Scene) =>
    scene.ask(
      `GET /?Expires=1&Signature=${signature}&Policy=${policy}&X-Amz-Signature=${amazon}&Key-Pair-Id=K1 HTTP/1.1`,
      `Authorization: Bearer ${token}`,
      `Proxy-Authorization: Basic ${token}`,
      `Referer: https://me:${userinfo}@example.com/?a=b&Signature=${signature}`,
      `Cookie: a=1; CloudFront-Signature=${cookie}; CloudFront-Policy=${cookie}; b=2`,
    );
  const everything = [...standardFields, "viewer-request-log-data"];
  const masked = await startLogged(t, { fields: everything });
  const live = await startLogged(t, { realtime: realtimeNames() });
  for (const scene of [masked, live]) {
    await ask(scene);
    const [line = ""] = await scene.lines(1);
    for (const canary of canaries) assert.ok(!line.includes(canary), `${canary} in ${line}`);
    assert.ok(line.includes("Key-Pair-Id=K1") && line.includes("Expires=1"));
    assert.ok(line.includes("b=2"));
  }
  const asSent = await startLogged(t, { asSent: true });
  await ask(asSent);
  assert.ok((await asSent.lines(1))[0]!.includes(`Signature=${signature}`));
});

function realtimeNames(): string[] {
  return [...Object.keys(realtimeFields.plain), ...Object.keys(realtimeFields.chosen)];
}

test("a real-time record has the fields that were chosen, in CloudFront's order", async (t) => {
  const fields = ["cs-headers-count", "cs-uri-stem", "timestamp", "cs-host", "x-host-header"];
  const more = ["cs-header-names", "c-ip-version", "r-host", "cmcd-session-id", "cmcd-startup"];
  const scene = await startLogged(t, { realtime: [...fields, ...more] });
  await scene.ask("GET /v?a=1&CMCD=sid%3D%22x%2Cy%22%2Csu HTTP/1.1");
  const [line = ""] = await scene.lines(1);
  assert.deepEqual(line.split("\t"), [
    ...["1767323045.678", domainName, "/v?a=1&CMCD=sid%253D%2522x%252Cy%2522%252Csu", domainName],
    ...["IPv4", "Host%0AConnection%0A", "2", "x,y", "true", "127.0.0.1"],
  ]);
});

test("there is a field of real-time logs for each name, and an order of all", () => {
  assert.deepEqual(inRecordOrder(realtimeNames()).toSorted(), realtimeNames().toSorted());
});

test("a real-time log has as many of the requests as its sampling rate says", async (t) => {
  let draw = 0;
  const scene = await startLogged(t, {
    ...{ realtime: ["sc-status"], samplingRate: 25 },
    random: () => (draw++ % 100) / 100,
  });
  for (let count = 0; count < 40; count += 1) await scene.ask("GET / HTTP/1.1");
  await until(() => scene.visits.length === 40);
  assert.equal((await scene.lines(25)).length, 25);
});
