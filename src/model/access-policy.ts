/**
 * Policy documents in IAM's form: what an access key may do, to what.
 *
 * A statement allows or denies actions on resources, both with the wildcards `*` (any characters)
 * and `?` (one). One matching Deny settles it, then one matching Allow does, and what nothing
 * allows is refused. Reading is strict: an element that would be left out of the decision
 * (Condition, Principal, policy variables) is refused, because a policy that is looser than it
 * reads is worse than none.
 *
 * Source: IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation logic".
 */
import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";

export interface AccessPolicy {
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  readonly resources: Patterns;
}

/** `except` turns the list around: NotAction and NotResource. */
interface Patterns {
  readonly except: boolean;
  readonly patterns: readonly string[];
}

/** "none": no statement speaks of it, which refuses it as well. */
export type Verdict = "allowed" | "denied" | "none";

/** IAM's own bound for a managed policy, in characters; like IAM we don't count white space. */
const maxDocumentLength = 6144;
const versions: readonly unknown[] = ["2012-10-17", "2008-10-17"];
const elements = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"];

/** What is wrong with a policy document, in words for the person who wrote it. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/**
 * @param text a policy document: JSON
 * @throws PolicyError, naming the statement and the element
 */
export function parsePolicy(text: string): AccessPolicy {
  const { length } = text.replaceAll(/\s/g, "");
  if (length > maxDocumentLength) {
    throw new PolicyError(
      `A policy may have ${maxDocumentLength} characters beside white space, this one has ${length}`,
    );
  }
  const document = parseJson(text);
  if (!isObject(document)) throw new PolicyError("A policy must be a JSON object");
  for (const name of Object.keys(document)) {
    if (!["Version", "Id", "Statement"].includes(name)) {
      throw new PolicyError(`A policy has Version, Id and Statement, got "${name}"`);
    }
  }
  if (!versions.includes(document["Version"])) {
    const given = JSON.stringify(document["Version"]) ?? "none";
    throw new PolicyError(`Version must be "2012-10-17" or "2008-10-17", got ${given}`);
  }
  const listed = document["Statement"];
  const statements = Array.isArray(listed) ? listed : [listed];
  if (listed === undefined || statements.length === 0) {
    throw new PolicyError("A policy needs at least one Statement");
  }
  return { statements: statements.map((statement, index) => readStatement(statement, index)) };
}

/**
 * @param action like `cloudfront:PublishFunction`; its case does not count
 * @param resource the ARN of what the action is done to, or "*"; its case counts
 */
export function decideAccess(
  { statements }: AccessPolicy,
  action: string,
  resource: string,
): Verdict {
  const speaking = statements.filter(
    ({ actions, resources }) =>
      covers(actions, action, matchesAction) && covers(resources, resource, matchesWildcards),
  );
  if (speaking.some(({ effect }) => effect === "Deny")) return "denied";
  return speaking.length > 0 ? "allowed" : "none";
}

/** The action patterns of a policy that match none of the actions there are: likely misspelt. */
export function unknownActions(policy: AccessPolicy, known: readonly string[]): string[] {
  const patterns = policy.statements.flatMap(({ actions }) => actions.patterns);
  return patterns.filter((pattern) => !known.some((action) => matchesAction(pattern, action)));
}

function covers(
  { except, patterns }: Patterns,
  value: string,
  matches: (pattern: string, value: string) => boolean,
): boolean {
  return patterns.some((pattern) => matches(pattern, value)) !== except;
}

function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcards(pattern.toLowerCase(), action.toLowerCase());
}

/** Goes back to the last `*` only, so its time is bounded by pattern length × value length. */
export function matchesWildcards(pattern: string, value: string): boolean {
  let at = 0;
  let inPattern = 0;
  let lastStar = -1;
  let afterStar = 0;
  while (at < value.length) {
    if (pattern[inPattern] === "*") {
      lastStar = inPattern++;
      afterStar = at;
    } else if (pattern[inPattern] === "?" || pattern[inPattern] === value[at]) {
      inPattern++;
      at++;
    } else if (lastStar !== -1) {
      inPattern = lastStar + 1;
      at = ++afterStar;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}

function readStatement(statement: unknown, index: number): Statement {
  const where = `Statement ${index + 1}`;
  if (!isObject(statement)) throw new PolicyError(`${where} must be an object`);
  for (const name of Object.keys(statement)) {
    if (!elements.includes(name)) throw new PolicyError(refusal(where, name));
  }
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny") {
    const given = JSON.stringify(effect) ?? "none";
    throw new PolicyError(`${where}: Effect must be "Allow" or "Deny", got ${given}`);
  }
  const actions = readPatterns(statement, "Action", where);
  const resources = readPatterns(statement, "Resource", where);
  for (const action of actions.patterns) requireAction(action, where);
  for (const resource of resources.patterns) requireResource(resource, where);
  return { effect, actions, resources };
}

function refusal(where: string, name: string): string {
  if (name === "Condition") {
    return `${where}: Condition is not supported. Say with Action and Resource what is allowed`;
  }
  if (name === "Principal" || name === "NotPrincipal") {
    return `${where}: ${name} has no place in the policy of an access key: the key is the principal`;
  }
  return `${where}: a statement has ${elements.join(", ")}, got "${name}"`;
}

function readPatterns(
  statement: Readonly<Record<string, unknown>>,
  name: "Action" | "Resource",
  where: string,
): Patterns {
  const except = statement[`Not${name}`] !== undefined;
  if (except === (statement[name] !== undefined)) {
    throw new PolicyError(`${where} needs either ${name} or Not${name}`);
  }
  const value = statement[except ? `Not${name}` : name];
  const patterns: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isText = (pattern: unknown): pattern is string => typeof pattern === "string";
  if (patterns.length === 0 || !patterns.every(isText)) {
    throw new PolicyError(`${where}: ${name} must be a string or a list of strings`);
  }
  return { except, patterns };
}

function requireAction(action: string, where: string): void {
  if (action === "*" || /^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(action)) return;
  throw new PolicyError(
    `${where}: an action is "*" or has a form like cloudfront:PublishFunction, got "${action}"`,
  );
}

function requireResource(resource: string, where: string): void {
  if (resource.includes("${")) {
    throw new PolicyError(`${where}: policy variables are not supported, got "${resource}"`);
  }
  if (resource === "*" || /^arn:[^:]*:[^:]+:[^:]*:[^:]*:.+$/.test(resource)) return;
  throw new PolicyError(
    `${where}: a resource is "*" or an ARN like arn:aws:cloudfront::000000000000:function/hello, got "${resource}"`,
  );
}

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new PolicyError(`The policy ${error.message}`, { cause: error });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
