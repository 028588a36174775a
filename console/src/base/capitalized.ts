/** @returns a word or a sentence of the API as it begins a line */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
