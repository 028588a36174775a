/** The differences that are expected of a function's next version, by their shapes, as this browser keeps them. */

function placeOf(name: string): string {
  return `footlight.expected.${name}`;
}

export function recallExpected(name: string): ReadonlySet<string> {
  return new Set(JSON.parse(localStorage.getItem(placeOf(name)) ?? "[]") as string[]);
}

export function keepExpected(name: string, shapes: ReadonlySet<string>): void {
  localStorage.setItem(placeOf(name), JSON.stringify([...shapes]));
}
