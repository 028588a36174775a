/**
 * Puts a tenant's parameters in the origins' domain names and paths, where `{{name}}` stands for one.
 *
 * What comes of it must be what these fields may hold, since tenants' values are chosen one by one and nobody looked
 * at them together with the origins. An origin that lacks a value, or gets one that does not fit, is left
 * out: who is sent to it gets 502, and nothing is asked of another host or folder than was meant.
 *
 * Source: CloudFront Developer Guide, "How parameters work with distribution tenants".
 */
import { isIP } from "node:net";
import type { Distribution } from "../../model/distribution.ts";
import { fillParameters, hasParameters } from "../../model/tenant-parameters.ts";

type Config = Distribution["config"];
type Origin = NonNullable<NonNullable<Config["Origins"]>["Items"]>[number];

/** @returns whether any origin depends on who the tenant is */
export function hasTenantOrigins({ Origins }: Config): boolean {
  return (Origins?.Items ?? []).some(
    ({ DomainName = "", OriginPath = "" }) =>
      hasParameters(DomainName) || hasParameters(OriginPath),
  );
}

/** The configuration as it is for one tenant. */
export function withFilledOrigins(config: Config, parameters: ReadonlyMap<string, string>): Config {
  const Items = (config.Origins?.Items ?? []).flatMap((origin) => filled(origin, parameters) ?? []);
  return { ...config, Origins: { Quantity: Items.length, Items } };
}

function filled(origin: Origin, parameters: ReadonlyMap<string, string>): Origin | undefined {
  const { DomainName = "", OriginPath = "" } = origin;
  const isSame = !hasParameters(DomainName) && !hasParameters(OriginPath);
  if (isSame) return origin;
  const domainName = fillParameters(DomainName, parameters);
  const path = fillParameters(OriginPath, parameters)?.replace(/\/$/, "");
  if (domainName === undefined || path === undefined) return undefined;
  if (!isDomainName(domainName) && domainName !== DomainName) return undefined;
  if (!isPath(path) && path !== OriginPath) return undefined;
  return { ...origin, DomainName: domainName, OriginPath: path };
}

const domainName =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

function isDomainName(text: string): boolean {
  return domainName.test(text) && isIP(text) === 0;
}

/** Empty, or of whole segments, none of which leads out of the folder, however often its escapes are decoded. */
function isPath(text: string): boolean {
  if (text === "") return true;
  if (text.length > 255 || !/^(\/[!-~]+)+$/.test(text) || /[?#\\]/.test(text)) return false;
  const read = text.replaceAll(/%(25)*2e/gi, ".").replaceAll(/%(25)*(2f|5c)/gi, "/");
  return !read
    .slice(1)
    .split("/")
    .some((segment) => ["", ".", ".."].includes(segment));
}
