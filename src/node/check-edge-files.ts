/** Reads once what edge workers are to read, so that a node does not start on a file that is broken. */
import { checkMockRules } from "./edge-mocks.ts";
import { checkGeoDatabases, geoFilesOf } from "./geo-databases.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";

/** @throws OptionError, naming the option and the file */
export async function checkEdgeFiles(options: NodeOptions): Promise<void> {
  await check("--geo-database", checkGeoDatabases(geoFilesOf(options)));
  await check("--mock-viewer", checkMockRules(options));
}

async function check(flag: string, checked: Promise<void>): Promise<void> {
  try {
    await checked;
  } catch (error) {
    throw new OptionError(`Cannot use ${flag}: ${(error as Error).message}`, { cause: error });
  }
}
