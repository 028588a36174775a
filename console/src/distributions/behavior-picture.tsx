/**
 * A distribution as a picture: host names, then the path patterns in the order in which they are asked, each with what a
 * request of it goes through. A URL shows which of them takes it, and why.
 */
import type { JSX } from "preact";
import { readCachePolicyNames } from "../api/distribution-parts.ts";
import type { Distribution, DistributionConfig, Origin } from "../api/distributions.ts";
import { useData } from "../api/use-data.ts";
import { useStore } from "../base/use-store.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";
import { behaviorsOf, functionNames, type OrderedBehavior } from "./behaviors.ts";
import { comparedPath, judgePatterns, type Verdict } from "./match-behavior.ts";
import { Staging } from "./staging.tsx";

export function BehaviorPicture({
  distribution,
}: {
  readonly distribution: Distribution;
}): JSX.Element {
  const { id, domain_name: domain, distribution_config: config } = distribution;
  const { query } = useStore(place);
  const url = query.get("url") ?? "";
  const policies = useData("cache policies", readCachePolicyNames);
  const behaviors = behaviorsOf(config);
  const verdicts = judgePatterns(
    behaviors.map(({ path_pattern: pattern }) => pattern),
    url,
  );
  const isForTenants = config.connection_mode === "tenant-only";
  const ask = (asked: string): void => {
    const search = asked === "" ? "" : `?url=${encodeURIComponent(asked)}`;
    navigate(`/distributions/${encodeURIComponent(id)}${search}`, { replaces: true });
  };
  return (
    <div class="stack">
      <section class="card card-body picture-top" aria-label="Host names">
        <div class="picture-hosts">
          <Icon name="distribution" />
          {isForTenants ? (
            <span>
              Viewers come by the domains of{" "}
              <Link to={`/distributions/${encodeURIComponent(id)}/tenants`}>its tenants</Link>
            </span>
          ) : (
            [...(config.aliases?.items ?? []), domain].map((host) => (
              <span key={host} class="chip mono breaks">
                {host}
              </span>
            ))
          )}
        </div>
        <label class="search picture-url">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Which behavior takes /img/a.png?"
            aria-label="A URL or path, to see which behavior takes it"
            spellcheck={false}
            value={url}
            onInput={(event) => ask(event.currentTarget.value)}
          />
        </label>
      </section>
      <ol class="behaviors" aria-label="Cache behaviors, in the order in which they are asked">
        {behaviors.map((behavior, index) => (
          <BehaviorRow
            key={behavior.path_pattern}
            behavior={behavior}
            isDefault={index === behaviors.length - 1}
            verdict={url === "" ? undefined : verdicts[index]}
            path={comparedPath(url)}
            config={config}
            policies={policies.data}
          />
        ))}
      </ol>
      {(config.staging === true || Boolean(config.continuous_deployment_policy_id)) && (
        <Staging config={config} />
      )}
    </div>
  );
}

function BehaviorRow({
  behavior,
  isDefault,
  verdict,
  path,
  config,
  policies,
}: {
  readonly behavior: OrderedBehavior;
  readonly isDefault: boolean;
  /** Undefined where no URL is asked for. */
  readonly verdict: Verdict | undefined;
  readonly path: string;
  readonly config: DistributionConfig;
  readonly policies: ReadonlyMap<string, string> | undefined;
}): JSX.Element {
  const { path_pattern: pattern, cache_policy_id: policy } = behavior;
  const viewers = behavior.viewer_protocol_policy;
  return (
    <li
      class={`card behavior ${verdict === undefined ? "" : `is-${verdict.replaceAll(" ", "-")}`}`}
    >
      <div class="behavior-head">
        <code class="behavior-pattern breaks">{isDefault ? "Default (*)" : pattern}</code>
        {viewers === "redirect-to-https" && <Badge>http is sent to https</Badge>}
        {viewers === "https-only" && <Badge>https only</Badge>}
        {verdict !== undefined && <Why {...{ verdict, path, pattern, isDefault }} />}
      </div>
      <div class="way">
        <Functions behavior={behavior} eventType="viewer-request" />
        <Step title="Cache">
          <span class="breaks">
            {policy === undefined
              ? "TTLs of its own"
              : (policies?.get(policy) ?? policy).replace(/^Managed-/, "")}
          </span>
        </Step>
        <Step title="Origin">
          <Target id={behavior.target_origin_id} config={config} />
        </Step>
        <Functions behavior={behavior} eventType="viewer-response" />
      </div>
    </li>
  );
}

function Why({
  verdict,
  path,
  pattern,
  isDefault,
}: {
  readonly verdict: Verdict;
  readonly path: string;
  readonly pattern: string;
  readonly isDefault: boolean;
}): JSX.Element {
  if (verdict === "takes it") {
    return (
      <span class="behavior-why tone-good">
        <Icon name="check" />
        <span class="breaks">
          {isDefault
            ? `takes ${path}: no path pattern matches it`
            : `takes ${path}: the first that matches`}
        </span>
      </span>
    );
  }
  return (
    <span class="behavior-why quiet">
      <span class="breaks">
        {verdict === "does not match"
          ? `${pattern} does not match ${path}`
          : "not asked: one before it takes it"}
      </span>
    </span>
  );
}

function Functions({
  behavior,
  eventType,
}: {
  readonly behavior: OrderedBehavior;
  readonly eventType: "viewer-request" | "viewer-response";
}): JSX.Element {
  const names = functionNames(behavior, eventType);
  return (
    <Step title={eventType} isEmpty={names.length === 0}>
      {names.length === 0
        ? "No function"
        : names.map((name) => (
            <Link key={name} to={`/functions/${encodeURIComponent(name)}`} class="breaks">
              {name}
            </Link>
          ))}
    </Step>
  );
}

function Target({
  id,
  config,
}: {
  readonly id: string;
  readonly config: DistributionConfig;
}): JSX.Element {
  const origin = config.origins.items?.find((each) => each.id === id);
  if (origin !== undefined) return <span class="breaks">{addressOf(origin)}</span>;
  const group = config.origin_groups?.items?.find((each) => each.id === id);
  const members = group?.members?.items ?? [];
  return (
    <span class="breaks">
      {id}: {members.map(({ origin_id: member }) => member).join(", then ")}
    </span>
  );
}

function addressOf({ domain_name: host, origin_path: path = "", ...origin }: Origin): string {
  const { custom_origin_config: custom } = origin;
  if (custom === undefined) return `${host}${path}`;
  const { origin_protocol_policy: policy, http_port: http, https_port: https } = custom;
  const port =
    policy === "https-only" ? (https === 443 ? "" : `:${https}`) : http === 80 ? "" : `:${http}`;
  return `${host}${port}${path}`;
}

function Step({
  title,
  isEmpty = false,
  children,
}: {
  readonly title: string;
  readonly isEmpty?: boolean;
  readonly children: JSX.Element | string | readonly JSX.Element[];
}): JSX.Element {
  return (
    <div class={isEmpty ? "step is-empty" : "step"}>
      <span class="step-title">{title}</span>
      <span class="step-what">{children}</span>
    </div>
  );
}
