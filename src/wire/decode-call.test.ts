import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../model/errors.ts";
import type { ApiRequest } from "./api-message.ts";
import { decodeCall, decodeKeyValueStoreCall } from "./decode-call.ts";

/** A request as botocore sends it, where nothing else is said: no Content-Type, no declaration. */
function request(
  target: string,
  body = "",
  headers: Readonly<Record<string, string>> = {},
): ApiRequest {
  const [method = "", url = ""] = target.split(" ");
  const [path = "", query = ""] = url.split("?");
  return { method, path, query, headers, body: Buffer.from(body), sourceIp: "127.0.0.1" };
}

function input(...parts: Parameters<typeof request>): unknown {
  return decodeCall(request(...parts)).input;
}

function refuses(call: () => unknown, code: string, message: RegExp | string): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.code, code);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

const json = { accept: "application/json" };

test("decodeCall() takes If-Match bare, and leaves its absence to the operation", () => {
  const publish = "POST /2020-05-31/function/hello/publish";
  assert.deepEqual(input(publish, "", { "if-match": "E1" }), { Name: "hello", IfMatch: "E1" });
  assert.deepEqual(input(publish), { Name: "hello" });
  assert.deepEqual(input(publish, "", { "if-match": "" }), { Name: "hello", IfMatch: "" });
});

test("decodeCall() takes a header's true and false in any case", () => {
  const copy = "POST /2020-05-31/distribution/E1/copy";
  const body =
    "<CopyDistributionRequest><CallerReference>a</CallerReference></CopyDistributionRequest>";
  for (const [text, Staging] of [
    ["true", true],
    ["True", true],
    ["False", false],
  ] as const) {
    const { Staging: read } = input(copy, body, { staging: text }) as { Staging?: boolean };
    assert.equal(read, Staging);
  }
  refuses(
    () => input(copy, body, { staging: "yes" }),
    "InvalidArgument",
    /Staging must be true or false/,
  );
});

test("decodeCall() refuses a body that is compressed, and says so", () => {
  const create = "POST /2020-05-31/function";
  refuses(
    () => input(create, "\u{1F}\u{8B}", { "content-encoding": "gzip" }),
    "InvalidArgument",
    /Content-Encoding is "gzip"/,
  );
  const publish = "POST /2020-05-31/function/hello/publish";
  assert.deepEqual(input(publish, "", { "content-encoding": "identity" }), { Name: "hello" });
});

test("decodeCall() takes IfMatch from a JSON body or a header, and from both where they agree", () => {
  const publish = "POST /2020-05-31/function/hello/publish";
  for (const body of ['{"IfMatch": "E1"}', '{"if_match": "E1"}']) {
    assert.deepEqual(input(publish, body, json), { Name: "hello", IfMatch: "E1" });
  }
  assert.deepEqual(input(publish, '{"if_match": null}', json), { Name: "hello" });
  const withHeader = { ...json, "if-match": "E1" };
  assert.deepEqual(input(publish, '{"if_match": "E1"}', withHeader), {
    Name: "hello",
    IfMatch: "E1",
  });
  assert.deepEqual(input(publish, '{"if_match": null}', withHeader), {
    Name: "hello",
    IfMatch: "E1",
  });
  refuses(
    () => input(publish, '{"if_match": "E2"}', withHeader),
    "InvalidArgument",
    'IfMatch is "E1" in the header and "E2" in the body; send it once',
  );
});

test("decodeCall() takes IfMatch beside a payload, wrapped or not", () => {
  const update = "PUT /2020-05-31/key-group/K1";
  const config = { name: "keys", items: ["K1"] };
  const expected = { Id: "K1", IfMatch: "E1", KeyGroupConfig: { Name: "keys", Items: ["K1"] } };
  const wrapped = JSON.stringify({ key_group_config: config, if_match: "E1" });
  assert.deepEqual(input(update, wrapped, json), expected);
  const flat = JSON.stringify({ ...config, IfMatch: "E1" });
  assert.deepEqual(input(update, flat, json), expected);
  for (const body of [wrapped, flat]) {
    refuses(
      () => input(update, body, { ...json, "if-match": "E2" }),
      "InvalidArgument",
      'IfMatch is "E2" in the header and "E1" in the body; send it once',
    );
  }
});

test("decodeCall() takes blobs in JSON as base64 or as text", () => {
  const create = "POST /2020-05-31/function";
  const body = (code: unknown): string =>
    JSON.stringify({
      name: "hello",
      function_config: { comment: "", runtime: "cloudfront-js-2.0" },
      function_code: code,
    });
  const codes = [{ text: "é" }, "w6k=", "w6k"].map(
    (code) => (input(create, body(code), json) as { FunctionCode: Uint8Array }).FunctionCode,
  );
  for (const code of codes) assert.deepEqual([...code], [0xc3, 0xa9]);
  for (const code of [{ text: 1 }, { text: "a", more: 1 }, "*", 7, []]) {
    refuses(
      () => input(create, body(code), json),
      "InvalidArgument",
      /function_code must be base64/,
    );
  }
});

test("decodeCall() says all that is wrong with a body at once, in AWS's sentence", () => {
  refuses(
    () =>
      input(
        "POST /2020-05-31/function",
        `<CreateFunctionRequest><Name>a b</Name><FunctionConfig><Runtime>nodejs</Runtime></FunctionConfig><FunctionCode></FunctionCode></CreateFunctionRequest>`,
      ),
    "MalformedXML",
    "4 validation errors detected: " +
      "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]{1,64}; " +
      "Value null at 'functionConfig.comment' failed to satisfy constraint: Member must not be null; " +
      "Value 'nodejs' at 'functionConfig.runtime' failed to satisfy constraint: Member must satisfy value set: [cloudfront-js-1.0, cloudfront-js-2.0]; " +
      "Value at 'functionCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
});

const association = (eventType: string): string =>
  `<FunctionAssociation><FunctionARN>arn:aws:cloudfront::000000000000:function/f</FunctionARN><EventType>${eventType}</EventType></FunctionAssociation>`;
const distribution = (associations: readonly string[], extra = ""): string => `
  <DistributionConfig><CallerReference>r</CallerReference><Comment></Comment><Enabled>true</Enabled>
  <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>example.com</DomainName></Origin></Items></Origins>
  <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>${extra}
  <FunctionAssociations><Quantity>${associations.length}</Quantity><Items>${associations.join("")}</Items></FunctionAssociations>
  </DefaultCacheBehavior></DistributionConfig>`;

test("decodeCall() names list entries from 1, with AWS's value set for event types", () => {
  refuses(
    () =>
      input(
        "POST /2020-05-31/distribution",
        distribution([association("viewer-request"), association("origin-request")]),
      ),
    "MalformedXML",
    "1 validation error detected: Value 'origin-request' at " +
      "'distributionConfig.defaultCacheBehavior.functionAssociations.items.2.member.eventType' failed to " +
      "satisfy constraint: Member must satisfy value set: [viewer-request, viewer-response]",
  );
});

test("decodeCall() lists a bounded number of errors and counts the rest", () => {
  refuses(
    () =>
      input(
        "POST /2020-05-31/distribution",
        distribution(Array(5000).fill(association("x")) as string[]),
      ),
    "MalformedXML",
    /^5000 validation errors detected: .*; and 4980 more$/,
  );
});

test("decodeCall() accepts the empty elements that Terraform sends for settings left out", () => {
  const body = distribution([], "<CachePolicyId></CachePolicyId><RealtimeLogConfigArn/>").replace(
    "</DomainName>",
    "</DomainName><OriginPath></OriginPath><OriginShield><Enabled>false</Enabled><OriginShieldRegion></OriginShieldRegion></OriginShield>",
  );
  const { DistributionConfig: config } = input("POST /2020-05-31/distribution", body) as {
    readonly DistributionConfig: {
      readonly Origins: { readonly Items: readonly { readonly OriginShield: unknown }[] };
      readonly DefaultCacheBehavior: { readonly CachePolicyId: string };
    };
  };
  assert.equal(config.DefaultCacheBehavior.CachePolicyId, "");
  assert.deepEqual(config.Origins.Items[0]?.OriginShield, {
    Enabled: false,
    OriginShieldRegion: "",
  });
});

test("decodeCall() refuses an empty name and an empty value of a set", () => {
  refuses(
    () =>
      input(
        "POST /2020-05-31/key-value-store",
        "<CreateKeyValueStoreRequest><Name/></CreateKeyValueStoreRequest>",
      ),
    "MalformedXML",
    /Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1/,
  );
  refuses(
    () =>
      input(
        "POST /2020-05-31/distribution",
        distribution([]).replace("<Enabled>", "<PriceClass></PriceClass><Enabled>"),
      ),
    "MalformedXML",
    /Value '' at 'distributionConfig.priceClass' failed to satisfy constraint: Member must satisfy value set/,
  );
});

test("decodeCall() leaves the size of a function's code to the operation", () => {
  const code = Buffer.alloc(60_000, "x").toString("base64");
  const config = "<FunctionConfig><Comment/><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig>";
  const body = `<CreateFunctionRequest><Name>a</Name>${config}<FunctionCode>${code}</FunctionCode></CreateFunctionRequest>`;
  const { FunctionCode } = input("POST /2020-05-31/function", body) as { FunctionCode: Uint8Array };
  assert.equal(FunctionCode.length, 60_000);
});

test("decodeCall() refuses values in path and query with InvalidArgument", () => {
  refuses(
    () => input("GET /2020-05-31/function?MaxItems=many"),
    "InvalidArgument",
    'MaxItems must be a whole number, got "many"',
  );
  refuses(
    () => input("GET /2020-05-31/function?MaxItems=99999999999999999999999"),
    "InvalidArgument",
    /^MaxItems must be a whole number of at most 2147483647, got "9+"$/,
  );
  refuses(
    () => input("GET /2020-05-31/function?MaxItems=-2147483649"),
    "InvalidArgument",
    /^MaxItems must be a whole number of at least -2147483648, got /,
  );
  refuses(
    () => input("GET /2020-05-31/function?Stage=live"),
    "InvalidArgument",
    /'stage'.*\[DEVELOPMENT, LIVE\]/,
  );
  refuses(() => input("GET /2020-05-31/function/a%20b"), "InvalidArgument", /'a b' at 'name'/);
  refuses(() => input("GET /2020-05-31/tagging"), "InvalidArgument", /null at 'resource'/);
  refuses(
    () => input("GET /2020-05-31/function?stage=LIVE"),
    "InvalidArgument",
    /does not know the query key "stage"; it takes Marker, MaxItems, Stage/,
  );
});

test("decodeCall() reads query members, empty ones as absent, presigned ones as not its own", () => {
  assert.deepEqual(
    input("GET /2020-05-31/function?Marker=&MaxItems=5&Stage=LIVE&X-Amz-Signature=f"),
    { MaxItems: 5, Stage: "LIVE" },
  );
});

test("decodeCall() answers MissingBody for no body where one is needed", () => {
  for (const headers of [{}, json]) {
    refuses(
      () => input("POST /2020-05-31/distribution", "", headers),
      "MissingBody",
      /CreateDistribution/,
    );
    refuses(
      () => input("POST /2020-05-31/function", " \n", headers),
      "MissingBody",
      /CreateFunction/,
    );
  }
});

test("decodeCall() refuses a body where none belongs", () => {
  const publish = "POST /2020-05-31/function/hello/publish";
  refuses(() => input(publish, "<a/>"), "MalformedXML", /PublishFunction takes no body/);
  refuses(
    () => input(publish, '{"force": true}', json),
    "InvalidArgument",
    /"force"; it takes if_match/,
  );
  assert.deepEqual(input(publish, "{}", json), { Name: "hello" });
});

test("decodeCall() refuses JSON that is none, that is no object, or does not fit", () => {
  const create =
    (body: string): (() => unknown) =>
    () =>
      input("POST /2020-05-31/function", body, json);
  refuses(create('{"name": '), "InvalidArgument", /not JSON/);
  refuses(create("<CreateFunctionRequest/>"), "InvalidArgument", /not JSON/);
  refuses(create("[]"), "InvalidArgument", /must be a JSON object, got an array/);
  refuses(create("null"), "InvalidArgument", /must be a JSON object, got null/);
  refuses(create('{"name": 5}'), "InvalidArgument", /name must be a string, got 5/);
  refuses(create('{"name": "a", "Name": "b"}'), "InvalidArgument", /given twice/);
  refuses(create('{"name": "a", "n\\u0061me": "b"}'), "InvalidArgument", /body says "name" twice/);
  refuses(
    create('{"function_config": {"runtime": "a"}, "tags": {"items": [{"key": "a", "key": "b"}]}}'),
    "InvalidArgument",
    /body says "tags\.items\[0\]\.key" twice/,
  );
  refuses(create('{"__proto__": {}}'), "InvalidArgument", /unknown member "__proto__"/);
  refuses(
    create('{"function_config": []}'),
    "InvalidArgument",
    /function_config must be an object/,
  );
  refuses(create('{"tags": {"items": {}}}'), "InvalidArgument", /tags.items must be an array/);
  refuses(
    create('{"tags": {"items": [7]}}'),
    "InvalidArgument",
    /tags.items\[0\] must be an object/,
  );
  refuses(create("[".repeat(500_000)), "InvalidArgument", /not JSON/);
  const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
  refuses(create(`{"name": ${deep}}`), "InvalidArgument", /name must be a string, got an array/);
  refuses(
    create('{"function_config": {"runtime": "cloudfront-js-2.0", "color": "red"}}'),
    "InvalidArgument",
    /function_config has the unknown member "color"; it takes comment, runtime/,
  );
});

test("decodeCall() refuses texts that XML cannot carry, by whichever way they come", () => {
  const store = "POST /2020-05-31/key-value-store";
  const create = (escape: string) => () =>
    input(store, `{"Name": "a", "Comment": "${escape}"}`, json);
  for (const escape of ["\\u0000", "\\u001b[31m", "\\ufffe", "\\ud800"]) {
    refuses(create(escape), "InvalidArgument", /The parameter Comment has the character U\+/);
  }
  const xml11 =
    '<?xml version="1.1"?><CreateKeyValueStoreRequest><Name>a</Name><Comment>&#1;</Comment></CreateKeyValueStoreRequest>';
  refuses(() => input(store, xml11), "InvalidArgument", /Comment has the character U\+0001/);
  refuses(
    () => input("GET /2020-05-31/function?Marker=%EF%BF%BE"),
    "InvalidArgument",
    /Marker has the character U\+FFFE/,
  );
  refuses(
    () => input("GET /2020-05-31/distribution/E%00"),
    "InvalidArgument",
    /Id has the character U\+0000/,
  );
});

test("decodeCall() takes any byte in a blob, such as a function's code", () => {
  const body = {
    name: "f",
    function_config: { comment: "", runtime: "cloudfront-js-2.0" },
    function_code: { text: "\u0000" },
  };
  const call = input("POST /2020-05-31/function", JSON.stringify(body), json);
  assert.deepEqual((call as { FunctionCode: Uint8Array }).FunctionCode, Uint8Array.of(0));
});

test("decodeKeyValueStoreCall() takes control characters in a value: only JSON answers it", () => {
  const target = "PUT /key-value-stores/arn/keys/a";
  const call = decodeKeyValueStoreCall(request(target, '{"Value": "\\u0000\\ufffe"}'));
  assert.equal((call.input as { Value: string }).Value, "\u0000\uFFFE");
});

test("decodeCall() refuses tags as it refuses any other member, on every operation that takes them", () => {
  const tag = "POST /2020-05-31/tagging?Operation=Tag&Resource=arn:aws:cloudfront::0:function/f";
  for (const content of ["<Key>a!</Key>", `<Key>${"a".repeat(129)}</Key>`, "<Value>b</Value>"]) {
    const body = `<Tags><Items><Tag>${content}</Tag></Items></Tags>`;
    refuses(
      () => input(tag, body),
      "MalformedXML",
      /^1 validation error detected: .*at 'tags.items.1.member.key'/,
    );
  }
  const untag = tag.replace("=Tag", "=Untag");
  const noKey = "<TagKeys><Items><Key></Key></Items></TagKeys>";
  refuses(
    () => input(untag, noKey),
    "MalformedXML",
    /^1 validation error detected: .*at 'tagKeys.items.1.member'/,
  );

  const create = (config: string): string =>
    `<CreateFunctionRequest><Name>f</Name>${config}<FunctionCode>YQ==</FunctionCode>` +
    "<Tags><Items><Tag><Key>a!</Key></Tag></Items></Tags></CreateFunctionRequest>";
  const config = "<FunctionConfig><Comment/><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig>";
  const target = "POST /2020-05-31/function";
  refuses(() => input(target, create(config)), "MalformedXML", /^1 validation error detected: /);
  refuses(() => input(target, create("")), "MalformedXML", /^2 validation errors/);
});

test("decodeKeyValueStoreCall() keeps an encoded ARN and key each in one piece", () => {
  const arn = "arn:aws:cloudfront::000000000000:key-value-store/1";
  const target = `PUT /key-value-stores/${encodeURIComponent(arn)}/keys/a%2Fb%20c`;
  const call = decodeKeyValueStoreCall(request(target, '{"Value": "v"}', { "if-match": "KV1" }));
  assert.equal(call.operation, "PutKey");
  assert.equal(call.face, "rest-json");
  assert.deepEqual(call.input, { KvsARN: arn, Key: "a/b c", Value: "v", IfMatch: "KV1" });
});

test("decodeKeyValueStoreCall() refuses a page size out of range, and what it does not know", () => {
  const keys = "/key-value-stores/arn/keys";
  refuses(
    () => decodeKeyValueStoreCall(request(`GET ${keys}?MaxResults=51`)),
    "InvalidArgument",
    /Value '51' at 'maxResults'.*value less than or equal to 50/,
  );
  refuses(
    () => decodeKeyValueStoreCall(request(`POST ${keys}`, '{"Puts": [{"Key": "a"}]}')),
    "MalformedXML",
    /Value null at 'puts.1.member.value'/,
  );
  refuses(
    () => decodeKeyValueStoreCall(request(`POST ${keys}`, '{"Puts": [], "Puts": []}')),
    "InvalidArgument",
    /body says "Puts" twice/,
  );
  refuses(() => decodeCall(request(`GET ${keys}`)), "UnknownOperation", /key-value-stores/);
});
