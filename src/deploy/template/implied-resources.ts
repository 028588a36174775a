/**
 * The resources that AWS's SAM makes of others, under names that templates refer to. None is CloudFront's, so nobody makes them; they are
 * known for what they would answer.
 *
 * Source: AWS SAM Developer Guide, "Generated AWS CloudFormation resources".
 */
import type { TemplateResource } from "./template.ts";
import type { MapNode } from "./template-node.ts";

/** @returns the same, and those that they imply */
export function withImplied(
  resources: ReadonlyMap<string, TemplateResource>,
): ReadonlyMap<string, TemplateResource> {
  const all = new Map(resources);
  for (const resource of resources.values()) {
    for (const [logicalId, type] of impliedBy(resource)) {
      if (!all.has(logicalId)) all.set(logicalId, implied(logicalId, type, resource));
    }
  }
  return all;
}

function impliedBy({
  logicalId,
  type,
  properties,
}: TemplateResource): (readonly [string, string])[] {
  if (type !== "AWS::Serverless::Function" || properties?.kind !== "map") return [];
  const has = (name: string): boolean => properties.entries.has(name);
  const kinds = eventKindsOf(properties);
  return [
    [`${logicalId}Role`, "AWS::IAM::Role"],
    ...(has("FunctionUrlConfig") ? [[`${logicalId}Url`, "AWS::Lambda::Url"] as const] : []),
    ...(has("AutoPublishAlias") ? [[`${logicalId}.Version`, "AWS::Lambda::Version"] as const] : []),
    ...(kinds.includes("Api") ? [["ServerlessRestApi", "AWS::ApiGateway::RestApi"] as const] : []),
    ...(kinds.includes("HttpApi")
      ? [["ServerlessHttpApi", "AWS::ApiGatewayV2::Api"] as const]
      : []),
  ];
}

function eventKindsOf({ entries }: MapNode): readonly string[] {
  const events = entries.get("Events")?.value;
  if (events?.kind !== "map") return [];
  return [...events.entries.values()].flatMap(({ value }) => {
    const kind = value.kind === "map" ? value.entries.get("Type")?.value : undefined;
    return kind?.kind === "scalar" ? [kind.text] : [];
  });
}

function implied(
  logicalId: string,
  type: string,
  { line, condition }: TemplateResource,
): TemplateResource {
  return {
    ...{ logicalId, type, line, condition, properties: undefined, dependsOn: [], asset: undefined },
    ...{ deletionPolicy: "Delete", replacePolicy: "Delete" },
  };
}
