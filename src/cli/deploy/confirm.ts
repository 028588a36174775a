/** Asks whoever is at the terminal before something is changed. */
import { createInterface } from "node:readline/promises";
import { OptionError } from "../../node/option-table.ts";

/**
 * @param isGiven whether --yes was
 * @returns whether to go on
 * @throws OptionError, when nobody is there to ask
 */
export async function confirm(question: string, isGiven: boolean): Promise<boolean> {
  if (isGiven) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new OptionError("nobody is at a terminal to ask: --yes does it, --dry-run only shows it");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
