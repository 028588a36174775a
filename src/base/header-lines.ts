/**
 * Header lines as the wire has them: names and values in turn, a pair a line, in Latin-1.
 *
 * Lines of one name are one value (RFC 9110 §5.3). Whoever decides by a header reads it here: by one
 * of its lines alone, two recipients of the same message could read it in two ways.
 */

/** @returns the value of all lines of a name; undefined when there is none */
export function combinedValue(headers: readonly string[], lower: string): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (name.length !== lower.length || name.toLowerCase() !== lower) continue;
    value = combine(value, headers[index + 1] as string);
  }
  return value;
}

/** @param value what earlier lines of the name say; undefined before the first */
export function combine(value: string | undefined, line: string): string {
  return value === undefined ? line : `${value}, ${line}`;
}

/** Adds what a line of a list-valued header lists, in lower case. */
export function addListed(to: Set<string>, line: string): void {
  for (const item of line.split(",")) {
    const name = item.trim().toLowerCase();
    if (name !== "") to.add(name);
  }
}

/** @returns the lines of all other names */
export function withoutNames(headers: readonly string[], lower: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (!lower.has(name.toLowerCase())) kept.push(name, headers[index + 1] as string);
  }
  return kept;
}

/** Whether there is a line with that name. */
export function hasName(headers: readonly string[], lower: string): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (name.length === lower.length && name.toLowerCase() === lower) return true;
  }
  return false;
}
