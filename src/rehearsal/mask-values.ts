/** Texts of a report without the values that were sealed where they were recorded, in whichever form a function has written them. */

/** What is shorter is no secret, and may be part of any word. */
const lengthMin = 4;
const masked = "[sealed]";

export type MaskText = (text: string) => string;

/** @param values that were opened for a run */
export function maskValues(values: readonly string[]): MaskText {
  const forms = new Set(values.flatMap(formsOf).filter((form) => form.length >= lengthMin));
  if (forms.size === 0) return (text) => text;
  // One may hold another.
  const longestFirst = [...forms].sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((told, form) => told.replaceAll(form, masked), text);
}

function formsOf(value: string): string[] {
  const plain = decoded(value);
  const base64 = Buffer.from(plain).toString("base64");
  const forms = [value, plain, base64, base64.replace(/=+$/, ""), encodeURIComponent(plain)];
  // A scheme's name is no secret, what follows it is one.
  const credentials = /^[\w-]+\s+(\S.*)$/.exec(value)?.[1];
  if (credentials !== undefined) forms.push(credentials);
  return [...forms, JSON.stringify(plain).slice(1, -1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
