/** Names for a template's resources, and references to them in place of their ids. */
import type { Members } from "../api/api.ts";
import type { Found } from "../resources/resource-kind.ts";

export interface Exported {
  readonly type: string;
  readonly found: Found;
  readonly properties: Members;
}

/** The attributes by which other resources refer to one; the first that has a value stands for it. */
const referred = ["Arn", "Id", "DomainName", "FunctionARN"] as const;

/** An origin access identity is named by the end of a path. */
const identityPath = "origin-access-identity/cloudfront/";

export function withReferences(exported: readonly Exported[]): {
  readonly resources: Members;
  readonly outputs: Members;
} {
  const named = nameAll(exported);
  const references = new Map<string, unknown>();
  for (const [logicalId, { found, type }] of named) {
    for (const attribute of referred) {
      const value = found.attributes[attribute];
      if (value === undefined) continue;
      const isRef = value === found.attributes["Ref"] && attribute === "Id";
      references.set(value, isRef ? { Ref: logicalId } : { "Fn::GetAtt": [logicalId, attribute] });
      if (type === "AWS::CloudFront::CloudFrontOriginAccessIdentity" && attribute === "Id") {
        references.set(`${identityPath}${value}`, { "Fn::Sub": `${identityPath}\${${logicalId}}` });
      }
    }
  }
  const resources = [...named].map(([logicalId, { type, properties }]) => [
    logicalId,
    { Type: type, Properties: replaced(properties, references) },
  ]);
  const outputs = [...named]
    .filter(([, { type }]) => type === "AWS::CloudFront::Distribution")
    .map(([logicalId]) => [
      `${logicalId}DomainName`,
      { Value: { "Fn::GetAtt": [logicalId, "DomainName"] } },
    ]);
  return { resources: Object.fromEntries(resources), outputs: Object.fromEntries(outputs) };
}

function replaced(value: unknown, references: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === "string") return references.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, references));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [
    name,
    replaced(member, references),
  ]);
  return Object.fromEntries(entries);
}

/** By what they are called, and by their type where two are called the same. */
function nameAll(exported: readonly Exported[]): ReadonlyMap<string, Exported> {
  const named = new Map<string, Exported>();
  for (const one of exported) {
    const type = one.type.replace("AWS::CloudFront::", "");
    const own = pascalCase(nameIn(one));
    const candidates = [
      own,
      `${own}${type}`,
      ...Array.from({ length: 999 }, (_, index) => `${own}${type}${index + 2}`),
    ];
    const free = candidates.find((name) => /^[A-Za-z]/.test(name) && !named.has(name));
    named.set(free ?? `${type}${named.size}`, one);
  }
  return named;
}

function nameIn({ type, properties, found }: Exported): string {
  const inner = Object.values(properties).find(
    (value) => typeof value === "object" && value !== null && "Name" in value,
  ) as Members | undefined;
  const name = properties["Name"] ?? inner?.["Name"];
  const kind = type.replace("AWS::CloudFront::", "");
  return typeof name === "string" ? name : `${kind}-${found.attributes["Ref"] ?? ""}`;
}

function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("")
    .slice(0, 200);
}
