/** Takes the edge's own cookies off what goes on to functions and origins. */
import { stagingCookie } from "../deployment/staging-cookie.ts";
import { versionCookiePrefix } from "../deployment/version-names.ts";

/** @returns names and values in turn; a Cookie line that had nothing else is left out */
export function withoutOwnCookies(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    const mayHold = value.includes(stagingCookie) || value.includes(versionCookiePrefix);
    if (!mayHold || name.toLowerCase() !== "cookie") {
      kept.push(name, value);
      continue;
    }
    const others = value.split(";").filter((pair) => !isOwn(pair.split("=", 1)[0]!.trim()));
    const line = others.join(";").trim();
    if (line !== "") kept.push(name, line);
  }
  return kept;
}

function isOwn(name: string): boolean {
  return name === stagingCookie || name.startsWith(versionCookiePrefix);
}
