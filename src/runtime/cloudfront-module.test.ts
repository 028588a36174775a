import assert from "node:assert/strict";
import { after, test } from "node:test";
import { viewerRequest, viewerResponse } from "./testing/short-event.ts";
import { isCloudfrontMember } from "./check/cloudfront-members.ts";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";

const runtime = createRuntime({
  watchdogMs: patientWatchdogMs,
  edgeLocation: { name: "SEA", serverIp: "192.0.2.1", region: "us-west-2" },
});
after(() => runtime.close());

/** What an expression over the module says, in a request's or a response's function. */
function say(expression: string, event = viewerRequest("/")): unknown {
  const source = `import cf from 'cloudfront';
    function attempt() { try { return ${expression} } catch (e) { return String(e) } }
    function handler(event) { return { statusCode: 200, body: JSON.stringify([attempt()]) } }`;
  const run = runtime.test(copyOf(source), JSON.stringify(event));
  assert.equal(run.errorMessage, "");
  const { response } = JSON.parse(run.output) as { response: { body: { data: string } } };
  return (JSON.parse(response.body.data) as unknown[])[0];
}

test("cf.edgeLocation says where the edge is, to viewer-request functions only", () => {
  const place = { name: "SEA", serverIp: "192.0.2.1", region: "us-west-2" };
  assert.deepEqual(say("cf.edgeLocation"), place);
  assert.deepEqual(say("cf.edgeLocation", viewerResponse("/")), {});
});

test("cf.distributionTenant fails on a distribution without tenants", () => {
  assert.equal(
    say("cf.distributionTenant.id"),
    "TypeError: distributionTenant module is not available",
  );
});

const tenant = {
  endpoint: "d222222abcdef8.cloudfront.net",
  told: '["dt_1","name","caf\\u00e9 \\"1\\"","constructor","own"]',
};

/** What an expression says in a function of a tenant's, or fails with. */
function sayOfTenant(expression: string, before = ""): unknown {
  const source = `import cf from 'cloudfront'; ${before}
    function attempt(event) { try { return ${expression} } catch (e) { return String(e) } }
    function handler(event) { return { statusCode: 200, body: JSON.stringify([attempt(event)]) } }`;
  const { outcome } = runtime.run(copyOf(source), { ...sampleEvent, tenant });
  assert.ok(outcome.type === "response", JSON.stringify(outcome));
  const { body } = outcome.response;
  return (JSON.parse(Buffer.from(body ?? []).toString()) as unknown[])[0];
}

test("cf.distributionTenant tells a tenant's id and parameters", () => {
  assert.equal(sayOfTenant("cf.distributionTenant.id"), "dt_1");
  assert.equal(sayOfTenant("cf.distributionTenant.parameters.get('name')"), 'café "1"');
  assert.equal(sayOfTenant("cf.distributionTenant.parameters.get('constructor')"), "own");
  for (const missing of ["other", "toString", "café", "dt_1", "own"]) {
    assert.equal(
      sayOfTenant(`cf.distributionTenant.parameters.get('${missing}')`),
      "DistributionTenantParameterKeyNotFound",
    );
  }
});

test("cf.distributionTenant is for the handler and what it calls", () => {
  const early =
    "var early; try { early = cf.distributionTenant.id } catch (e) { early = String(e) }";
  assert.equal(
    sayOfTenant("early", early),
    "TypeError: distributionTenant module is not available",
  );
});

test("a tenant's function that fails for want of a parameter ends as any that throws", () => {
  const { outcome } = runtime.run(
    copyOf(`import cf from 'cloudfront';
      function handler(event) { event.request.uri = cf.distributionTenant.parameters.get('none'); return event.request }`),
    { ...sampleEvent, tenant },
  );
  assert.equal(outcome.type, "execution-error");
});

test("cf.edgeLocation is another's where the event says so, for a tenant too", () => {
  const edgeLocation = { name: "FRA", region: "eu-central-1" };
  const source = `import cf from 'cloudfront';
    var before = cf.edgeLocation.name;
    function handler(event) {
      return { statusCode: 200, body: JSON.stringify([before, cf.edgeLocation, event.context]) };
    }`;
  const copy = copyOf(source);
  const told = (more: object): unknown[] => {
    const { outcome } = runtime.run(copy, { ...sampleEvent, ...more });
    assert.ok(outcome.type === "response", JSON.stringify(outcome));
    return JSON.parse(Buffer.from(outcome.response.body ?? []).toString()) as unknown[];
  };
  const place = { name: "FRA", serverIp: "192.0.2.1", region: "eu-central-1" };
  const [before, location, context] = told({ edgeLocation });
  assert.deepEqual([before, location], ["FRA", place]);
  assert.deepEqual(context, told({})[2]);
  const [, ofTenant, tenantContext] = told({ edgeLocation, tenant });
  assert.deepEqual(ofTenant, place);
  assert.equal((tenantContext as { endpoint: string }).endpoint, tenant.endpoint);
  assert.equal(told({})[0], "SEA");
});

test("event.context has a tenant's endpoint in the place of the distribution's name", () => {
  assert.deepEqual(sayOfTenant("event.context"), {
    endpoint: tenant.endpoint,
    distributionId: sampleEvent.distributionId,
    eventType: "viewer-request",
    requestId: sampleEvent.requestId,
  });
});

test("a test event's context may have an endpoint, as a tenant's has", () => {
  const source = `function handler(event) { return { statusCode: 200, body: event.context.endpoint } }`;
  const event = viewerRequest("/");
  const context = { ...event.context, endpoint: "d2.cloudfront.net" };
  const run = runtime.test(copyOf(source), JSON.stringify({ ...event, context }));
  assert.match(run.output, /d2\.cloudfront\.net/);
});

test("cf.logCustomData() takes text of any length, in both events, and changes nothing", () => {
  for (const event of [viewerRequest("/"), viewerResponse("/")]) {
    assert.equal(say("cf.logCustomData('a=' + 'é'.repeat(2000)) === undefined", event), true);
    assert.equal(
      say("cf.logCustomData({ a: 1 })", event),
      "TypeError: logCustomData takes a string, not object",
    );
    assert.equal(
      say("cf.logCustomData()", event),
      "TypeError: logCustomData takes a string, not undefined",
    );
  }
});

test("cf.mtls refuses what is no certificate header and what is no text, and response functions", () => {
  assert.equal(
    say("cf.mtls.renameClientCertHeaders({ 'Client-Cert': 'X-Cert' }) === undefined"),
    true,
  );
  assert.equal(
    say("cf.mtls.renameClientCertHeaders({ 'X-Other': 'X-Cert' })"),
    'TypeError: mtls.renameClientCertHeaders: "X-Other" is no client certificate header that it takes',
  );
  assert.equal(
    say("cf.mtls.renameClientCertHeaders({ 'Client-Cert': 5 })"),
    "TypeError: mtls.renameClientCertHeaders: the new name of Client-Cert must be a string",
  );
  assert.equal(
    say("cf.mtls.renameClientCertHeaders()"),
    "TypeError: mtls.renameClientCertHeaders: its argument must be an object",
  );
  assert.equal(
    say("cf.mtls.renamePemHeaders({ 'CloudFront-Viewer-Cert-Issuer': { newHeaderName: 'x' } })"),
    'TypeError: mtls.renamePemHeaders: "CloudFront-Viewer-Cert-Issuer" is no client certificate header that it takes',
  );
  assert.equal(
    say(
      "cf.mtls.renamePemHeaders({ 'Client-Cert': { newHeaderName: 'x', pemCertFormatInfo: { certHeader: 1 } } })",
    ),
    "TypeError: mtls.renamePemHeaders: pemCertFormatInfo.certHeader must be a string",
  );
  assert.equal(
    say("cf.mtls.combinePemHeaders({})"),
    "TypeError: mtls.combinePemHeaders: newHeaderName must be a string",
  );
  assert.equal(
    say("cf.mtls.combinePemHeaders({ newHeaderName: 'x' })", viewerResponse("/")),
    "TypeError: mtls.combinePemHeaders is for viewer-request functions",
  );
});

test("run() returns what cf.mtls was asked for, in order", () => {
  const { outcome } = runtime.run(
    copyOf(`import cf from 'cloudfront';
      function handler(event) {
        cf.mtls.renameClientCertHeaders({ 'Client-Cert': 'X-Cert' });
        cf.mtls.combinePemHeaders({ newHeaderName: 'X-All', pemCertFormatInfo: { certHeader: '<', certFooter: '>', certEndMarker: ';' } });
        return event.request }`),
    sampleEvent,
  );
  assert.deepEqual(outcome.type === "request" && outcome.certificates, [
    { from: ["client-cert"], to: "X-Cert" },
    { from: ["client-cert", "client-cert-chain"], to: "X-All", form: ["<", ">", ";"] },
  ]);
});

// RFC 8392, appendix A.4: a MACed CWT, with a 64-bit code.
const rfcToken =
  "d83dd18443a10104a1044c53796d6d65747269633235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7148093101ef6d789200";
const rfcKey = "403697de87af64611c1d32a05dab0fe1fcb715a86ab435f1ec99192d79569388";

test("cf.cwt.validateToken() takes the token of RFC 8392, appendix A.4", () => {
  assert.deepEqual(
    say(`(function () {
      var t = cf.cwt.validateToken(Buffer.from('${rfcToken}', 'hex'), { key: Buffer.from('${rfcKey}', 'hex') });
      return [t.protectedHeaders, t.payload[1], t.payload[2], t.payload[4], t.payload[7].toString('hex')] })()`),
    [{ 1: 4 }, "coap://as.example.com", "erikw", 1444064944, "0b71"],
  );
});

test("cf.cwt.validateToken() refuses another key, a changed byte, and what is no token", () => {
  const validate = (token: string, key: string) =>
    say(
      `cf.cwt.validateToken(Buffer.from('${token}', 'hex'), { key: Buffer.from('${key}', 'hex') })`,
    );
  assert.equal(validate(rfcToken, "00"), "Error: token's MAC does not hold");
  assert.equal(
    validate(rfcToken.replace("6572696b", "6572696c"), rfcKey),
    "Error: token's MAC does not hold",
  );
  assert.equal(validate("8301", rfcKey), "Error: malformed CBOR");
  assert.equal(validate("01", rfcKey), "Error: token is not a COSE MAC0 message");
});

test("cf.cwt.generateToken() makes a token that validates, its arguments in either order", () => {
  const made = (order: string) =>
    say(`(function () {
      var context = { cwtTag: true, coseTag: 'MAC0', key: 'secret' };
      var content = { protected: { 1: '5' }, unprotected: {}, payload: { 1: 'me', 4: 1700000000, name: [true, null, -7, 1.5] } };
      var token = cf.cwt.generateToken(${order});
      return [Buffer.isBuffer(token), cf.cwt.validateToken(token, { key: 'secret' })] })()`);
  const want = [
    true,
    {
      protectedHeaders: { 1: 5 },
      unprotectedHeaders: {},
      payload: { 1: "me", 4: 1700000000, name: [true, null, -7, 1.5] },
    },
  ];
  assert.deepEqual(made("context, content"), want);
  assert.deepEqual(made("content, context"), want);
});

test("isCloudfrontMember() knows what the module has", () => {
  const inside = ["cwt", "mtls", "edgeLocation"].map(
    (name) => `Object.keys(cf.${name}).map(function (key) { return '${name}.' + key })`,
  );
  const paths = say(`[Object.keys(cf), ${inside.join(", ")}]`) as string[][];
  assert.ok(paths.flat().length > 14);
  for (const path of paths.flat()) assert.ok(isCloudfrontMember(path), path);
});
