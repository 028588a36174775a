/** Takes the edge's own cookie off what goes on to functions and origins. */
import { stagingCookie } from "../../deployment/staging-cookie.ts";

/** @returns names and values in turn; a Cookie line that had nothing else is left out */
export function withoutSession(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    if (name.toLowerCase() !== "cookie" || !value.includes(stagingCookie)) {
      kept.push(name, value);
      continue;
    }
    const others = value
      .split(";")
      .filter((pair) => pair.split("=", 1)[0]?.trim() !== stagingCookie);
    const line = others.join(";").trim();
    if (line !== "") kept.push(name, line);
  }
  return kept;
}
