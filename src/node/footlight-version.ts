/** The package's own version: of the folder above `src/`, and above `dist/` in an installed one. */
import { readFileSync } from "node:fs";

export function footlightVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}
