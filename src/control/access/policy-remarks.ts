/**
 * What in a policy does nothing, though whoever wrote it seems to think that it does: an action that
 * no call needs, a resource that cannot be, a list on one resource. Such a policy is honored as it
 * stands, and a Deny that matches nothing would go unnoticed, so it is said when the key is made.
 */
import {
  matchesWildcards,
  parsePolicy,
  unknownActions,
  type AccessPolicy,
} from "../../model/access-policy.ts";
import { operationResources } from "./operation-resources.ts";
import { allActions, footlightActions, footlightActionsOnResources } from "./permissions.ts";

/**
 * @param text a policy document that `parsePolicy()` takes
 * @returns a sentence for each, in the order of the document
 */
export function remarksOn(text: string, account: string): readonly string[] {
  const policy = parsePolicy(text);
  return [
    ...unknownActions(policy, allActions).map(
      (pattern) => `no call needs the action "${pattern}"; is it misspelt?`,
    ),
    ...unknownResources(policy, account).map(
      (pattern) =>
        `nothing in account ${account} can have the ARN "${pattern}"; is it misspelt, or another account's?`,
    ),
    ...misplacedActions(policy).map(
      (pattern) =>
        `the action "${pattern}" is about no resource in particular; only with the Resource "*" does it count`,
    ),
  ];
}

function unknownResources({ statements }: AccessPolicy, account: string): string[] {
  const patterns = statements.flatMap(({ resources }) => resources.patterns);
  return patterns.filter((pattern) => !couldMatch(pattern, account));
}

/** The kinds of resource, as ARNs spell them. */
const kinds: ReadonlySet<string> = new Set(
  Object.values(operationResources)
    .filter((row) => /^[a-z]/.test(row))
    .map((row) => row.slice(0, row.indexOf("/"))),
);

function couldMatch(pattern: string, account: string): boolean {
  if (pattern === "*") return true;
  const [, partition = "", service = "", region = "", owner = "", ...rest] = pattern.split(":");
  const isAccounts = matchesWildcards(partition, "aws") && matchesWildcards(owner, account);
  const path = rest.join(":");
  // Stacks are named as CloudFormation's are: stackArn().
  const isStack =
    matchesWildcards(service, "cloudformation") &&
    matchesWildcards(region, "us-east-1") &&
    /^(\*|s[^/]*\/.)/.test(path);
  if (isAccounts && isStack && matchesWildcards(path.split("/")[0]!, "stack")) return true;
  const isOurs =
    isAccounts && matchesWildcards(service, "cloudfront") && matchesWildcards(region, "");
  const slash = path.indexOf("/");
  if (!isOurs || slash === -1) return isOurs && path.includes("*");
  return [...kinds].some((kind) => matchesWildcards(path.slice(0, slash), kind));
}

const accountWide: readonly string[] = [
  ...Object.entries(operationResources)
    .filter(([name, row]) => row === "*" && name !== "UpdateDomainAssociation")
    .map(([name]) => `cloudfront:${name}`),
  ...Object.values(footlightActions).filter(
    (action) => !footlightActionsOnResources.includes(action),
  ),
];

/** Actions that are only ever asked for on "*", where the statement speaks of resources alone. */
function misplacedActions({ statements }: AccessPolicy): string[] {
  return statements
    .filter(({ resources }) => !resources.except && !resources.patterns.includes("*"))
    .filter(({ actions }) => !actions.except)
    .flatMap(({ actions }) => actions.patterns)
    .filter((pattern) => {
      const matched = allActions.filter((action) => matchesAction(pattern, action));
      return matched.length > 0 && matched.every((action) => accountWide.includes(action));
    });
}

function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcards(pattern.toLowerCase(), action.toLowerCase());
}
