/**
 * What the API has of a resource → properties as CloudFormation has them: convert-properties.ts the other way round. What
 * CloudFormation fills in by itself is left out.
 */
import { isDeepStrictEqual } from "node:util";
import type { Shape, StructureShape } from "../../schema/shape.ts";
import { structureRules, type Members } from "../shapes/structure-rules.ts";

/** Lists that CloudFormation wraps as the API does, or without their count. */
const wrapped: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["OriginGroups", "OriginGroupMembers", "StatusCodes"].map((name) => [
      name,
      ["Quantity", "Items"],
    ]),
  ),
  ...Object.fromEntries(
    [
      "ResponseHeadersPolicyAccessControlAllowHeaders",
      "ResponseHeadersPolicyAccessControlAllowMethods",
      "ResponseHeadersPolicyAccessControlAllowOrigins",
      "ResponseHeadersPolicyAccessControlExposeHeaders",
      "ResponseHeadersPolicyCustomHeadersConfig",
      "ResponseHeadersPolicyRemoveHeadersConfig",
    ].map((name) => [name, ["Items"]]),
  ),
};

/** @param shape of what creates such a resource */
export function propertiesOf(value: unknown, shape: StructureShape): Members {
  return membersOf(value as Members, shape);
}

function convert(value: unknown, shape: Shape): unknown {
  if (shape.kind === "list") {
    return (value as readonly unknown[]).map((item) => convert(item, shape.entry.shape));
  }
  if (shape.kind === "blob") return Buffer.from(value as string, "base64").toString();
  if (shape.kind !== "structure") return value;
  const members = value as Members;
  if (shape.members.has("Items") && !isMap(shape)) return listOf(members, shape);
  const converted = membersOf(members, shape);
  const [only, ...others] = shape.members.keys();
  return others.length === 0 && only === "Domain" ? converted[only] : converted;
}

/** A key group's Items are its own, and those of a restriction are called otherwise. */
function isMap({ name, members }: StructureShape): boolean {
  const others = [...members.keys()].filter(
    (member) => !["Quantity", "Items", "Enabled", "CachedMethods"].includes(member),
  );
  return wrapped[name] !== undefined || others.length > 0;
}

/** @returns undefined for an empty one, and for one that is off */
function listOf(members: Members, shape: StructureShape): unknown {
  const items = (members["Items"] ?? []) as readonly unknown[];
  if (items.length === 0 || members["Enabled"] === false) return undefined;
  return convert(items, shape.members.get("Items")!.shape);
}

function membersOf(value: Members, shape: StructureShape): Members {
  const { names = {}, hidden = [], defaults = {} } = structureRules[shape.name] ?? {};
  const keeps = wrapped[shape.name];
  const result: Record<string, unknown> = {};
  for (const member of shape.members.values()) {
    const { name } = member;
    const given = value[name];
    if (given === undefined || hidden.includes(name)) continue;
    if (name === "Quantity" && !keeps?.includes(name)) continue;
    if (!member.required && isDeepStrictEqual(given, defaults[name])) continue;
    const converted = convert(given, member.shape);
    if (converted !== undefined) result[propertyName(name, names)] = converted;
    const cached = (given as Members)["CachedMethods"] as Members | undefined;
    if (name === "AllowedMethods" && cached !== undefined)
      result["CachedMethods"] = cached["Items"];
  }
  return shape.name === "ViewerCertificate" ? certificateOf(result) : result;
}

function propertyName(member: string, names: Readonly<Record<string, string>>): string {
  return Object.entries(names).find(([, path]) => path === member)?.[0] ?? member;
}

/** With its own certificate, the other settings are AWS's. */
function certificateOf(properties: Members): Members {
  const { CloudFrontDefaultCertificate: isOwn, ...rest } = properties;
  return isOwn === true ? { CloudFrontDefaultCertificate: true } : rest;
}
