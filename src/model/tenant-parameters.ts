/**
 * The parameters of multi-tenant distributions: `{{name}}` in an origin's domain name or path stands for the
 * value that a tenant has.
 *
 * Source: CloudFront Developer Guide, "How parameters work with distribution tenants".
 */

/** CloudFront API Reference, ParameterDefinition: the characters of a name. */
const parameter = /\{\{([A-Za-z0-9_-]{1,128})\}\}/g;

/** @returns the names of the parameters in a text, in order */
export function parametersIn(text: string): string[] {
  return Array.from(text.matchAll(parameter), ([, name = ""]) => name);
}

export function hasParameters(text: string): boolean {
  return text.includes("{{") && parametersIn(text).length > 0;
}

/** @returns undefined where one of them has no value */
export function fillParameters(
  text: string,
  values: ReadonlyMap<string, string>,
): string | undefined {
  if (parametersIn(text).some((name) => !values.has(name))) return undefined;
  return text.replaceAll(parameter, (_, name: string) => values.get(name) ?? "");
}
