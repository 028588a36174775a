/**
 * Finds a member that a JSON object has more than once. `JSON.parse()` keeps the last of them and
 * drops the others, which is not what whoever wrote both meant.
 */

/**
 * @param json what `JSON.parse()` accepts
 * @returns the name of the first member that repeats one of its object; undefined when none does
 */
export function findRepeatedMember(json: string): string | undefined {
  /** The names so far of each object that is open; undefined stands for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (/^\s*:/.test(json.slice(index + token.length))) {
      const name = JSON.parse(token) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}
