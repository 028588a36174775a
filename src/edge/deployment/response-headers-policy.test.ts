import assert from "node:assert/strict";
import { test } from "node:test";
import { responseHeadersRulesOf } from "./response-headers-policy.ts";

type Security = NonNullable<Parameters<typeof responseHeadersRulesOf>[0]["SecurityHeadersConfig"]>;

function addedBy(security: Security, scheme: "http" | "https" = "https"): string[] {
  const rules = responseHeadersRulesOf({ Name: "own", SecurityHeadersConfig: security });
  return rules.added[scheme].map(({ name, value }) => `${name}: ${value}`);
}

const xssRows: readonly [NonNullable<Security["XSSProtection"]>, string][] = [
  [{ Override: true, Protection: false }, "0"],
  [{ Override: true, Protection: true }, "1"],
  [{ Override: true, Protection: true, ModeBlock: true }, "1; mode=block"],
  [{ Override: true, Protection: true, ReportUri: "/r" }, "1; report=/r"],
];

for (const [XSSProtection, value] of xssRows) {
  test(`X-XSS-Protection is "${value}" for ${JSON.stringify(XSSProtection)}`, () => {
    assert.deepEqual(addedBy({ XSSProtection }), [`X-XSS-Protection: ${value}`]);
  });
}

const hstsRows = [
  [{}, "max-age=31536000"],
  [{ IncludeSubdomains: true }, "max-age=31536000; includeSubDomains"],
  [{ Preload: true, IncludeSubdomains: false }, "max-age=31536000; preload"],
  [{ IncludeSubdomains: true, Preload: true }, "max-age=31536000; includeSubDomains; preload"],
] as const;

for (const [settings, value] of hstsRows) {
  test(`Strict-Transport-Security is "${value}" over https, and nothing over http`, () => {
    const StrictTransportSecurity = {
      Override: true,
      AccessControlMaxAgeSec: 31_536_000,
      ...settings,
    };
    const expected = [`Strict-Transport-Security: ${value}`];
    assert.deepEqual(addedBy({ StrictTransportSecurity }), expected);
    assert.deepEqual(addedBy({ StrictTransportSecurity }, "http"), []);
  });
}

test("custom headers come after security headers, and say whether they override", () => {
  const { added } = responseHeadersRulesOf({
    Name: "own",
    CustomHeadersConfig: {
      Quantity: 2,
      Items: [
        { Header: "X-A", Value: "", Override: true },
        { Header: "x-b", Value: "b", Override: false },
      ],
    },
    SecurityHeadersConfig: { FrameOptions: { Override: false, FrameOption: "DENY" } },
  });
  assert.deepEqual(added.http, [
    { name: "X-Frame-Options", lower: "x-frame-options", value: "DENY", overrides: false },
    { name: "X-A", lower: "x-a", value: "", overrides: true },
    { name: "x-b", lower: "x-b", value: "b", overrides: false },
  ]);
});

test("answers are timed where the policy enables it, and only there", () => {
  const timedPercent = (Enabled: boolean, SamplingRate?: number) =>
    responseHeadersRulesOf({
      Name: "own",
      ServerTimingHeadersConfig: {
        Enabled,
        ...(SamplingRate !== undefined && { SamplingRate }),
      },
    }).timedPercent;
  assert.equal(timedPercent(true, 12.5), 12.5);
  assert.equal(timedPercent(true), 0);
  assert.equal(timedPercent(false, 100), undefined);
  assert.equal(responseHeadersRulesOf({ Name: "own" }).timedPercent, undefined);
});
