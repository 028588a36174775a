/** What can stand behind a dot in a function: of the event, and of the cloudfront module. */

export interface Suggestion {
  readonly label: string;
  readonly type: "property" | "method";
  /** What it is, like "path, percent-encoded". */
  readonly detail: string;
}

type Members = Readonly<Record<string, readonly [detail: string, type?: "method"]>>;

const entry: Members = {
  value: ["text"],
  multiValue: ["list of { value }, where there are several"],
};

const message: Members = {
  headers: ["by lower-case name: { value }"],
  cookies: ["by name: { value }"],
};

/** By path; `*` stands for any name. Source: CloudFront Developer Guide, "Event structure" and "Helper methods". */
const members: Readonly<Record<string, Members>> = {
  event: {
    version: ["1.0"],
    context: ["distribution, event type, request id"],
    viewer: ["ip"],
    request: ["the viewer's request"],
    response: ["in viewer-response"],
  },
  "event.context": {
    distributionDomainName: ["like d111111abcdef8.cloudfront.net"],
    distributionId: ["like EDFDVBD6EXAMPLE"],
    eventType: ["viewer-request or viewer-response"],
    requestId: ["the X-Amz-Cf-Id of the answer"],
  },
  "event.viewer": { ip: ["the viewer's address"] },
  "event.request": {
    method: ["read-only"],
    uri: ["path, percent-encoded"],
    querystring: ["by name: { value }"],
    ...message,
  },
  "event.response": {
    statusCode: ["number"],
    statusDescription: ["like OK"],
    body: ["text, or { encoding, data }"],
    ...message,
  },
  "event.request.querystring.*": entry,
  "event.request.headers.*": entry,
  "event.request.cookies.*": entry,
  "event.response.headers.*": entry,
  "event.response.cookies.*": {
    ...entry,
    attributes: ["like Path=/; Secure"],
  },
  cf: {
    kvs: ["opens the function's key value store", "method"],
    updateRequestOrigin: ["another origin, by its settings", "method"],
    selectRequestOriginById: ["another origin of the distribution", "method"],
    createRequestOriginGroup: ["an origin group, for failover", "method"],
    edgeLocation: ["where this edge is"],
    distributionTenant: ["id and parameters of the tenant"],
    cwt: ["common access tokens"],
    mtls: ["certificate headers"],
    logCustomData: ["adds to access logs", "method"],
  },
  "cf.edgeLocation": {
    name: ["like LHR"],
    region: ["like eu-west-2"],
    serverIp: ["the edge's address"],
  },
  "cf.kvs()": {
    get: ["value of a key; throws where it is not there", "method"],
    exists: ["whether there is a key", "method"],
    meta: ["how many keys, and since when", "method"],
  },
  "cf.cwt": {
    validateToken: ["checks a token", "method"],
    generateToken: ["makes a token", "method"],
  },
  "cf.distributionTenant": { id: ["of the tenant"], parameters: ["get(name)"] },
};

/**
 * @param source the whole code, whose `var request = event.request` and the like are followed
 * @param before what stands before the dot, like `event.request` or `request.headers.host`
 * @returns nothing where it is nothing that is known
 */
export function suggestMembers(source: string, before: string): readonly Suggestion[] {
  const path = resolvePath(before.replaceAll(/\[\s*(['"])[^'"]*\1\s*\]/g, ".x"), aliasesOf(source));
  const found = members[path] ?? members[path.replace(/\.[^.]+$/, ".*")];
  return Object.entries(found ?? {}).map(([label, [detail, type]]): Suggestion => {
    return { label, detail, type: type ?? "property" };
  });
}

/** `var request = event.request` → request: event.request. What is set several times has its first meaning. */
function aliasesOf(source: string): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  const parameter = /\bfunction\s+handler\s*\(\s*(\w+)/.exec(source)?.[1] ?? "event";
  if (parameter !== "event") aliases.set(parameter, "event");
  const module = /\bimport\s+(\w+)\s+from\s+['"]cloudfront['"]/.exec(source)?.[1];
  if (module !== undefined && module !== "cf") aliases.set(module, "cf");
  for (const [, name = "", value = ""] of source.matchAll(
    /\b(?:var|let|const)\s+(\w+)\s*=\s*(?:await\s+)?([\w.]+(?:\(\s*\))?)\s*[;\n]/g,
  )) {
    if (!aliases.has(name) && value !== name) aliases.set(name, value.replace(/\(\s*\)/, "()"));
  }
  return aliases;
}

function resolvePath(path: string, aliases: ReadonlyMap<string, string>): string {
  let resolved = path.replaceAll(/\(\s*[^()]*\)/g, "()");
  // An alias may be of an alias; a circle ends.
  for (let turn = 0; turn < 8; turn += 1) {
    const [first = "", ...rest] = resolved.split(".");
    const meant = aliases.get(first);
    if (meant === undefined) break;
    resolved = [meant, ...rest].join(".");
  }
  return resolved;
}
