/**
 * Header lines as the wire has them: names and values in turn, a pair a line, in Latin-1.
 *
 * Lines of one name are one value (RFC 9110 §5.3). Whoever decides by a header reads it here: by one
 * of its lines alone, two recipients of the same message could read it in two ways.
 */
import { headerName } from "./header-names.ts";

/** Visits each line, in order. */
export function forEachLine(
  headers: readonly string[],
  visit: (name: string, value: string) => void,
): void {
  for (let index = 0; index < headers.length; index += 2) {
    visit(headers[index] as string, headers[index + 1] as string);
  }
}

/** @returns the lines that are to stay */
export function linesThat(
  headers: readonly string[],
  stay: (name: string, value: string) => boolean,
): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    if (stay(name, value)) kept.push(name, value);
  }
  return kept;
}

/** @returns where the first line of a name begins; -1 when there is none */
function findLine(headers: readonly string[], lower: string): number {
  for (let index = 0; index < headers.length; index += 2) {
    if (isName(headers[index] as string, lower)) return index;
  }
  return -1;
}

function isName(name: string, lower: string): boolean {
  return name.length === lower.length && (name === lower || name.toLowerCase() === lower);
}

/** Whether there is a line with that name. */
export function hasName(headers: readonly string[], lower: string): boolean {
  return findLine(headers, lower) >= 0;
}

/** @returns the value of a name's first line; undefined when there is none */
export function firstValue(headers: readonly string[], lower: string): string | undefined {
  const at = findLine(headers, lower);
  return at < 0 ? undefined : headers[at + 1];
}

/** @returns the same lines with another value in a name's first; the very same when nothing changes */
export function withFirstValue(
  headers: readonly string[],
  lower: string,
  value: string,
): readonly string[] {
  const at = findLine(headers, lower);
  return at < 0 || headers[at + 1] === value ? headers : headers.with(at + 1, value);
}

/** @returns the value of all lines of a name; undefined when there is none */
export function combinedValue(headers: readonly string[], lower: string): string | undefined {
  let value: string | undefined;
  forEachLine(headers, (name, line) => {
    if (isName(name, lower)) value = combine(value, line);
  });
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

/** Whether one of the items is that name. */
export function lists(line: string, lower: string): boolean {
  return line.split(",").some((item) => item.trim().toLowerCase() === lower);
}

/** @returns the lines of all other names */
export function withoutNames(headers: readonly string[], lower: ReadonlySet<string>): string[] {
  return linesThat(headers, (name) => !lower.has(headerName(name).lower));
}
