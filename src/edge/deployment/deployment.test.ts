import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import { behavior, distributionOf, originConfig } from "../../../test/edge/viewer-scene.ts";
import type { Distribution } from "../../model/distribution.ts";
import type { Resource } from "../../model/resource.ts";
import { emptyState, type State } from "../../state/state.ts";
import { invalidationsOf } from "../../state/invalidations.ts";
import { noInvalidations } from "./compiled-invalidations.ts";
import { deploy, deploySteps } from "./deployment.ts";
import { findDistribution } from "./find-distribution.ts";

const policyId = "11111111-1111-4111-8111-111111111111";

function distribution(id: string, cachePolicyId: string): Distribution {
  return distributionOf(id, `${id.toLowerCase()}.cloudfront.localhost`, {
    CallerReference: "",
    Comment: "",
    Enabled: true,
    Origins: { Quantity: 1, Items: [originConfig(80)] },
    DefaultCacheBehavior: behavior({ CachePolicyId: cachePolicyId }),
  });
}

const described = {
  id: policyId,
  attributes: {},
  version: 1,
  deployRevision: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastModifiedTime: "2026-01-01T00:00:00.000Z",
};

function cachePolicy(header: string): Resource<"cache-policy"> {
  return {
    ...described,
    kind: "cache-policy",
    config: {
      Name: "own",
      MinTTL: 0,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingGzip: false,
        HeadersConfig: { HeaderBehavior: "whitelist", Headers: { Quantity: 1, Items: [header] } },
        CookiesConfig: { CookieBehavior: "none" },
        QueryStringsConfig: { QueryStringBehavior: "none" },
      },
    },
  };
}

function requestPolicy(header: string): Resource<"origin-request-policy"> {
  return {
    ...described,
    kind: "origin-request-policy",
    config: {
      Name: "own",
      HeadersConfig: { HeaderBehavior: "whitelist", Headers: { Quantity: 1, Items: [header] } },
      CookiesConfig: { CookieBehavior: "none" },
      QueryStringsConfig: { QueryStringBehavior: "none" },
    },
  };
}

const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const one = distribution("EONE", policyId);
const two = distribution("ETWO", cachingDisabled);

function stateOf(policy: Resource, ...distributions: Distribution[]): State {
  return {
    ...emptyState("000000000000"),
    distributions: Map(distributions.map((each) => [each.id, each])),
    resources: Map([["cache-policy", Map([[policyId, policy]])]]),
  };
}

const policy = cachePolicy("X-One");
const first = deploy(stateOf(policy, one, two));
const hostOf = ({ domainName }: Distribution) => domainName;
const forwarded = (deployment: typeof first, to: Distribution) =>
  findDistribution(deployment.hosts, hostOf(to))?.behaviors[0]?.forwarding.headers.listed;

test("deploy() compiles nothing anew when neither a configuration nor a policy is another", () => {
  const republished = { ...one, version: 2, deployRevision: 7 };
  const touched = { ...policy, version: 2 };
  const next = deploy({ ...stateOf(touched, republished, two), revision: 8 }, first);
  assert.equal(next.hosts, first.hosts);
  assert.equal(next.state.revision, 8);
  assert.deepEqual([...deploySteps(stateOf(policy, one, two), first)], []);
});

test("deploy() compiles the distributions that name a policy that changed, and no others", () => {
  const next = deploy(stateOf(cachePolicy("X-Two"), one, two), first);
  assert.deepEqual(forwarded(first, one), new Set(["x-one"]));
  assert.deepEqual(forwarded(next, one), new Set(["x-two"]));
  assert.equal(next.compiled.get("ETWO"), first.compiled.get("ETWO"));
  assert.notEqual(next.compiled.get("EONE"), first.compiled.get("EONE"));
});

test("deploy() compiles what names an origin request policy that changed, and nothing else", () => {
  const naming = distributionOf("EREQ", "ereq.cloudfront.localhost", {
    ...two.config,
    DefaultCacheBehavior: behavior({
      CachePolicyId: cachingDisabled,
      OriginRequestPolicyId: policyId,
    }),
  });
  const state = stateOf(policy, one, naming);
  const stateWith = (request: Resource): State => {
    const own = Map([[policyId, request]]);
    return { ...state, resources: state.resources.set("origin-request-policy", own) };
  };
  const before = deploy(stateWith(requestPolicy("X-One")));
  assert.deepEqual(forwarded(before, naming), new Set(["x-one"]));
  const next = deploy(stateWith(requestPolicy("X-Two")), before);
  assert.deepEqual(forwarded(next, naming), new Set(["x-two"]));
  assert.equal(next.compiled.get("EONE"), before.compiled.get("EONE"));
});

test("deploy() compiles what names a response headers policy that changed, and nothing else", () => {
  const naming = distributionOf("ERHP", "erhp.cloudfront.localhost", {
    ...two.config,
    DefaultCacheBehavior: behavior({ ResponseHeadersPolicyId: policyId }),
  });
  const stateWith = (...headers: string[]): State => {
    const removed = headers.map((Header) => ({ Header }));
    const own: Resource<"response-headers-policy"> = {
      ...described,
      kind: "response-headers-policy",
      config: {
        Name: "own",
        RemoveHeadersConfig: { Quantity: removed.length, Items: removed },
      },
    };
    const state = stateOf(policy, one, naming);
    const policies = Map([[policyId, own]]);
    return { ...state, resources: state.resources.set("response-headers-policy", policies) };
  };
  const removedBy = (deployment: typeof first) =>
    findDistribution(deployment.hosts, hostOf(naming))?.behaviors[0]?.responseHeaders?.removed;
  const before = deploy(stateWith("X-One"));
  assert.deepEqual(removedBy(before), new Set(["x-one"]));
  const next = deploy(stateWith("X-Two"), before);
  assert.deepEqual(removedBy(next), new Set(["x-two"]));
  assert.equal(next.compiled.get("EONE"), before.compiled.get("EONE"));
});

test("deploy() notices a policy that was not there, and one that is gone", () => {
  const without = deploy({ ...stateOf(policy, one), resources: Map() }, first);
  assert.deepEqual(forwarded(without, one), new Set());
  assert.deepEqual(forwarded(deploy(stateOf(policy, one), without), one), new Set(["x-one"]));
});

test("deploy() knows distributions that are new, and forgets those that are gone", () => {
  const next = deploy(stateOf(policy, two), first);
  assert.equal(findDistribution(next.hosts, hostOf(one)), undefined);
  assert.equal(findDistribution(next.hosts, hostOf(two))?.id, "ETWO");
  assert.equal(
    findDistribution(deploy(stateOf(policy, one, two), next).hosts, hostOf(one))?.id,
    "EONE",
  );
});

test("deploySteps() stops after each distribution that it compiles", () => {
  assert.equal([...deploySteps(stateOf(policy, one, two))].length, 2);
});

const withInvalidations = (state: State, revision: number, ...paths: string[]): State => {
  const id = `I${revision}`;
  const invalidation = { id, callerReference: "", createTime: "", revision, paths };
  const known = invalidationsOf(state, "EONE").set(id, invalidation);
  return { ...state, revision, invalidations: state.invalidations.set("EONE", known) };
};

test("deploy() compiles an invalidation, and no distribution anew for it", () => {
  const next = deploy(withInvalidations(first.state, 7, "/a"), first);
  assert.equal(next.hosts, first.hosts);
  assert.equal(next.compiled, first.compiled);
  assert.equal(next.invalidations.get("EONE")?.newest, 7);
  assert.equal(next.invalidations.get("ETWO"), undefined);
  assert.equal(deploy({ ...next.state, revision: 8 }, next).invalidations, next.invalidations);
});

test("deploy() takes no invalidation over from a state of a later revision", () => {
  const later = deploy(withInvalidations(first.state, 7, "/a"), first);
  const earlier = deploy(withInvalidations({ ...first.state, revision: 5 }, 6, "/b"), later);
  const { newest, exact } = earlier.invalidations.get("EONE") ?? noInvalidations;
  assert.deepEqual([newest, exact.toJS()], [6, { "/b": 6 }]);
});

test("deploy() knows how long errors are kept, their pages, and where tags stand", () => {
  const naming = distributionOf("EERR", "eerr.cloudfront.localhost", {
    ...one.config,
    CacheTagConfig: { HeaderName: "X-Tags" },
    CustomErrorResponses: {
      Quantity: 3,
      Items: [
        { ErrorCode: 404, ErrorCachingMinTTL: 0 },
        { ErrorCode: 500, ResponsePagePath: "/e.html", ResponseCode: "200" },
        { ErrorCode: 503, ResponsePagePath: "/e.html", ResponseCode: "", ErrorCachingMinTTL: 5 },
      ],
    },
  });
  const deployment = deploy(stateOf(policy, one, naming));
  const found = deployment.compiled.get("EERR")?.deployed;
  assert.equal(found?.cacheTagHeader, "x-tags");
  assert.deepEqual(
    [...(found?.customErrors ?? [])],
    [
      [404, { minTtl: 0, page: undefined }],
      [500, { minTtl: 10, page: { path: "/e.html", status: 200 } }],
      [503, { minTtl: 5, page: { path: "/e.html", status: 503 } }],
    ],
  );
  const plain = deployment.compiled.get("EONE")?.deployed;
  assert.deepEqual([plain?.cacheTagHeader, plain?.customErrors.size], [undefined, 0]);
});

test("deploy() caches by the policy that a distribution names now", () => {
  const ttlOf = (deployment: typeof first) =>
    findDistribution(deployment.hosts, hostOf(one))?.behaviors[0]?.caching.minTtl;
  const changed = { ...policy, config: { ...policy.config, MinTTL: 60 } };
  assert.deepEqual([ttlOf(first), ttlOf(deploy(stateOf(changed, one, two), first))], [0, 60]);
});

test("deploy() compiles anew what names an origin access control that has changed, and nothing else", () => {
  const controlled = (id: string, OriginAccessControlId: string): Distribution =>
    distributionOf(id, hostOf(one), {
      ...one.config,
      Origins: { Quantity: 1, Items: [originConfig(80, { OriginAccessControlId })] },
    });
  const named = controlled("EONE", "E2OAC");
  const stateWith = (SigningBehavior: "always" | "never"): State => ({
    ...stateOf(policy, named, two),
    resources: Map([
      [
        "origin-access-control",
        Map([
          [
            "E2OAC",
            {
              ...described,
              id: "E2OAC",
              kind: "origin-access-control",
              config: {
                Name: "ours",
                SigningBehavior,
                SigningProtocol: "sigv4",
                OriginAccessControlOriginType: "s3",
              },
            } satisfies Resource<"origin-access-control"> as Resource,
          ],
        ]),
      ],
    ]),
  });
  const accessOf = (deployment: typeof first) =>
    deployment.compiled.get("EONE")?.deployed.origins.get("origin")?.access?.behavior;
  const before = deploy(stateWith("never"));
  const next = deploy(stateWith("always"), before);
  assert.deepEqual([accessOf(before), accessOf(next)], [undefined, "always"]);
  assert.equal(next.compiled.get("ETWO"), before.compiled.get("ETWO"));
  assert.equal(
    next.compiled.get("EONE")?.deployed.behaviors[0]?.target?.primary.access?.behavior,
    "always",
  );
});
