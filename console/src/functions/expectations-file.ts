/** Differences that are expected, as `footlight rehearse` keeps them in FUNCTION.rehearsal.json: by their shapes, in order. */

export function expectationsText(shapes: ReadonlySet<string>): string {
  return `${JSON.stringify({ expected: [...shapes].sort() }, undefined, 2)}\n`;
}

/** @returns the shapes, or in a sentence why the text is no such file */
export function readExpectations(text: string): readonly string[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
  const { expected } = (parsed ?? {}) as { readonly expected?: unknown };
  if (Array.isArray(expected) && expected.every((shape) => typeof shape === "string")) {
    return expected;
  }
  return 'A file of accepted differences is {"expected": ["+ header x-a"]}';
}
