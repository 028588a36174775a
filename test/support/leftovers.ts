/**
 * What a test's or a benchmark's process lets go of when it ends, the newest first: however it ends, unless it is killed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const leftovers: (() => void)[] = [];
process.once("exit", () => {
  for (const letGo of leftovers.toReversed()) letGo();
});
// A signal would end the process without its "exit", and what it has started in groups of their own would go on; a second one too.
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.on(signal, () => process.exit(128 + number));
}

export function whenProcessEnds(letGo: () => void): void {
  leftovers.push(letGo);
}

/** A folder that is removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-test-"));
  // A process that was just killed may still be writing there.
  whenProcessEnds(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
