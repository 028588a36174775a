/** Members of the cloudfront module, and of the stores it opens, that are used and not there. */
import type { AnyNode, Program } from "acorn";
import type { AddFinding } from "./check-program.ts";
import { dottedName, propertyName, type Names } from "./names.ts";
import type { Visit } from "./walk-reachable.ts";

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

const storeMembers = ["exists", "get", "meta"];

/** @param path of a member behind the module's own name, like `kvs` or `cwt.validateToken` */
export function isCloudfrontMember(path: string): boolean {
  const [member = "", name, more] = path.split(".");
  if (member in Object.prototype) return true;
  if (!Object.hasOwn(members, member)) return false;
  const known = members[member];
  if (known === undefined || name === undefined || more !== undefined) return true;
  return known.includes(name) || name in Object.prototype;
}

/**
 * @param modules the names that are bound to the module
 * @returns what to do with each node: what is called or read further throws; a mere look does not
 */
export function findForeignMembers(
  modules: ReadonlySet<string>,
  names: Names,
  add: AddFinding,
): Visit {
  const report = (node: AnyNode, path: string, known: readonly string[]): void => {
    add(
      "error",
      "cloudfront-member",
      node.start,
      `${path} is not there; the cloudfront module has ${known.join(", ")}`,
    );
  };

  const isStore = (node: AnyNode): boolean => {
    const value = node.type === "Identifier" ? names.values.get(node.name) : node;
    if (value?.type !== "CallExpression") return false;
    const [module = "", member, more] = dottedName(value.callee)?.split(".") ?? [];
    return modules.has(module) && member === "kvs" && more === undefined;
  };

  return (node) => {
    const used =
      node.type === "CallExpression" || node.type === "NewExpression"
        ? node.callee
        : node.type === "MemberExpression"
          ? node.object
          : undefined;
    if (used?.type !== "MemberExpression") return;
    const [module = "", member = "", name, more] = dottedName(used)?.split(".") ?? [];
    if (modules.has(module) && member !== "" && more === undefined) {
      const path = name === undefined ? member : `${member}.${name}`;
      // What is read of a member that is not there is told at the member.
      if (isCloudfrontMember(path) || (name !== undefined && !isCloudfrontMember(member))) return;
      const known = name === undefined ? undefined : members[member];
      const listed = known?.map((each) => `${member}.${each}`) ?? Object.keys(members);
      report(used, `cf.${path}`, listed);
      return;
    }
    const ofStore = propertyName(used);
    if (ofStore === undefined || ofStore in Object.prototype || !isStore(used.object)) return;
    if (storeMembers.includes(ofStore)) return;
    const known = storeMembers.map((each) => `kvs().${each}`);
    report(used, `cf.kvs().${ofStore}`, known);
  };
}

/** The names that are bound to the module: imported, or required at the top level. */
export function moduleNames(program: Program): ReadonlySet<string> {
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
