import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import {
  behavior,
  distributionOf,
  originConfig,
  type Config,
} from "../../../test/edge/viewer-scene.ts";
import type { Distribution } from "../../model/distribution.ts";
import { emptyState, type State } from "../../state/state.ts";
import { deploy } from "./deployment.ts";
import { findDistribution } from "./find-distribution.ts";

function distribution(id: string, aliases: string[], changes: Partial<Config> = {}): Distribution {
  return distributionOf(id, `${id.toLowerCase()}.cloudfront.localhost`, {
    CallerReference: "",
    Comment: "",
    Enabled: true,
    Aliases: { Quantity: aliases.length, Items: aliases },
    Origins: { Quantity: 1, Items: [originConfig(80)] },
    DefaultCacheBehavior: behavior(),
    ...changes,
  });
}

function stateWith(...distributions: Distribution[]): State {
  return {
    ...emptyState("000000000000"),
    distributions: Map(distributions.map((each) => [each.id, each])),
  };
}

const { hosts } = deploy(
  stateWith(
    distribution("EONE", ["www.example.com", "*.example.com"]),
    distribution("ETWO", ["*.shop.example.com", "example.com"]),
    distribution("EOFF", ["off.example.org"], { Enabled: false }),
    distribution("ESTAGING", ["staging.example.org"], { Staging: true }),
  ),
);

test("no distribution answers to a name longer than the DNS has", () => {
  assert.equal(findDistribution(hosts, `${"a.".repeat(120)}example.com`)?.id, "EONE");
  assert.equal(findDistribution(hosts, `${"a.".repeat(122)}example.com`), undefined);
});

const cases: [host: string, id: string | undefined][] = [
  ["eone.cloudfront.localhost", "EONE"],
  ["www.example.com", "EONE"],
  ["any.example.com", "EONE"],
  ["a.b.example.com", "EONE"],
  ["a.shop.example.com", "ETWO"],
  ["shop.example.com", "EONE"],
  ["example.com", "ETWO"],
  ["notexample.com", undefined],
  ["off.example.org", undefined],
  ["eoff.cloudfront.localhost", undefined],
  ["staging.example.org", undefined],
  ["estaging.cloudfront.localhost", undefined],
  ["", undefined],
];

for (const [host, id] of cases) {
  test(`findDistribution() answers ${id} for the host "${host}"`, () => {
    assert.equal(findDistribution(hosts, host)?.id, id);
  });
}
