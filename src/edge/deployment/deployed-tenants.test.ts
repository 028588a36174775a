import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import {
  behavior,
  distributionOf,
  originConfig,
  type Config,
} from "../../../test/edge/viewer-scene.ts";
import {
  endpoint,
  group,
  multiTenant,
  tenant,
  withResources,
} from "../../../test/rules/tenant-scene.ts";
import { emptyState, type State } from "../../state/state.ts";
import { deploy, deploySteps, type Deployment } from "./deployment.ts";
import { findDistribution } from "./find-distribution.ts";

const config: Config = {
  CallerReference: "",
  Comment: "",
  Enabled: true,
  Origins: { Quantity: 1, Items: [originConfig(80)] },
  DefaultCacheBehavior: behavior(),
};
const geography = (RestrictionType: "whitelist" | "blacklist", ...Items: string[]) => ({
  Restrictions: { GeoRestriction: { RestrictionType, Quantity: Items.length, Items } },
});

function stateOf(changes: Partial<Config> = {}): State {
  const template = { ...config, ...multiTenant(["p"], ["q", "default"]), ...changes };
  return {
    ...emptyState("000000000000"),
    distributions: Map([
      ["E1", distributionOf("E1", "e1.cloudfront.localhost", template)],
      ["EOTHER", distributionOf("EOTHER", "eother.cloudfront.localhost", config)],
    ]),
  };
}

const many = withResources(
  stateOf(),
  group(),
  ...Array.from({ length: 1000 }, (_, index) => tenant(`dt_${index}`, [`t${index}.test`])),
);
const siteOf = ({ tenants }: Deployment, id: string) => tenants.sites.get(id);

function changed(state: State, id: string, changes: Partial<Config>): State {
  const distributions = state.distributions.update(id, (old) => ({
    ...old!,
    config: { ...old!.config, ...changes },
  }));
  return { ...state, distributions };
}

test("deploy() leaves tenants alone when something else changes", () => {
  const before = deploy(many);
  assert.equal(findDistribution(before.hosts, "t999.test")?.tenant?.id, "dt_999");
  const others = [
    { ...many, revision: 5 },
    changed(many, "EOTHER", { Comment: "another" }),
    withResources(many, tenant("dt_new", ["new.test"])),
  ];
  const [same, other, added] = others.map((state) => deploy(state, before));
  assert.equal(same!.tenants, before.tenants);
  assert.equal(other!.tenants, before.tenants);
  assert.equal(siteOf(added!, "dt_5"), siteOf(before, "dt_5"));
  assert.equal(findDistribution(added!.hosts, "new.test")?.tenant?.id, "dt_new");
  assert.equal(findDistribution(before.hosts, "new.test"), undefined);
});

test("deploy() works the tenants out anew of a distribution or a connection group that changed", () => {
  const before = deploy(many);
  const template = deploy(changed(many, "E1", { DefaultRootObject: "index.html" }), before);
  assert.equal(findDistribution(template.hosts, "t5.test")?.defaultRootObject, "index.html");
  const closed = deploy(withResources(many, group({ Enabled: false })), before);
  assert.equal(findDistribution(closed.hosts, "t5.test"), undefined);
});

test("deploySteps() pauses among many tenants", () => {
  const steps = deploySteps(many);
  let pauses = 0;
  while (steps.next().done !== true) pauses += 1;
  assert.ok(pauses >= 50, `${pauses} pauses`);
});

test("tenants whose origins have no parameters share what was compiled for their distribution", () => {
  const { hosts } = deploy(many);
  const [one, two] = ["t1.test", "t2.test"].map((host) => findDistribution(hosts, host));
  assert.equal(one?.behaviors, two?.behaviors);
  assert.equal(one?.origins, two?.origins);
});

test("a tenant's parameters are its own and the default values of the others", () => {
  const Parameters = [{ Name: "p", Value: 'ü"\n' }];
  const state = withResources(stateOf(), group(), tenant("dt_1", ["t.test"], { Parameters }));
  const found = findDistribution(deploy(state).hosts, "t.test")?.tenant;
  assert.deepEqual(found, {
    id: "dt_1",
    endpoint,
    parameters: new globalThis.Map([
      ["p", 'ü"\n'],
      ["q", "default"],
    ]),
    told: '["dt_1","q","default","p","\\u00fc\\"\\n"]',
  });
});

test("a tenant's geographic restrictions stand in the place of its distribution's", () => {
  const state = withResources(
    stateOf(geography("blacklist", "DE")),
    group(),
    tenant("dt_1", ["inherits.test"]),
    tenant("dt_2", ["allows.test"], {
      Customizations: { GeoRestrictions: { RestrictionType: "whitelist", Locations: ["de"] } },
    }),
    tenant("dt_3", ["free.test"], {
      Customizations: { GeoRestrictions: { RestrictionType: "none" } },
    }),
  );
  const { hosts } = deploy(state);
  const rule = (host: string) => findDistribution(hosts, host)?.geoRestriction;
  assert.deepEqual(rule("inherits.test"), { kind: "block", countries: new Set(["DE"]) });
  assert.deepEqual(rule("allows.test"), { kind: "allow", countries: new Set(["DE"]) });
  assert.equal(rule("free.test"), undefined);
});

test("a tenant without a connection group has its distribution's name as endpoint", () => {
  const { ConnectionGroupId: _, ...without } = tenant("dt_1", ["t.test"]).config;
  const state = withResources(stateOf(), { ...tenant("dt_1", ["t.test"]), config: without });
  const found = findDistribution(deploy(state).hosts, "t.test");
  assert.equal(found?.tenant?.endpoint, "e1.cloudfront.localhost");
});

test("deploy() has a tenant's own certificate in the place of its distribution's, under the same security policy", () => {
  const arn = (end: string) => `arn:aws:acm:us-east-1:000000000000:certificate/${end}`;
  const ViewerCertificate = {
    ACMCertificateArn: arn("shared"),
    SSLSupportMethod: "sni-only",
    MinimumProtocolVersion: "TLSv1.2_2021",
  } as const;
  const { hosts } = deploy(
    withResources(
      stateOf({ ViewerCertificate }),
      group(),
      tenant("dt_1", ["one.test"]),
      tenant("dt_2", ["two.test"], { Customizations: { Certificate: { Arn: arn("own") } } }),
    ),
  );
  const certificates = ["one.test", "two.test"].map((name) => {
    const { certificateId, securityPolicy } = findDistribution(hosts, name)!.security;
    return [certificateId, securityPolicy];
  });
  assert.deepEqual(certificates, [
    [arn("shared"), "TLSv1.2_2021"],
    [arn("own"), "TLSv1.2_2021"],
  ]);
});
