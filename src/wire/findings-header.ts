/**
 * What was found in a function's code, for the caller who saved it, in headers of Footlight's own:
 * clients of the API pass over headers that they do not know.
 */

/** Small enough for every client's and proxy's limit on headers. */
const findingsMaxBytes = 4096;

/**
 * @param findings plain objects
 * @returns the findings as a JSON array, in ASCII, as many as fit, and how many there are
 */
export function findingsHeaders(findings: readonly unknown[]): Record<string, string> {
  const shown: string[] = [];
  let size = 2;
  for (const finding of findings) {
    const text = inAscii(JSON.stringify(finding));
    size += text.length + 1;
    if (size > findingsMaxBytes) break;
    shown.push(text);
  }
  return {
    "X-Footlight-Findings": `[${shown.join(",")}]`,
    "X-Footlight-Finding-Count": String(findings.length),
  };
}

function inAscii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
