/** The JSON face's names: the API's PascalCase names in snake_case. */

const cache = new Map<string, string>();

/** @returns `function_arn` for FunctionARN, `is_ipv6_enabled` for IsIPV6Enabled, `etag` for ETag */
export function snakeCase(name: string): string {
  let snake = cache.get(name);
  if (snake === undefined) {
    snake = split(name.replace("ETag", "Etag")).toLowerCase();
    cache.set(name, snake);
  }
  return snake;
}

/** An acronym stays whole, also in the plural: `TooMany_Distribution_CNAMEs`. */
function split(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z](?!s(?:$|_))[a-z])/g, "$1_$2");
}
