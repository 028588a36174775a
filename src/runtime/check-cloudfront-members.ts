/** Members of the cloudfront module that a source uses and the module does not have. */
import type { AnyNode, Program } from "acorn";
import type { AddFinding } from "./check-program.ts";
import { children } from "./dialect/weigh.ts";

/** The module's members, and theirs; undefined where every name may be right. */
const members: Readonly<Record<string, readonly string[] | undefined>> = {
  createRequestOriginGroup: undefined,
  cwt: ["generateToken", "validateToken"],
  distributionTenant: ["id", "parameters"],
  edgeLocation: ["name", "region", "serverIp"],
  kvs: undefined,
  logCustomData: undefined,
  mtls: ["combinePemHeaders", "renameClientCertHeaders", "renamePemHeaders"],
  selectRequestOriginById: undefined,
  updateRequestOrigin: undefined,
};

/** Reports what is called or read further, which throws; a mere look, as in a test for it, does not. */
export function checkCloudfrontMembers(program: Program, add: AddFinding): void {
  const names = moduleNames(program);
  if (names.size === 0) return;

  const report = (node: AnyNode, path: string, known: readonly string[]): void => {
    add(
      "error",
      "cloudfront-member",
      node.start,
      `${path} is not there; the cloudfront module has ${known.join(", ")}`,
    );
  };

  /** The member of a module's name that an expression is, if it is one. */
  const memberOf = (node: AnyNode): string | undefined =>
    node.type === "MemberExpression" &&
    node.object.type === "Identifier" &&
    names.has(node.object.name)
      ? nameOf(node)
      : undefined;

  const visit = (node: AnyNode): void => {
    const used =
      node.type === "CallExpression" || node.type === "NewExpression"
        ? node.callee
        : node.type === "MemberExpression"
          ? node.object
          : undefined;
    if (used?.type === "MemberExpression") {
      const member = memberOf(used);
      const owner = memberOf(used.object);
      if (member !== undefined && !Object.hasOwn(members, member)) {
        report(used, `cf.${member}`, Object.keys(members));
      }
      const known =
        owner !== undefined && Object.hasOwn(members, owner) ? members[owner] : undefined;
      const name = nameOf(used);
      if (known !== undefined && name !== undefined && !known.includes(name)) {
        report(
          used,
          `cf.${owner}.${name}`,
          known.map((each) => `${owner}.${each}`),
        );
      }
    }
    for (const child of children(node)) visit(child);
  };
  for (const statement of program.body) visit(statement);
}

/** What a member is called, where the source says it and no object inherits it. */
function nameOf(node: Extract<AnyNode, { type: "MemberExpression" }>): string | undefined {
  const { property, computed } = node;
  if (computed || property.type !== "Identifier" || property.name in Object.prototype) {
    return undefined;
  }
  return property.name;
}

/** The names that are bound to the module: imported, or required at the top level. */
function moduleNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration" && statement.source.value === "cloudfront") {
      for (const { local } of statement.specifiers) names.add(local.name);
    }
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (id.type === "Identifier" && init && requiresCloudfront(init)) names.add(id.name);
    }
  }
  return names;
}

function requiresCloudfront(node: AnyNode): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier") return false;
  const [module] = node.arguments;
  return (
    node.callee.name === "require" && module?.type === "Literal" && module.value === "cloudfront"
  );
}
